import GatewayCore

/// Reads the events of a streamed response.
package struct ResponsesStreamDecoder: StreamDecoder {
  private enum Open: Equatable { case nothing, text, refusal, reasoning, call }

  private var open = Open.nothing
  private var parts = 0
  private var hasCalls = false
  private var hasStarted = false
  private var isEnded = false
  /// Whether the call that is open has had a piece of its arguments.
  private var hasArguments = false
  /// The number of parts when the item began: an item that ends with no more of them is told whole.
  private var partsBefore = 0
  /// The output index of the call that is open: what belongs to later items waits for its end.
  private var call: Int?
  private var waiting: [JSONNode] = []

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    // Servers that copy chat end with its mark.
    if isEnded || data.elementsEqual("[DONE]".utf8) { return }
    let event = try JSONDocument(answer: data).root
    guard event.isObject else { throw AnswerFault("an event that is no object") }
    let type = (event["type"]?.text ?? RawText(name)).string
    switch type {
    case "response.created", "response.in_progress": start(event["response"], into: &deltas)
    case "response.completed", "response.incomplete":
      while !waiting.isEmpty {
        call = nil
        try tellWaiting(into: &deltas)
      }
      try finish(event["response"], isCut: type == "response.incomplete", into: &deltas)
    case "response.failed":
      let error = event["response"]?["error"]
      fail(
        ProviderError(message: error?["message"]?.string ?? "The response failed.", code: error?["code"]?.string),
        into: &deltas)
    case "error": fail(ProviderError.parse(errorBody: data), into: &deltas)
    default:
      if event["type"] == nil, let error = event["error"], error.isString || !error.isEmpty {
        return fail(ProviderError.parse(errorBody: data), into: &deltas)
      }
      try take(event, type, into: &deltas)
    }
  }

  private mutating func fail(_ error: ProviderError, into deltas: inout [CanonicalDelta]) {
    isEnded = true
    deltas.append(.failed(error))
  }

  private mutating func tellWaiting(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    let events = waiting
    waiting = []
    for event in events { try take(event, event["type"]?.string ?? "", into: &deltas) }
  }

  private mutating func take(
    _ event: JSONNode, _ type: String, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if let call, let index = event["output_index"]?.int, index != call { return waiting.append(event) }
    switch type {
    case "response.output_text.delta":
      append(.text, .text, event["delta"]?.text, into: &deltas)
      if open == .text, let tokens = event["logprobs"],
        let logprobs = ResponsesLogprobs.read(tokens.elements.map { $0 })
      {
        deltas.append(.logprobs(choice: 0, logprobs))
      }
    case "response.refusal.delta": append(.refusal, .refusal, event["delta"]?.text, into: &deltas)
    case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
      append(.reasoning, .reasoning(redacted: nil), event["delta"]?.text, into: &deltas)
    case "response.reasoning_summary_part.added":
      // The parts of a summary are paragraphs.
      if open == .reasoning {
        append(.reasoning, .reasoning(redacted: nil), ResponsesItemReader.separator, into: &deltas)
      }
    case "response.content_part.added": if open == .text || open == .refusal { close(into: &deltas) }
    case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
      guard open == .call, let text = event["delta"]?.text, !text.isEmpty else { return }
      hasArguments = true
      deltas.append(.arguments(choice: 0, part: parts - 1, text))
    case "response.output_text.annotation.added":
      guard open == .text, let citation = event["annotation"].flatMap(ResponsesCitations.read) else { return }
      deltas.append(.citation(choice: 0, part: parts - 1, citation))
    case "response.output_item.added": begin(event["item"], index: event["output_index"]?.int, into: &deltas)
    case "response.output_item.done":
      try end(event["item"], into: &deltas)
      call = nil
      try tellWaiting(into: &deltas)
    default: break
    }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if !isEnded { throw AnswerFault("the stream ended without 'response.completed'") }
  }

  private mutating func start(_ response: JSONNode?, into deltas: inout [CanonicalDelta]) {
    guard !hasStarted else { return }
    hasStarted = true
    var start = CanonicalDelta.Start(
      id: response?["id"]?.text, model: response?["model"]?.text, created: response?["created_at"]?.int)
    start.serviceTier = response?["service_tier"]?.text
    deltas.append(.started(start))
  }

  // MARK: Items

  private mutating func begin(_ item: JSONNode?, index: Int?, into deltas: inout [CanonicalDelta]) {
    guard let item, let type = item["type"]?.text else { return }
    close(into: &deltas)
    partsBefore = parts
    guard type.equals("function_call") || type.equals("custom_tool_call") else { return }
    hasCalls = true
    hasArguments = false
    call = index
    let kind: ToolCall.Kind = type.equals("custom_tool_call") ? .custom : .function
    begin(
      .call,
      .toolCall(
        id: (item["call_id"] ?? item["id"])?.text ?? .empty, name: item["name"]?.text ?? .empty, kind: kind,
        signature: nil), into: &deltas)
  }

  private mutating func end(_ item: JSONNode?, into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    guard let item, let type = item["type"]?.text else { return }
    let isTold = parts > partsBefore
    if type.equals("reasoning") {
      let thought = ResponsesItemReader.thought(item)
      if !isTold { append(.reasoning, .reasoning(redacted: nil), thought.text, into: &deltas) }
      if let encrypted = thought.signature {
        if open != .reasoning { begin(.reasoning, .reasoning(redacted: nil), into: &deltas) }
        deltas.append(.signature(choice: 0, part: parts - 1, encrypted))
      }
    } else if type.equals("function_call") || type.equals("custom_tool_call") {
      if !isTold { begin(item, index: nil, into: &deltas) }
      // Some servers send the arguments at the end only.
      if open == .call, !hasArguments, let text = (item["arguments"] ?? item["input"])?.text, !text.isEmpty {
        deltas.append(.arguments(choice: 0, part: parts - 1, text))
      }
    } else if type.equals("message"), !isTold {
      var whole = CanonicalResponse.Choice(index: 0)
      try ResponsesAnswerReader.read(item, into: &whole.parts)
      tell(whole, into: &deltas)
    } else if !type.equals("message") {
      start(nil, into: &deltas)
      close(into: &deltas)
      deltas.append(.partStarted(choice: 0, part: parts, .opaque(.openAIResponses, kind: type, item.raw)))
      deltas.append(.partEnded(choice: 0, part: parts))
      parts += 1
    }
    close(into: &deltas)
    partsBefore = parts
  }

  /// Parts that came whole.
  private mutating func tell(_ choice: CanonicalResponse.Choice, into deltas: inout [CanonicalDelta]) {
    var answer = CanonicalResponse()
    answer.choices = [choice]
    start(nil, into: &deltas)
    for delta in answer.deltas(firstPart: parts) {
      switch delta {
      case .started, .usage, .finished, .ended: break
      default: deltas.append(delta)
      }
    }
    parts += choice.parts.count
  }

  private mutating func finish(
    _ response: JSONNode?, isCut: Bool, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    guard let response else { throw AnswerFault("an end without its response") }
    start(response, into: &deltas)
    close(into: &deltas)
    // All of it at once, from servers that stream nothing else.
    if parts == 0, let output = response["output"], !output.isEmpty {
      let answer = try ResponsesAnswerReader.read(response)
      if let choice = answer.choices.first {
        tell(choice, into: &deltas)
        hasCalls = choice.parts.contains { if case .toolCall = $0.content { true } else { false } }
      }
    }
    let finish = ResponsesStatus.read(response, hasCalls: hasCalls) ?? .stop
    let isEnd = finish == .stop || finish == .toolCalls
    deltas.append(.finished(choice: 0, isCut && isEnd ? .length : finish, stopSequence: nil))
    if let usage = ResponsesUsage.read(response["usage"]) { deltas.append(.usage(usage)) }
    isEnded = true
    deltas.append(.ended)
  }

  // MARK: Parts

  private mutating func append(
    _ kind: Open, _ start: CanonicalDelta.PartStart, _ text: RawText?, into deltas: inout [CanonicalDelta]
  ) {
    guard let text, !text.isEmpty else { return }
    if open != kind { begin(kind, start, into: &deltas) }
    switch kind {
    case .text: deltas.append(.text(choice: 0, part: parts - 1, text))
    case .refusal: deltas.append(.refusal(choice: 0, part: parts - 1, text))
    case .reasoning, .call, .nothing: deltas.append(.reasoning(choice: 0, part: parts - 1, text))
    }
  }

  private mutating func begin(
    _ kind: Open, _ start: CanonicalDelta.PartStart, into deltas: inout [CanonicalDelta]
  ) {
    // Some servers do not say that the response has begun.
    self.start(nil, into: &deltas)
    close(into: &deltas)
    deltas.append(.partStarted(choice: 0, part: parts, start))
    parts += 1
    open = kind
  }

  private mutating func close(into deltas: inout [CanonicalDelta]) {
    guard open != .nothing else { return }
    open = .nothing
    deltas.append(.partEnded(choice: 0, part: parts - 1))
  }
}
