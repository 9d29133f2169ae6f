import GatewayCore

/// Reads the events of a streamed message.
package struct AnthropicStreamDecoder: StreamDecoder {
  private enum Block { case text, reasoning, call, whole }

  /// The block that is open.
  private var block: Block?
  private var parts = 0
  private var usage = AnthropicUsage()
  private var hasStarted = false
  private var isFinished = false
  private var isEnded = false

  package init() {}

  package mutating func receive(
    event name: String, data: UnsafeRawBufferPointer, into deltas: inout [CanonicalDelta]
  ) throws(AnswerFault) {
    if isEnded { return }
    let document: JSONDocument
    do throws(JSONFault) {
      document = try JSONDocument(copying: data, loneSurrogates: .replaced)
    } catch {
      throw AnswerFault(error)
    }
    let event = document.root
    // The type stands in the payload as well; some servers leave the `event:` line out.
    let type = event["type"]?.text ?? RawText(name)
    if type.equals("content_block_delta") {
      takeDelta(event["delta"], into: &deltas)
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
    guard !hasStarted else { return }
    hasStarted = true
    usage.merge(message?["usage"])
    var start = CanonicalDelta.Start(id: message?["id"]?.text, model: message?["model"]?.text)
    start.serviceTier = message?["usage"]?["service_tier"]?.text
    deltas.append(.started(start))
    if let usage = usage.usage { deltas.append(.usage(usage)) }
  }

  private mutating func begin(_ node: JSONNode?, into deltas: inout [CanonicalDelta]) throws(AnswerFault) {
    guard let node, let type = node["type"]?.text else { throw AnswerFault("a content block without a type") }
    close(into: &deltas)
    let start: CanonicalDelta.PartStart
    if type.equals("text") {
      block = .text
      start = .text
    } else if type.equals("thinking") {
      block = .reasoning
      start = .reasoning(redacted: nil)
    } else if type.equals("redacted_thinking") {
      block = .whole
      start = .reasoning(redacted: node["data"]?.text ?? .empty)
    } else if type.equals("tool_use") {
      block = .call
      start = .toolCall(
        id: node["id"]?.text ?? .empty, name: node["name"]?.text ?? .empty, kind: .function, signature: nil)
    } else {
      block = .whole
      start = .opaque(.anthropic, kind: type, node.raw)
    }
    deltas.append(.partStarted(choice: 0, part: parts, start))
    parts += 1
    if block == .text, let text = node["text"]?.text, !text.isEmpty {
      deltas.append(.text(choice: 0, part: parts - 1, text))
    }
    if block == .reasoning, let text = node["thinking"]?.text, !text.isEmpty {
      deltas.append(.reasoning(choice: 0, part: parts - 1, text))
    }
    // Some servers send the whole input at once.
    if block == .call, let input = node["input"], input.isObject, !input.isEmpty {
      deltas.append(.arguments(choice: 0, part: parts - 1, RawText(escaping: input.raw.bytes)))
    }
  }

  private mutating func takeDelta(_ delta: JSONNode?, into deltas: inout [CanonicalDelta]) {
    guard let delta, let type = delta["type"]?.text, block != nil else { return }
    let part = parts - 1
    if type.equals("text_delta"), let text = delta["text"]?.text {
      if !text.isEmpty { deltas.append(.text(choice: 0, part: part, text)) }
    } else if type.equals("input_json_delta"), let text = delta["partial_json"]?.text {
      if !text.isEmpty, block == .call { deltas.append(.arguments(choice: 0, part: part, text)) }
    } else if type.equals("thinking_delta"), let text = delta["thinking"]?.text {
      if !text.isEmpty { deltas.append(.reasoning(choice: 0, part: part, text)) }
    } else if type.equals("signature_delta"), let text = delta["signature"]?.text {
      if !text.isEmpty { deltas.append(.signature(choice: 0, part: part, text)) }
    } else if type.equals("citations_delta"), let citation = delta["citation"] {
      deltas.append(.citation(choice: 0, part: part, AnthropicCitations.read(citation)))
    }
  }

  private mutating func close(into deltas: inout [CanonicalDelta]) {
    guard block != nil else { return }
    block = nil
    deltas.append(.partEnded(choice: 0, part: parts - 1))
  }

  private mutating func finish(_ event: JSONNode, into deltas: inout [CanonicalDelta]) {
    usage.merge(event["usage"])
    if let reason = event["delta"]?["stop_reason"]?.text, !isFinished {
      close(into: &deltas)
      isFinished = true
      deltas.append(
        .finished(choice: 0, AnthropicStop.read(reason), stopSequence: event["delta"]?["stop_sequence"]?.text))
    }
    if let usage = usage.usage { deltas.append(.usage(usage)) }
  }
}
