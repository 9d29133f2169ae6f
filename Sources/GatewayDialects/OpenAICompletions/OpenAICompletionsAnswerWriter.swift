import GatewayCore

/// Writes a whole text completion.
package enum OpenAICompletionsAnswerWriter {
  package static func write(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    var json = JSONWriter(capacity: 512)
    json.object { json in
      json.member("id", "cmpl-\(context.exchangeID)")
      json.member("object", "text_completion")
      json.member("created", answer.created ?? context.created)
      json.member("model", answer.model ?? RawText(context.model))
      json.array("choices") { json in
        for choice in answer.choices {
          json.object { json in
            json.member("text", text(choice.parts))
            json.member("index", choice.index)
            json.null("logprobs")
            json.member("finish_reason", OpenAICompletionsFinish.word(choice.finish))
          }
        }
      }
      json.member("system_fingerprint", answer.systemFingerprint)
      if let usage = answer.usage { OpenAIChatUsage.write(usage, into: &json) }
    }
    return json.bytes
  }

  private static func text(_ parts: [CanonicalPart]) -> RawText {
    parts.reduce(.empty) { sum, part in
      switch part.content {
      case .text(let text): sum + text.text
      case .refusal(let text): sum + text
      default: sum
      }
    }
  }
}

/// `finish_reason`: there are no tools here.
enum OpenAICompletionsFinish {
  static func word(_ reason: FinishReason?) -> RawText {
    guard let reason, reason != .toolCalls else { return "stop" }
    return OpenAIChatFinish.word(reason)
  }
}
