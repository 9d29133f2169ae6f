import GatewayCore

/// Writes the stream of `POST /v2/chat`.
package struct CohereStreamEncoder: StreamEncoder {
  private enum Open { case nothing, content, reasoning, call }

  private let context: AnswerContext
  private var open = Open.nothing
  private var hasStarted = false
  /// Content blocks, calls and citations so far; each count is the index of the next.
  private var blocks = 0
  private var calls = 0
  private var citations = 0
  private var isEmulated = false
  private var finish: FinishReason?
  private var stopSequence: RawText?
  private var usage: TokenUsage?

  package init(context: AnswerContext) { self.context = context }

  package mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8]) {
    switch delta {
    case .started: start(&output)
    case .partStarted(0, _, let part): begin(part, &output)
    case .text(0, _, let text), .refusal(0, _, let text): append(text: text, &output)
    case .reasoning(0, _, let text): append(thought: text, &output)
    case .arguments(0, _, let text): append(arguments: text, &output)
    case .citation(0, _, let citation): append(citation, &output)
    case .logprobs(0, let logprobs): append(logprobs: logprobs, &output)
    case .partEnded(0, _): end(&output)
    case .finished(0, let reason, let sequence): (finish, stopSequence) = (reason, sequence)
    case .usage(let usage): self.usage = usage
    case .ping: JSONText.append(": ping\n\n", to: &output)
    case .failed(let error): output += CohereErrorWriter.event(message: error.message)
    case .ended: endMessage(&output)
    // Other choices, and signatures, which Cohere does not have.
    default: break
    }
  }

  // MARK: Parts

  private mutating func start(_ output: inout [UInt8]) {
    if hasStarted { return }
    hasStarted = true
    JSONText.append("event: message-start\ndata: {\"id\":\"", to: &output)
    output += CohereNames.answerID(context).bytes
    JSONText.append(
      """
      ","type":"message-start","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],\
      "citations":[]}}}\n\n
      """, to: &output)
  }

  private mutating func begin(_ part: CanonicalDelta.PartStart, _ output: inout [UInt8]) {
    switch part {
    case .text, .refusal: beginText(&output)
    case .reasoning(nil):
      open = .reasoning
      JSONText.append("event: content-start\ndata: {\"type\":\"content-start\",\"index\":", to: &output)
      Self.append(blocks, &output)
      JSONText.append(#","delta":{"message":{"content":{"type":"thinking","thinking":""}}}}"#, to: &output)
      Self.endEvent(&output)
    case .toolCall(let id, let name, _, _):
      if CohereNames.isEmulated(name, context) {
        isEmulated = true
        beginText(&output)
      } else {
        beginCall(id, name, &output)
      }
    case .reasoning, .media, .opaque: open = .nothing
    }
  }

  private mutating func beginText(_ output: inout [UInt8]) {
    open = .content
    JSONText.append("event: content-start\ndata: {\"type\":\"content-start\",\"index\":", to: &output)
    Self.append(blocks, &output)
    JSONText.append(#","delta":{"message":{"content":{"type":"text","text":""}}}}"#, to: &output)
    Self.endEvent(&output)
  }

  private mutating func beginCall(_ id: RawText, _ name: RawText, _ output: inout [UInt8]) {
    open = .call
    JSONText.append("event: tool-call-start\ndata: {\"type\":\"tool-call-start\",\"index\":", to: &output)
    Self.append(calls, &output)
    JSONText.append(#","delta":{"message":{"tool_calls":{"id":""#, to: &output)
    output += (id.isEmpty ? CohereNames.callID(name, calls, context) : id).bytes
    JSONText.append(#"","type":"function","function":{"name":""#, to: &output)
    output += name.bytes
    JSONText.append(#"","arguments":""}}}}}"#, to: &output)
    Self.endEvent(&output)
  }

  private mutating func end(_ output: inout [UInt8]) {
    switch open {
    case .nothing: return
    case .content, .reasoning:
      JSONText.append("event: content-end\ndata: {\"type\":\"content-end\",\"index\":", to: &output)
      Self.append(blocks, &output)
      blocks += 1
    case .call:
      JSONText.append("event: tool-call-end\ndata: {\"type\":\"tool-call-end\",\"index\":", to: &output)
      Self.append(calls, &output)
      calls += 1
    }
    open = .nothing
    output.append(UInt8(ascii: "}"))
    Self.endEvent(&output)
  }

  // MARK: Deltas

  private func append(text: RawText, _ output: inout [UInt8]) {
    guard case .content = open else { return }
    beginContentDelta(&output)
    JSONText.append(#""text":""#, to: &output)
    output += text.bytes
    JSONText.append("\"}}}}\n\n", to: &output)
  }

  private func append(thought: RawText, _ output: inout [UInt8]) {
    guard case .reasoning = open else { return }
    beginContentDelta(&output)
    JSONText.append(#""thinking":""#, to: &output)
    output += thought.bytes
    JSONText.append("\"}}}}\n\n", to: &output)
  }

  private func beginContentDelta(_ output: inout [UInt8]) {
    JSONText.append("event: content-delta\ndata: {\"type\":\"content-delta\",\"index\":", to: &output)
    Self.append(blocks, &output)
    JSONText.append(#","delta":{"message":{"content":{"#, to: &output)
  }

  private func append(arguments: RawText, _ output: inout [UInt8]) {
    guard case .call = open else { return append(text: arguments, &output) }
    JSONText.append("event: tool-call-delta\ndata: {\"type\":\"tool-call-delta\",\"index\":", to: &output)
    Self.append(calls, &output)
    JSONText.append(#","delta":{"message":{"tool_calls":{"function":{"arguments":""#, to: &output)
    output += arguments.bytes
    JSONText.append("\"}}}}}\n\n", to: &output)
  }

  private mutating func append(_ citation: Citation, _ output: inout [UInt8]) {
    var json = JSONWriter()
    CohereCitation.write(citation, contentIndex: blocks, into: &json)
    JSONText.append("event: citation-start\ndata: {\"type\":\"citation-start\",\"index\":", to: &output)
    Self.append(citations, &output)
    JSONText.append(#","delta":{"message":{"citations":"#, to: &output)
    output += json.bytes
    JSONText.append("}}}\n\nevent: citation-end\ndata: {\"type\":\"citation-end\",\"index\":", to: &output)
    Self.append(citations, &output)
    JSONText.append("}\n\n", to: &output)
    citations += 1
  }

  /// Cohere has them beside the text; as that has gone out already, they come with an empty text.
  private func append(logprobs: RawJSON, _ output: inout [UInt8]) {
    for item in CohereLogprobs.items(of: logprobs) {
      beginContentDelta(&output)
      JSONText.append(#""text":""}}},"logprobs":"#, to: &output)
      output += item.bytes
      JSONText.append("}\n\n", to: &output)
    }
  }

  // MARK: The end

  private mutating func endMessage(_ output: inout [UInt8]) {
    start(&output)
    var json = JSONWriter()
    json.object { json in
      json.member("type", "message-end" as RawText)
      json.object("delta") { json in
        json.member(
          "finish_reason",
          CohereFinish.word(for: finish, stopSequence: stopSequence, hasCalls: calls > 0, isEmulated: isEmulated))
        guard let usage else { return }
        json.name("usage" as StaticString)
        CohereUsage.write(usage, into: &json)
      }
    }
    JSONText.append("event: message-end\ndata: ", to: &output)
    output += json.bytes
    JSONText.append("\n\ndata: [DONE]\n\n", to: &output)
  }

  private static func endEvent(_ output: inout [UInt8]) { JSONText.append("\n\n", to: &output) }

  private static func append(_ number: Int, _ output: inout [UInt8]) {
    if number < 10 { output.append(UInt8(ascii: "0") + UInt8(number)) } else { output += String(number).utf8 }
  }
}
