import GatewayCore

/// Reads the events of a streamed chat. Of the bot's messages only answers are told, and what it thought before them.
package struct CozeStreamDecoder: StreamDecoder {
  private enum Open { case nothing, text, reasoning }

  private var open = Open.nothing
  /// The number of the next part.
  private var part = 0
  /// Messages that came in pieces, so that they are not told again when they are whole.
  private var told: Set<RawText> = []
  private var hasStarted = false
  private var isEnded = false

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    // `[DONE]`, behind the end of the chat.
    if isEnded || name == "done" { return }
    let event = try JSONDocument(answer: data).root
    guard event.isObject else { throw AnswerFault("an event that is no object") }
    switch name {
    case "conversation.chat.created", "conversation.chat.in_progress": start(event["id"]?.text, event, &deltas)
    case "conversation.message.delta":
      guard Self.isAnswer(event) else { return }
      start(event["chat_id"]?.text, event, &deltas)
      if let id = event["id"]?.text { told.insert(id) }
      add(event["reasoning_content"]?.text, .reasoning, &deltas)
      add(event["content"]?.text, .text, &deltas)
    case "conversation.message.completed": takeWhole(event, &deltas)
    case "conversation.chat.completed":
      start(event["id"]?.text, event, &deltas)
      end(event, &deltas)
    case "conversation.chat.failed": fail(event["last_error"] ?? event, &deltas)
    case "conversation.chat.requires_action":
      isEnded = true
      deltas.append(
        .failed(
          ProviderError(message: "The bot calls a tool that runs at its caller's.", code: "requires_action")))
    case "error": fail(event, &deltas)
    // Events of voice.
    default: if CozeAnswerReader.error(in: event) != nil { fail(event, &deltas) }
    }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if !isEnded { throw AnswerFault("the stream ended without 'conversation.chat.completed'") }
  }

  private static func isAnswer(_ message: JSONNode) -> Bool { message["type"]?.text?.equals("answer") ?? true }

  private mutating func start(_ id: RawText?, _ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    if hasStarted { return }
    hasStarted = true
    deltas.append(.started(CanonicalDelta.Start(id: id, model: event["bot_id"]?.text)))
  }

  private mutating func fail(_ node: JSONNode, _ deltas: inout [CanonicalDelta]) {
    isEnded = true
    deltas.append(
      .failed(CozeAnswerReader.error(in: node) ?? ProviderError(message: "The chat failed without a reason.")))
  }

  // MARK: Parts

  /// Some answers, such as those of a workflow's message node, come whole.
  private mutating func takeWhole(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    guard Self.isAnswer(event), event["id"]?.text.map({ !told.contains($0) }) ?? (part == 0) else { return }
    start(event["chat_id"]?.text, event, &deltas)
    add(event["reasoning_content"]?.text, .reasoning, &deltas)
    add(event["content"]?.text, .text, &deltas)
  }

  private mutating func add(_ text: RawText?, _ kind: Open, _ deltas: inout [CanonicalDelta]) {
    guard let text, !text.isEmpty else { return }
    if open != kind {
      close(&deltas)
      deltas.append(.partStarted(choice: 0, part: part, kind == .text ? .text : .reasoning(redacted: nil)))
      part += 1
      open = kind
    }
    deltas.append(
      kind == .text ? .text(choice: 0, part: part - 1, text) : .reasoning(choice: 0, part: part - 1, text))
  }

  private mutating func close(_ deltas: inout [CanonicalDelta]) {
    if open != .nothing { deltas.append(.partEnded(choice: 0, part: part - 1)) }
    open = .nothing
  }

  private mutating func end(_ event: JSONNode, _ deltas: inout [CanonicalDelta]) {
    close(&deltas)
    deltas.append(.finished(choice: 0, .stop, stopSequence: nil))
    if let usage = CozeAnswerReader.usage(event["usage"]) { deltas.append(.usage(usage)) }
    deltas.append(.ended)
    isEnded = true
  }
}
