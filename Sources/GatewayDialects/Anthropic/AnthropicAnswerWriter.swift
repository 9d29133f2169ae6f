import GatewayCore

/// Writes a whole message.
package enum AnthropicAnswerWriter {
  package static func write(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    var json = JSONWriter(capacity: 1024)
    let choice = answer.choices.first
    json.object { json in
      json.member("id", "msg_\(context.exchangeID)")
      json.member("type", "message")
      json.member("role", "assistant")
      json.member("model", answer.model ?? RawText(context.model))
      json.array("content") { json in
        for part in choice?.parts ?? [] { write(part, into: &json) }
      }
      json.member("stop_reason", AnthropicStop.word(choice?.finish, stopSequence: choice?.stopSequence))
      json.name("stop_sequence")
      if let sequence = choice?.stopSequence { json.value(sequence) } else { json.null() }
      AnthropicUsage.write(answer.usage, into: &json)
    }
    return json.bytes
  }

  private static func write(_ part: CanonicalPart, into json: inout JSONWriter) {
    switch part.content {
    // The API takes no empty text back.
    case .text(let text) where text.text.isEmpty: break
    case .text(let text):
      json.object { json in
        json.member("type", "text")
        json.member("text", text.text)
        if text.citations.isEmpty {
          json.null("citations")
        } else {
          json.array("citations") { json in
            for citation in text.citations { AnthropicCitations.write(citation, into: &json) }
          }
        }
      }
    case .refusal(let text):
      json.object { json in
        json.member("type", "text")
        json.member("text", text)
      }
    case .reasoning(let thought):
      json.object { json in
        if let redacted = thought.redacted {
          json.member("type", "redacted_thinking")
          json.member("data", redacted)
        } else {
          json.member("type", "thinking")
          json.member("thinking", thought.text)
          json.member("signature", thought.signature ?? .empty)
        }
      }
    case .toolCall(let call):
      json.object { json in
        json.member("type", "tool_use")
        json.member("id", call.id)
        json.member("name", call.name)
        json.member("input", call.arguments.json ?? .emptyObject)
      }
    case .opaque(.anthropic, _, let value): json.value(value)
    // The Messages API has no media in answers.
    case .image, .audio, .video, .file, .toolResult, .opaque: break
    }
  }
}
