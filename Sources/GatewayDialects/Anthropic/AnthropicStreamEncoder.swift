import GatewayCore

/// Writes the events of a streamed message.
package struct AnthropicStreamEncoder: StreamEncoder {
  private let context: AnswerContext
  private var hasStarted = false
  /// Whether the part that is open has a block here.
  private var isOpen = false
  /// Blocks so far.
  private var blocks = 0
  private var usage: TokenUsage?
  private var finish: FinishReason?
  private var stopSequence: RawText?

  package init(context: AnswerContext) { self.context = context }

  package mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8]) {
    switch delta {
    case .started(let start): begin(start, &output)
    // A usage before the answer belongs to `message_start`, which waits for the first part.
    case .usage(let usage): self.usage = usage
    case .partStarted(0, _, let start): open(start, &output)
    case .text(0, _, let text), .refusal(0, _, let text):
      write("text_delta", "text", text, &output)
    case .reasoning(0, _, let text): write("thinking_delta", "thinking", text, &output)
    case .signature(0, _, let text): write("signature_delta", "signature", text, &output)
    case .arguments(0, _, let text): write("input_json_delta", "partial_json", text, &output)
    case .citation(0, _, let citation):
      guard isOpen else { return }
      event("content_block_delta", &output) { [index = blocks - 1] json in
        json.member("index", index)
        json.object("delta") { json in
          json.member("type", "citations_delta")
          json.name("citation")
          AnthropicCitations.write(citation, into: &json)
        }
      }
    case .partEnded(0, _): close(&output)
    case .finished(0, let reason, let sequence): (finish, stopSequence) = (reason, sequence)
    case .ping: event("ping", &output) { _ in }
    case .failed(let error): output += AnthropicErrorWriter.event(error)
    case .ended: end(&output)
    // Other choices, and what the API has no word for.
    default: break
    }
  }

  private var start: CanonicalDelta.Start?

  private mutating func begin(_ start: CanonicalDelta.Start, _ output: inout [UInt8]) {
    if self.start == nil { self.start = start }
  }

  private mutating func startMessage(_ output: inout [UInt8]) {
    guard !hasStarted else { return }
    hasStarted = true
    let (context, start, usage) = (context, start, usage)
    event("message_start", &output) { json in
      json.object("message") { json in
        json.member("id", "msg_\(context.exchangeID)")
        json.member("type", "message")
        json.member("role", "assistant")
        json.member("model", start?.model ?? RawText(context.model))
        json.array("content") { _ in }
        json.null("stop_reason")
        json.null("stop_sequence")
        AnthropicUsage.write(usage, into: &json)
      }
    }
  }

  // MARK: Blocks

  private mutating func open(_ start: CanonicalDelta.PartStart, _ output: inout [UInt8]) {
    startMessage(&output)
    if case .media = start { return }
    if case .opaque(let dialect, _, _) = start, dialect != .anthropic { return }
    isOpen = true
    blocks += 1
    event("content_block_start", &output) { [index = blocks - 1] json in
      json.member("index", index)
      if case .opaque(_, _, let value) = start { return json.member("content_block", value) }
      json.object("content_block") { Self.write(start, into: &$0) }
    }
  }

  private static func write(_ start: CanonicalDelta.PartStart, into json: inout JSONWriter) {
    switch start {
    case .text, .refusal, .media, .opaque:
      json.member("type", "text")
      json.member("text", "")
    case .reasoning(nil):
      json.member("type", "thinking")
      json.member("thinking", "")
      json.member("signature", "")
    case .reasoning(let redacted?):
      json.member("type", "redacted_thinking")
      json.member("data", redacted)
    case .toolCall(let id, let name, _, _):
      json.member("type", "tool_use")
      json.member("id", id)
      json.member("name", name)
      json.object("input") { _ in }
    }
  }

  private mutating func write(_ type: String, _ member: StaticString, _ text: RawText, _ output: inout [UInt8]) {
    guard isOpen else { return }
    event("content_block_delta", &output) { [index = blocks - 1] json in
      json.member("index", index)
      json.object("delta") { json in
        json.member("type", type)
        json.member(member, text)
      }
    }
  }

  private mutating func close(_ output: inout [UInt8]) {
    guard isOpen else { return }
    isOpen = false
    event("content_block_stop", &output) { [index = blocks - 1] in $0.member("index", index) }
  }

  private mutating func end(_ output: inout [UInt8]) {
    startMessage(&output)
    close(&output)
    let (finish, sequence, usage) = (finish, stopSequence, usage)
    event("message_delta", &output) { json in
      json.object("delta") { json in
        json.member("stop_reason", AnthropicStop.word(finish, stopSequence: sequence))
        json.name("stop_sequence")
        if let sequence { json.value(sequence) } else { json.null() }
      }
      AnthropicUsage.write(usage, into: &json)
    }
    event("message_stop", &output) { _ in }
  }

  // MARK: Events

  private func event(_ name: StaticString, _ output: inout [UInt8], _ write: (inout JSONWriter) -> Void) {
    JSONText.append("event: ", to: &output)
    JSONText.append(name, to: &output)
    JSONText.append("\ndata: ", to: &output)
    var json = JSONWriter(capacity: 160)
    json.object { json in
      json.member("type", "\(name)")
      write(&json)
    }
    output += json.bytes
    JSONText.append("\n\n", to: &output)
  }
}
