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

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isEnded { return }
    let document: JSONDocument
    do throws(JSONFault) {
      document = try JSONDocument(copying: data, loneSurrogates: .replaced)
    } catch {
      // `[DONE]` of servers that copy chat.
      if name.isEmpty { return }
      throw AnswerFault(error)
    }
    let event = document.root
    let type = event["type"]?.text ?? RawText(name)
    switch type.string {
    case "response.output_text.delta": append(.text, .text, event["delta"]?.text, into: &deltas)
    case "response.refusal.delta": append(.refusal, .refusal, event["delta"]?.text, into: &deltas)
    case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
      append(.reasoning, .reasoning(redacted: nil), event["delta"]?.text, into: &deltas)
    case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
      guard open == .call, let text = event["delta"]?.text, !text.isEmpty else { return }
      hasArguments = true
      deltas.append(.arguments(choice: 0, part: parts - 1, text))
    case "response.output_text.annotation.added":
      guard open == .text, let citation = event["annotation"].flatMap(ResponsesCitations.read) else { return }
      deltas.append(.citation(choice: 0, part: parts - 1, citation))
    case "response.output_item.added": begin(event["item"], into: &deltas)
    case "response.output_item.done": try end(event["item"], into: &deltas)
    case "response.created", "response.in_progress": start(event["response"], into: &deltas)
    case "response.completed", "response.incomplete": try finish(event["response"], into: &deltas)
    case "response.failed":
      isEnded = true
      let error = event["response"]?["error"]
      deltas.append(
        .failed(
          ProviderError(message: error?["message"]?.string ?? "the response failed", code: error?["code"]?.string)))
    case "error":
      isEnded = true
      deltas.append(.failed(ProviderError.parse(errorBody: data)))
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

  private mutating func begin(_ item: JSONNode?, into deltas: inout [CanonicalDelta]) {
    guard let item, let type = item["type"]?.text else { return }
    close(into: &deltas)
    guard type.equals("function_call") || type.equals("custom_tool_call") else { return }
    hasCalls = true
    hasArguments = false
    let kind: ToolCall.Kind = type.equals("custom_tool_call") ? .custom : .function
    begin(
      .call,
      .toolCall(
        id: (item["call_id"] ?? item["id"])?.text ?? .empty, name: item["name"]?.text ?? .empty, kind: kind,
        signature: nil), into: &deltas)
  }

  private mutating func end(_ item: JSONNode?, into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    guard let item, let type = item["type"]?.text else { return }
    if type.equals("reasoning") {
      if let encrypted = item["encrypted_content"]?.text, !encrypted.isEmpty {
        if open != .reasoning { begin(.reasoning, .reasoning(redacted: nil), into: &deltas) }
        deltas.append(.signature(choice: 0, part: parts - 1, encrypted))
      }
    } else if type.equals("function_call") || type.equals("custom_tool_call") {
      // Some servers send the arguments at the end only.
      if open == .call, !hasArguments, let text = (item["arguments"] ?? item["input"])?.text, !text.isEmpty {
        deltas.append(.arguments(choice: 0, part: parts - 1, text))
      }
    } else if !type.equals("message") {
      close(into: &deltas)
      deltas.append(.partStarted(choice: 0, part: parts, .opaque(.openAIResponses, kind: type, item.raw)))
      deltas.append(.partEnded(choice: 0, part: parts))
      parts += 1
    }
    close(into: &deltas)
  }

  private mutating func finish(_ response: JSONNode?, into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    guard let response else { throw AnswerFault("an end without its response") }
    start(response, into: &deltas)
    close(into: &deltas)
    // All of it at once, from servers that stream nothing else.
    if parts == 0, let output = response["output"], !output.isEmpty {
      let answer = try ResponsesAnswerReader.read(response)
      for delta in answer.deltas {
        switch delta {
        case .started, .usage, .finished, .ended: break
        default: deltas.append(delta)
        }
      }
      hasCalls = answer.choices.first?.finish == .toolCalls
    }
    deltas.append(
      .finished(choice: 0, ResponsesStatus.read(response, hasCalls: hasCalls) ?? .stop, stopSequence: nil))
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
