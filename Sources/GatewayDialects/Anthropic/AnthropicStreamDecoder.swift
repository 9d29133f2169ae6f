import GatewayCore

/// Reads the events of a streamed message.
package struct AnthropicStreamDecoder: StreamDecoder {
  private enum Block: Equatable { case text, reasoning, redacted, call, opaque }

  /// The block that is open.
  private var block: Block?
  private var parts = 0
  /// Of a call whose input came at once, with its start.
  private var wholeInput: RawText?
  private var held: AnthropicHeldBlock?
  private var usage = AnthropicUsage()
  private var hasStarted = false
  private var isFinished = false
  private var isEnded = false

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isEnded { return }
    let event = try JSONDocument(answer: data).root
    guard event.isObject else { throw AnswerFault("an event that is no object") }
    // The type stands in the payload as well; some servers leave the `event:` line out.
    let type = event["type"]?.text ?? RawText(event["error"] == nil ? name : "error")
    if type.equals("content_block_delta") {
      try takeDelta(event["delta"], into: &deltas)
    } else if type.equals("content_block_start") {
      try begin(event["content_block"], into: &deltas)
    } else if type.equals("content_block_stop") {
      close(into: &deltas)
    } else if type.equals("message_start") {
      start(event["message"], into: &deltas)
    } else if type.equals("message_delta") {
      finish(event, into: &deltas)
    } else if type.equals("message_stop") {
      try bodyEnded(into: &deltas)
    } else if type.equals("ping") {
      deltas.append(.ping)
    } else if type.equals("error") {
      isEnded = true
      deltas.append(.failed(ProviderError.parse(errorBody: data)))
    }
  }

  package mutating func bodyEnded(into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if isEnded { return }
    guard isFinished else { throw AnswerFault("the stream ended without a stop reason") }
    isEnded = true
    deltas.append(.ended)
  }

  private mutating func start(_ message: JSONNode?, into deltas: inout [CanonicalDelta]) {
    usage.merge(message?["usage"])
    guard !hasStarted else { return }
    hasStarted = true
    var start = CanonicalDelta.Start(id: message?["id"]?.text, model: message?["model"]?.text)
    start.serviceTier = message?["usage"]?["service_tier"]?.text
    deltas.append(.started(start))
    if let usage = usage.usage { deltas.append(.usage(usage)) }
  }

  private mutating func finish(_ event: JSONNode, into deltas: inout [CanonicalDelta]) {
    usage.merge(event["usage"])
    if let reason = event["delta"]?["stop_reason"]?.text, !isFinished {
      start(nil, into: &deltas)
      close(into: &deltas)
      isFinished = true
      deltas.append(
        .finished(choice: 0, AnthropicStop.read(reason), stopSequence: event["delta"]?["stop_sequence"]?.text))
    }
    if let usage = usage.usage { deltas.append(.usage(usage)) }
  }

  // MARK: Blocks

  private mutating func begin(_ node: JSONNode?, into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    guard let node, let type = node["type"]?.text else { throw AnswerFault("a content block without a type") }
    if isFinished { return }
    if type.equals("text") {
      open(.text, .text, into: &deltas)
      append(node["text"], into: &deltas) { .text(choice: 0, part: $0, $1) }
    } else if type.equals("thinking") {
      open(.reasoning, .reasoning(redacted: nil), into: &deltas)
      append(node["thinking"], into: &deltas) { .reasoning(choice: 0, part: $0, $1) }
    } else if type.equals("redacted_thinking") {
      guard let data = node["data"]?.text else { throw AnswerFault("a redacted thought without data") }
      open(.redacted, .reasoning(redacted: data), into: &deltas)
    } else if type.equals("tool_use") {
      guard let id = node["id"]?.text, let name = node["name"]?.text else {
        throw AnswerFault("a tool call without an id or a name")
      }
      open(.call, .toolCall(id: id, name: name, kind: .function, signature: nil), into: &deltas)
      // Some servers send the whole input at once.
      if let input = node["input"], input.isObject, !input.isEmpty {
        wholeInput = RawText(escaping: input.raw.bytes)
      }
    } else {
      start(nil, into: &deltas)
      close(into: &deltas)
      block = .opaque
      held = AnthropicHeldBlock(type: type, node: node)
    }
  }

  private mutating func takeDelta(_ delta: JSONNode?, into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    guard let delta, let type = delta["type"]?.text else { throw AnswerFault("a delta without a type") }
    if isFinished { return }
    if type.equals("text_delta") {
      try demand(.text, into: &deltas)
      append(delta["text"], into: &deltas) { .text(choice: 0, part: $0, $1) }
    } else if type.equals("thinking_delta") {
      try demand(.reasoning, into: &deltas)
      append(delta["thinking"], into: &deltas) { .reasoning(choice: 0, part: $0, $1) }
    } else if type.equals("signature_delta") {
      try demand(.reasoning, into: &deltas)
      append(delta["signature"], into: &deltas) { .signature(choice: 0, part: $0, $1) }
    } else if type.equals("input_json_delta") {
      guard let text = delta["partial_json"]?.text, !text.isEmpty else { return }
      if block == .opaque {
        held?.input += text.bytes
      } else if block == .call {
        wholeInput = nil
        deltas.append(.arguments(choice: 0, part: parts - 1, text))
      } else {
        throw AnswerFault("arguments outside a tool call")
      }
    } else if type.equals("citations_delta"), let citation = delta["citation"], block == .text {
      deltas.append(.citation(choice: 0, part: parts - 1, AnthropicCitations.read(citation)))
    }
  }

  /// Some servers send deltas of text without the block's start.
  private mutating func demand(_ wanted: Block, into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    if block == wanted { return }
    guard block == nil else { throw AnswerFault("a delta of another kind than its block") }
    open(wanted, wanted == .text ? .text : .reasoning(redacted: nil), into: &deltas)
  }

  private func append(
    _ node: JSONNode?, into deltas: inout [CanonicalDelta], _ delta: (Int, RawText) -> CanonicalDelta
  ) {
    guard let text = node?.text, !text.isEmpty else { return }
    deltas.append(delta(parts - 1, text))
  }

  private mutating func open(_ kind: Block, _ part: CanonicalDelta.PartStart, into deltas: inout [CanonicalDelta]) {
    start(nil, into: &deltas)
    close(into: &deltas)
    block = kind
    deltas.append(.partStarted(choice: 0, part: parts, part))
    parts += 1
  }

  private mutating func close(into deltas: inout [CanonicalDelta]) {
    guard block != nil else { return }
    block = nil
    if let held {
      self.held = nil
      deltas.append(.partStarted(choice: 0, part: parts, .opaque(.anthropic, kind: held.type, held.value)))
      parts += 1
    }
    if let input = wholeInput {
      wholeInput = nil
      deltas.append(.arguments(choice: 0, part: parts - 1, input))
    }
    deltas.append(.partEnded(choice: 0, part: parts - 1))
  }
}

/// A block of a server tool, whose input comes in pieces: it is told when it is whole.
private struct AnthropicHeldBlock {
  let type: RawText
  let node: JSONNode
  /// The inside of a JSON string.
  var input: [UInt8] = []

  init(type: RawText, node: JSONNode) {
    self.type = type
    self.node = node
  }

  var value: RawJSON {
    guard !input.isEmpty, let whole = ToolArguments.string(RawText(joined: input)).json else { return node.raw }
    var json = JSONWriter()
    json.object { json in
      for (name, value) in node.members where !name.equals("input") {
        json.name(name)
        json.value(value.raw)
      }
      json.member("input", whole)
    }
    return RawJSON(written: json.bytes)
  }
}
