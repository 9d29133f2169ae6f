import GatewayCore

/// Writes the frames of ConverseStream.
package struct BedrockStreamEncoder: StreamEncoder {
  private enum Open { case none, text, reasoning, call, whole }

  private let context: AnswerContext
  private var open = Open.none
  /// Whether something of the open block was written: an empty one is not said at all.
  private var isVisible = false
  private var index = 0
  private var hasStarted = false
  private var hasToolCalls = false
  private var finish: FinishReason?
  private var stopSequence: RawText?
  private var usage: TokenUsage?
  private var serviceTier: RawText?
  private var unnamed = 0

  package init(context: AnswerContext) { self.context = context }

  package mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8]) {
    switch delta {
    case .started(let start):
      serviceTier = start.serviceTier ?? serviceTier
      self.start(&output)
    case .partStarted(0, _, let part): begin(part, &output)
    case .text(0, _, let text), .refusal(0, _, let text): writeDelta("{\"text\":\"", text, "\"}", &output)
    case .reasoning(0, _, let text): writeDelta("{\"reasoningContent\":{\"text\":\"", text, "\"}}", &output)
    case .signature(0, _, let text): writeDelta("{\"reasoningContent\":{\"signature\":\"", text, "\"}}", &output)
    case .arguments(0, _, let text):
      if open == .text {
        writeDelta("{\"text\":\"", text, "\"}", &output)
      } else {
        writeDelta("{\"toolUse\":{\"input\":\"", text, "\"}}", &output)
      }
    case .citation(0, _, let citation): write(citation, &output)
    case .partEnded(0, _): close(&output)
    case .finished(0, let reason, let sequence):
      finish = reason
      stopSequence = sequence
    case .usage(let usage): self.usage = usage
    case .ended: end(&output)
    case .failed(let error):
      BedrockErrorWriter.append(BedrockErrorType(error), message: error.message, to: &output)
    // Converse answers once, and knows neither logprobs nor pings.
    case .partStarted, .text, .refusal, .reasoning, .signature, .arguments, .citation, .partEnded, .finished, .logprobs,
      .ping:
      return
    }
  }

  // MARK: Blocks

  private mutating func begin(_ part: CanonicalDelta.PartStart, _ output: inout [UInt8]) {
    start(&output)
    switch part {
    case .text, .refusal: open = .text
    case .reasoning(nil): open = .reasoning
    case .reasoning(let redacted?):
      open = .whole
      writeRedacted(BedrockBlockWriter.blob(redacted), &output)
    case .toolCall(let id, let name, _, let signature):
      if context.emulated.contains(.responseFormat), name == Emulation.toolName {
        open = .text
        return
      }
      if let signature {
        open = .whole
        writeRedacted(BedrockBlob.wrapped(signature, .callSignature), &output)
        close(&output)
      }
      open = .call
      hasToolCalls = true
      writeStart(id, name, &output)
    case .media(let part):
      open = .whole
      writeImage(part, &output)
    case .opaque(.bedrockConverse, let kind, let value):
      open = .whole
      writeServerTool(kind, value, &output)
    case .opaque: open = .whole
    }
  }

  private mutating func close(_ output: inout [UInt8]) {
    open = .none
    guard isVisible else { return }
    isVisible = false
    let index = index
    EventStreamFrame.append(named: "contentBlockStop", to: &output) { output in
      JSONText.append("{\"contentBlockIndex\":", to: &output)
      output.append(contentsOf: String(index).utf8)
      output.append(UInt8(ascii: "}"))
    }
    self.index += 1
  }

  private mutating func writeDelta(
    _ head: StaticString, _ text: RawText, _ tail: StaticString, _ output: inout [UInt8]
  ) {
    if text.isEmpty { return }
    writeDelta(&output) { output in
      JSONText.append(head, to: &output)
      output.append(contentsOf: text.bytes)
      JSONText.append(tail, to: &output)
    }
  }

  private mutating func writeDelta(_ output: inout [UInt8], _ delta: (inout [UInt8]) -> Void) {
    isVisible = true
    let index = index
    EventStreamFrame.append(named: "contentBlockDelta", to: &output) { output in
      JSONText.append("{\"contentBlockIndex\":", to: &output)
      output.append(contentsOf: String(index).utf8)
      JSONText.append(",\"delta\":", to: &output)
      delta(&output)
      output.append(UInt8(ascii: "}"))
    }
  }

  /// - Parameter start: the value of `start`.
  private mutating func writeStart(_ output: inout [UInt8], _ start: (inout JSONWriter) -> Void) {
    isVisible = true
    var json = JSONWriter()
    json.object { json in
      json.member("contentBlockIndex", index)
      json.name("start" as StaticString)
      start(&json)
    }
    EventStreamFrame.append(named: "contentBlockStart", to: &output) { $0.append(contentsOf: json.bytes) }
  }

  private mutating func writeStart(_ id: RawText, _ name: RawText, _ output: inout [UInt8]) {
    var id = id
    if id.isEmpty {
      unnamed += 1
      id = BedrockAnswerWriter.callID(unnamed, context)
    }
    writeStart(&output) { json in
      json.object { json in
        json.object("toolUse") { json in
          json.member("name", name)
          json.member("toolUseId", id)
        }
      }
    }
  }

  private mutating func writeRedacted(_ blob: RawText, _ output: inout [UInt8]) {
    writeDelta("{\"reasoningContent\":{\"redactedContent\":\"", blob, "\"}}", &output)
  }

  private mutating func write(_ citation: Citation, _ output: inout [UInt8]) {
    var json = JSONWriter()
    json.object { json in
      json.name("citation" as StaticString)
      BedrockCitations.write(citation, to: &json)
    }
    writeDelta(&output) { $0.append(contentsOf: json.bytes) }
  }

  private mutating func writeImage(_ part: CanonicalPart, _ output: inout [UInt8]) {
    guard case .image(let media) = part.content, case .base64(let data) = media.source,
      let format = BedrockMedia.format(of: media, .image)
    else { return }
    writeStart(&output) { $0.object { $0.object("image") { $0.member("format", RawText("\(format)")) } } }
    writeDelta("{\"image\":{\"source\":{\"bytes\":\"", data, "\"}}}", &output)
  }

  /// Of a tool that Bedrock ran itself.
  private mutating func writeServerTool(_ kind: RawText, _ value: RawJSON, _ output: inout [UInt8]) {
    guard kind.equals("toolUse") || kind.equals("toolResult"), let node = value.node else { return }
    let inner: StaticString = kind.equals("toolUse") ? "input" : "content"
    writeStart(&output) { json in
      json.object { json in
        json.name(kind)
        json.object { json in
          for (name, value) in node.members where !name.equals(inner) {
            json.name(name)
            json.value(value.raw)
          }
        }
      }
    }
    guard let content = node[inner] else { return }
    if kind.equals("toolUse") {
      writeDelta("{\"toolUse\":{\"input\":\"", RawText(escaping: content.raw.bytes), "\"}}", &output)
    } else {
      writeDelta(&output) { output in
        JSONText.append("{\"toolResult\":", to: &output)
        content.write(into: &output)
        output.append(UInt8(ascii: "}"))
      }
    }
  }

  // MARK: Beginning and end

  private mutating func start(_ output: inout [UInt8]) {
    if hasStarted { return }
    hasStarted = true
    EventStreamFrame.append(named: "messageStart", to: &output) {
      JSONText.append("{\"role\":\"assistant\"}", to: &$0)
    }
  }

  private mutating func end(_ output: inout [UInt8]) {
    start(&output)
    var stop = JSONWriter()
    let isEmulated = !context.emulated.isEmpty && finish == .toolCalls && !hasToolCalls
    let reason = BedrockStopReason.write(
      isEmulated ? .stop : finish, stopSequence: stopSequence, hasToolCalls: hasToolCalls)
    stop.object { stop in
      if let stopSequence {
        stop.object("additionalModelResponseFields") { $0.member("stop_sequence", stopSequence) }
      }
      stop.member("stopReason", RawText("\(reason)"))
    }
    EventStreamFrame.append(named: "messageStop", to: &output) { $0.append(contentsOf: stop.bytes) }
    var metadata = JSONWriter()
    metadata.object { metadata in
      metadata.object("metrics") { $0.member("latencyMs", 0) }
      if let tier = BedrockAnswerWriter.serviceTier(serviceTier) {
        metadata.object("serviceTier") { $0.member("type", tier) }
      }
      metadata.name("usage" as StaticString)
      BedrockUsage.write(usage, to: &metadata)
    }
    EventStreamFrame.append(named: "metadata", to: &output) { $0.append(contentsOf: metadata.bytes) }
  }
}
