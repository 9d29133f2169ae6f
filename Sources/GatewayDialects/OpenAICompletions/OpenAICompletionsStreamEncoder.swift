import GatewayCore

/// Writes the chunks of a streamed text completion.
package struct OpenAICompletionsStreamEncoder: StreamEncoder {
  private let context: AnswerContext
  private var start = CanonicalDelta.Start()
  private var usage: TokenUsage?

  package init(context: AnswerContext) { self.context = context }

  package mutating func write(_ delta: CanonicalDelta, into output: inout [UInt8]) {
    switch delta {
    case .started(let start): self.start = start
    case .text(let choice, _, let text), .refusal(let choice, _, let text):
      chunk(&output) { Self.write(choice, text, finish: nil, into: &$0) }
    case .finished(let choice, let reason, _):
      chunk(&output) { Self.write(choice, .empty, finish: OpenAICompletionsFinish.word(reason), into: &$0) }
    case .usage(let usage): self.usage = usage
    case .ping: JSONText.append(": ping\n\n", to: &output)
    case .failed(let error):
      JSONText.append("data: ", to: &output)
      output += ErrorEnvelope.body(
        message: error.message, type: error.type ?? "api_error", param: error.param, code: error.code)
      JSONText.append("\n\n", to: &output)
    case .ended:
      if context.includesUsage, let usage {
        chunk(&output) { json in
          json.array("choices") { _ in }
          OpenAIChatUsage.write(usage, into: &json)
        }
      }
      JSONText.append("data: [DONE]\n\n", to: &output)
    case .partStarted, .citation, .reasoning, .signature, .arguments, .logprobs, .partEnded: break
    }
  }

  private static func write(_ choice: Int, _ text: RawText, finish: RawText?, into json: inout JSONWriter) {
    json.array("choices") { json in
      json.object { json in
        json.member("text", text)
        json.member("index", choice)
        json.null("logprobs")
        json.name("finish_reason")
        if let finish { json.value(finish) } else { json.null() }
      }
    }
  }

  private func chunk(_ output: inout [UInt8], _ write: (inout JSONWriter) -> Void) {
    JSONText.append("data: ", to: &output)
    var json = JSONWriter(capacity: 192)
    json.object { json in
      json.member("id", "cmpl-\(context.exchangeID)")
      json.member("object", "text_completion")
      json.member("created", start.created ?? context.created)
      json.member("model", start.model ?? RawText(context.model))
      json.member("system_fingerprint", start.systemFingerprint)
      write(&json)
    }
    output += json.bytes
    JSONText.append("\n\n", to: &output)
  }
}
