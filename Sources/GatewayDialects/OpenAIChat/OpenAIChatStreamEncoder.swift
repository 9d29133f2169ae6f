import GatewayCore

/// Writes the chunks of a streamed chat.
package struct OpenAIChatStreamEncoder: StreamEncoder {
  private struct Choice {
    var hasRole = false
    /// Calls so far; the number of the open one is one less.
    var calls = 0
    /// The call that is open, and whether it has had arguments.
    var call: (kind: ToolCall.Kind, hasArguments: Bool)?
    var thoughts = 0
  }

  private let context: AnswerContext
  /// `data: {"id":…,"object":…,"created":…,"model":…,` of every chunk.
  private var prefix: [UInt8] = []
  private var choices: [Choice] = []
  private var usage: TokenUsage?

  package init(context: AnswerContext) { self.context = context }

  package mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8]) {
    switch delta {
    case .started(let start): makePrefix(start)
    case .partStarted(let choice, _, let start): begin(start, choice, &output)
    case .text(let choice, _, let text):
      chunk(choice, &output) { $0.member("content", text) }
    case .reasoning(let choice, _, let text):
      chunk(choice, &output) { $0.member("reasoning_content", text) }
    case .signature(let choice, _, let signature): write(signature, choice, &output)
    case .arguments(let choice, _, let text): write(arguments: text, choice, &output)
    case .refusal(let choice, _, let text): chunk(choice, &output) { $0.member("refusal", text) }
    case .citation(let choice, _, let citation):
      guard citation.url != nil else { return }
      chunk(choice, &output) { OpenAIChatCitations.write([citation], into: &$0) }
    case .logprobs(let choice, let logprobs): chunk(choice, logprobs: logprobs, &output) { _ in }
    case .partEnded(let choice, _): endPart(choice, &output)
    case .finished(let choice, let reason, _):
      chunk(choice, finish: OpenAIChatFinish.word(reason), &output) { _ in }
    case .usage(let usage): self.usage = usage
    case .ping: JSONText.append(": ping\n\n", to: &output)
    case .failed(let error):
      JSONText.append("data: ", to: &output)
      output += ErrorEnvelope.body(
        message: error.message, type: error.type ?? "api_error", param: error.param, code: error.code)
      JSONText.append("\n\n", to: &output)
    case .ended: end(&output)
    }
  }

  private mutating func at(_ choice: Int) -> Choice {
    while choices.count <= choice { choices.append(Choice()) }
    return choices[choice]
  }

  private mutating func makePrefix(_ start: CanonicalDelta.Start) {
    guard prefix.isEmpty else { return }
    JSONText.append("data: {\"id\":\"chatcmpl-", to: &prefix)
    prefix += context.exchangeID.utf8
    JSONText.append("\",\"object\":\"chat.completion.chunk\",\"created\":", to: &prefix)
    prefix += String(start.created ?? context.created).utf8
    JSONText.append(",\"model\":\"", to: &prefix)
    prefix += (start.model ?? RawText(context.model)).bytes
    JSONText.append("\",", to: &prefix)
    if let fingerprint = start.systemFingerprint {
      JSONText.append("\"system_fingerprint\":\"", to: &prefix)
      prefix += fingerprint.bytes
      JSONText.append("\",", to: &prefix)
    }
    if let tier = start.serviceTier {
      JSONText.append("\"service_tier\":\"", to: &prefix)
      prefix += tier.bytes
      JSONText.append("\",", to: &prefix)
    }
  }

  // MARK: Parts

  private mutating func begin(_ start: CanonicalDelta.PartStart, _ choice: Int, _ output: inout [UInt8]) {
    switch start {
    case .text, .refusal, .reasoning(nil), .opaque: break
    case .reasoning(let redacted?):
      let thought = ReasoningPart(redacted: redacted)
      let index = at(choice).thoughts
      choices[choice].thoughts += 1
      chunk(choice, &output) { json in
        json.array("reasoning_details") { OpenAIChatReasoning.write(thought, index: index, into: &$0) }
      }
    case .toolCall(let id, let name, let kind, let signature):
      let index = at(choice).calls
      choices[choice].calls += 1
      choices[choice].call = (kind, false)
      chunk(choice, &output) { json in
        json.array("tool_calls") { json in
          json.object { json in
            json.member("index", index)
            json.member("id", id)
            json.member("type", kind == .custom ? "custom" : "function")
            json.object(kind == .custom ? "custom" : "function") { json in
              json.member("name", name)
              json.member(kind == .custom ? "input" : "arguments", "")
            }
            OpenAIChatMessageWriter.writeSignature(signature, into: &json)
          }
        }
      }
    case .media(let part):
      switch part.content {
      case .image(let image): chunk(choice, &output) { OpenAIChatAnswerWriter.writeImages([image], into: &$0) }
      case .audio(let audio): chunk(choice, &output) { [context] in OpenAIChatAudio.write(audio, context, into: &$0) }
      default: break
      }
    }
  }

  private mutating func write(arguments text: RawText, _ choice: Int, _ output: inout [UInt8]) {
    guard let call = at(choice).call else { return }
    choices[choice].call?.hasArguments = true
    let index = choices[choice].calls - 1
    chunk(choice, &output) { json in
      json.array("tool_calls") { json in
        json.object { json in
          json.member("index", index)
          json.object(call.kind == .custom ? "custom" : "function") { json in
            json.member(call.kind == .custom ? "input" : "arguments", text)
          }
        }
      }
    }
  }

  /// Clients read the arguments as JSON, which nothing is not.
  private mutating func endPart(_ choice: Int, _ output: inout [UInt8]) {
    guard let call = at(choice).call else { return }
    if call.kind == .function, !call.hasArguments { write(arguments: "{}", choice, &output) }
    choices[choice].call = nil
  }

  private mutating func write(_ signature: RawText, _ choice: Int, _ output: inout [UInt8]) {
    let index = at(choice).thoughts
    choices[choice].thoughts += 1
    let thought = ReasoningPart(signature: signature)
    chunk(choice, &output) { json in
      json.array("reasoning_details") { OpenAIChatReasoning.write(thought, index: index, into: &$0) }
    }
  }

  // MARK: Chunks

  private mutating func chunk(
    _ choice: Int, finish: RawText? = nil, logprobs: RawJSON? = nil, _ output: inout [UInt8],
    _ delta: (inout JSONWriter) -> Void
  ) {
    if prefix.isEmpty { makePrefix(CanonicalDelta.Start()) }
    let isFirst = !at(choice).hasRole
    choices[choice].hasRole = true
    output += prefix
    JSONText.append("\"choices\":[", to: &output)
    var json = JSONWriter(capacity: 192)
    json.object { json in
      json.member("index", choice)
      json.object("delta") { json in
        if isFirst { json.member("role", "assistant") }
        delta(&json)
      }
      json.name("logprobs")
      if let logprobs { json.value(logprobs) } else { json.null() }
      json.name("finish_reason")
      if let finish { json.value(finish) } else { json.null() }
    }
    output += json.bytes
    JSONText.append("]}\n\n", to: &output)
  }

  private mutating func end(_ output: inout [UInt8]) {
    if context.includesUsage, let usage {
      if prefix.isEmpty { makePrefix(CanonicalDelta.Start()) }
      output += prefix
      JSONText.append("\"choices\":[],", to: &output)
      var json = JSONWriter()
      json.object { OpenAIChatUsage.write(usage, into: &$0) }
      output += json.bytes.dropFirst()
      JSONText.append("\n\n", to: &output)
    }
    JSONText.append("data: [DONE]\n\n", to: &output)
  }
}
