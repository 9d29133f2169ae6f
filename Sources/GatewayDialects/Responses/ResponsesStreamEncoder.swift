import GatewayCore

/// Writes the events of a streamed response: each part of the answer is an item of its own.
package struct ResponsesStreamEncoder: StreamEncoder {
  private enum Open {
    case nothing
    case message(id: String, part: CanonicalPart)
    case reasoning(id: String, ReasoningPart)
    case call(id: String, ToolCall)
  }

  private var object: ResponsesObject
  private var ids: ResponsesItems
  private var open = Open.nothing
  /// Pieces of the text that is open, joined when it ends.
  private var text: [UInt8] = []
  /// Chat's tokens of the text that is open.
  private var logprobs: [RawJSON] = []
  private var hasSummary = false
  /// Whether the open item is whole: it is closed with what comes next, which may say that it was cut.
  private var isClosing = false
  private var sequence = 0
  private var hasStarted = false

  package init(context: AnswerContext) {
    object = ResponsesObject(context: context)
    ids = ResponsesItems(exchangeID: context.exchangeID)
  }

  package mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8]) {
    if isClosing { closeBefore(delta, &output) }
    switch delta {
    case .started(let start):
      object.model = start.model
      object.created = start.created
      object.serviceTier = start.serviceTier
      begin(&output)
    case .partStarted(0, _, let start): open(start, &output)
    case .text(0, _, let piece): append(piece, "response.output_text.delta", &output)
    case .refusal(0, _, let piece): append(piece, "response.refusal.delta", &output)
    case .reasoning(0, _, let piece): append(thought: piece, &output)
    case .arguments(0, _, let piece): append(arguments: piece, &output)
    case .signature(0, _, let signature):
      if case .reasoning(let id, var thought) = open {
        thought.signature = signature
        open = .reasoning(id: id, thought)
      }
    case .citation(0, _, let citation): add(citation, &output)
    case .partEnded(0, _): isClosing = true
    case .logprobs(0, let tokens): logprobs += ResponsesLogprobs.tokens(tokens)
    case .finished(0, let reason, _): object.finish = reason
    case .usage(let usage): object.usage = usage
    case .ping: JSONText.append(": ping\n\n", to: &output)
    case .failed(let error): fail(error, &output)
    case .ended: end(&output)
    // Other choices, and what the API has no word for.
    default: break
    }
  }

  private mutating func closeBefore(_ delta: CanonicalDelta, _ output: inout [UInt8]) {
    switch delta {
    case .ping, .usage, .logprobs: return
    case .finished(0, let reason, _): object.finish = reason
    default: break
    }
    isClosing = false
    close(&output)
  }

  private mutating func begin(_ output: inout [UInt8]) {
    guard !hasStarted else { return }
    hasStarted = true
    let object = object
    for name: StaticString in ["response.created", "response.in_progress"] {
      event(name, &output) { json in
        json.name("response")
        object.write(isDone: false, into: &json)
      }
    }
  }

  /// The index of the item that is open.
  private var index: Int { object.items.count }

  // MARK: Items

  private mutating func open(_ start: CanonicalDelta.PartStart, _ output: inout [UInt8]) {
    begin(&output)
    text = []
    logprobs = []
    switch start {
    case .text: openMessage(.text(.empty), &output)
    case .refusal: openMessage(CanonicalPart(.refusal(.empty)), &output)
    case .reasoning(let redacted):
      let id = ids.nextID("rs")
      let thought = ReasoningPart(redacted: redacted)
      open = .reasoning(id: id, thought)
      hasSummary = false
      added(&output) { ResponsesItems.reasoning(ReasoningPart(), id: id, into: &$0) }
    case .toolCall(let callID, let name, let kind, _):
      let id = ids.nextID(kind)
      let call = ToolCall(kind: kind, id: callID, name: name, arguments: .string(.empty))
      open = .call(id: id, call)
      added(&output) { ResponsesItems.call(call, id: id, status: .inProgress, into: &$0) }
    case .opaque(.openAIResponses, _, let value):
      added(&output) { $0.value(value) }
      done(value, &output)
      open = .nothing
    case .media(let part):
      open = .nothing
      var json = JSONWriter()
      guard case .image(let image) = part.content, ResponsesItems.image(image, id: ids.nextID("ig"), into: &json) else {
        return
      }
      let item = RawJSON(written: json.bytes)
      added(&output) { $0.value(item) }
      done(item, &output)
    case .opaque: open = .nothing
    }
  }

  private mutating func openMessage(_ part: CanonicalPart, _ output: inout [UInt8]) {
    let id = ids.nextID("msg")
    open = .message(id: id, part: part)
    added(&output) { ResponsesItems.message(id: id, status: .inProgress, nil, [], into: &$0) }
    content("response.content_part.added", id, &output) { json in
      json.name("part")
      ResponsesItems.writeContent(part, [], into: &json)
    }
  }

  private mutating func append(_ piece: RawText, _ name: StaticString, _ output: inout [UInt8]) {
    guard case .message(let id, let part) = open else { return }
    text += piece.bytes
    content(name, id, &output) { json in
      json.member("delta", piece)
      if part.isText { json.array("logprobs") { _ in } }
    }
  }

  private mutating func append(thought piece: RawText, _ output: inout [UInt8]) {
    guard case .reasoning(let id, _) = open else { return }
    if !hasSummary {
      hasSummary = true
      summary("response.reasoning_summary_part.added", id, &output) { json in
        json.object("part") { json in
          json.member("type", "summary_text")
          json.member("text", "")
        }
      }
    }
    text += piece.bytes
    summary("response.reasoning_summary_text.delta", id, &output) { $0.member("delta", piece) }
  }

  private mutating func append(arguments piece: RawText, _ output: inout [UInt8]) {
    guard case .call(let id, let call) = open else { return }
    text += piece.bytes
    item(
      call.kind == .custom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta", id,
      &output
    ) { $0.member("delta", piece) }
  }

  private mutating func add(_ citation: Citation, _ output: inout [UInt8]) {
    guard citation.url != nil, case .message(let id, var part) = open, case .text(var text) = part.content else {
      return
    }
    content("response.output_text.annotation.added", id, &output) { json in
      json.member("annotation_index", text.citations.count)
      json.name("annotation")
      ResponsesCitations.write(citation, into: &json)
    }
    text.citations.append(citation)
    part.content = .text(text)
    open = .message(id: id, part: part)
  }

  private mutating func close(_ output: inout [UInt8]) {
    let whole = RawText(joined: text)
    text = []
    var json = JSONWriter()
    switch open {
    case .nothing: return
    case .message(let id, let part): closeMessage(id, part, whole, &json, &output)
    case .reasoning(let id, var thought):
      thought.text = whole
      if hasSummary {
        summary("response.reasoning_summary_text.done", id, &output) { $0.member("text", whole) }
        summary("response.reasoning_summary_part.done", id, &output) { json in
          json.object("part") { json in
            json.member("type", "summary_text")
            json.member("text", whole)
          }
        }
      }
      ResponsesItems.reasoning(thought, id: id, into: &json)
    case .call(let id, var call):
      if whole.isEmpty, call.kind == .function { append(arguments: "{}", &output) }
      let whole = RawText(joined: text.isEmpty ? Array(whole.bytes) : text)
      text = []
      call.arguments = .string(whole)
      if call.kind == .custom {
        item("response.custom_tool_call_input.done", id, &output) { $0.member("input", whole) }
      } else {
        item("response.function_call_arguments.done", id, &output) { json in
          json.member("arguments", whole)
          json.member("name", call.name)
        }
      }
      ResponsesItems.call(call, id: id, status: status, into: &json)
    }
    open = .nothing
    done(RawJSON(written: json.bytes), &output)
  }

  /// Of the item that is closed.
  private var status: ResponsesItems.Status {
    ResponsesStatus.reason(object.finish) == nil ? .completed : .incomplete
  }

  private mutating func closeMessage(
    _ id: String, _ part: CanonicalPart, _ whole: RawText, _ json: inout JSONWriter, _ output: inout [UInt8]
  ) {
    var part = part
    if case .text(var text) = part.content {
      text.text = whole
      part.content = .text(text)
      content("response.output_text.done", id, &output) { [logprobs] json in
        json.member("text", whole)
        ResponsesLogprobs.write(logprobs, into: &json)
      }
    } else {
      part.content = .refusal(whole)
      content("response.refusal.done", id, &output) { $0.member("refusal", whole) }
    }
    let finished = part
    content("response.content_part.done", id, &output) { [logprobs] json in
      json.name("part")
      ResponsesItems.writeContent(finished, logprobs, into: &json)
    }
    ResponsesItems.message(id: id, status: status, finished, logprobs, into: &json)
  }

  private mutating func end(_ output: inout [UInt8]) {
    begin(&output)
    close(&output)
    let object = object
    event(ResponsesStatus.reason(object.finish) == nil ? "response.completed" : "response.incomplete", &output) {
      json in
      json.name("response")
      object.write(isDone: true, into: &json)
    }
  }

  private mutating func fail(_ error: ProviderError, _ output: inout [UInt8]) {
    begin(&output)
    object.error = error
    let object = object
    event("response.failed", &output) { json in
      json.name("response")
      object.write(isDone: true, into: &json)
    }
  }

  // MARK: Events

  private mutating func added(_ output: inout [UInt8], _ write: (inout JSONWriter) -> Void) {
    event("response.output_item.added", &output) { [index] json in
      json.member("output_index", index)
      json.name("item")
      write(&json)
    }
  }

  private mutating func done(_ value: RawJSON, _ output: inout [UInt8]) {
    event("response.output_item.done", &output) { [index] json in
      json.member("output_index", index)
      json.member("item", value)
    }
    object.items.append(value)
  }

  private mutating func item(
    _ name: StaticString, _ id: String, _ output: inout [UInt8], _ write: (inout JSONWriter) -> Void
  ) {
    event(name, &output) { [index] json in
      json.member("item_id", id)
      json.member("output_index", index)
      write(&json)
    }
  }

  private mutating func content(
    _ name: StaticString, _ id: String, _ output: inout [UInt8], _ write: (inout JSONWriter) -> Void
  ) {
    item(name, id, &output) { json in
      json.member("content_index", 0)
      write(&json)
    }
  }

  private mutating func summary(
    _ name: StaticString, _ id: String, _ output: inout [UInt8], _ write: (inout JSONWriter) -> Void
  ) {
    item(name, id, &output) { json in
      json.member("summary_index", 0)
      write(&json)
    }
  }

  private mutating func event(
    _ name: StaticString, _ output: inout [UInt8], _ write: (inout JSONWriter) -> Void
  ) {
    JSONText.append("event: ", to: &output)
    JSONText.append(name, to: &output)
    JSONText.append("\ndata: ", to: &output)
    var json = JSONWriter(capacity: 192)
    json.object { json in
      json.member("type", "\(name)")
      json.member("sequence_number", sequence)
      write(&json)
    }
    sequence += 1
    output += json.bytes
    JSONText.append("\n\n", to: &output)
  }
}
