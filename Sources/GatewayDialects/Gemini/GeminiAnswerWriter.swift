import GatewayCore

/// Writes a `GenerateContentResponse`.
package enum GeminiAnswerWriter {
  package static func write(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    var json = JSONWriter(capacity: 1024)
    json.object { json in
      json.array("candidates") { json in
        for choice in answer.choices {
          json.object { json in
            json.object("content") { json in
              json.array("parts") { json in for part in choice.parts { write(part, into: &json) } }
              json.member("role", "model")
            }
            json.member("finishReason", GeminiFinish.word(choice.finish))
            json.member("index", choice.index)
            if let logprobs = choice.logprobs { GeminiLogprobs.write(logprobs, into: &json) }
            GeminiCitations.write(choice.parts.flatMap(\.citations), into: &json)
          }
        }
      }
      if let usage = answer.usage { GeminiUsage.write(usage, into: &json) }
      json.member("modelVersion", answer.model ?? RawText(context.model))
      json.member("responseId", context.exchangeID)
    }
    return json.bytes
  }

  static func write(_ part: CanonicalPart, into json: inout JSONWriter) {
    switch part.content {
    case .text(let text): json.object { $0.member("text", text.text) }
    case .refusal(let text): json.object { $0.member("text", text) }
    case .reasoning(let thought):
      guard thought.redacted == nil else { return }
      json.object { json in
        json.member("text", thought.text)
        json.member("thought", true)
        json.member("thoughtSignature", thought.signature)
      }
    case .toolCall(let call): write(call, into: &json)
    case .image(let media), .audio(let media), .video(let media), .file(let media):
      switch media.source {
      case .base64(let data):
        json.object { json in
          json.object("inlineData") { json in
            json.member("mimeType", media.mediaType ?? "image/png")
            json.member("data", data)
          }
        }
      case .url(let url), .fileID(let url):
        json.object { json in
          json.object("fileData") { json in
            json.member("mimeType", media.mediaType)
            json.member("fileUri", url)
          }
        }
      case .text(let text): json.object { $0.member("text", text) }
      }
    case .opaque(.gemini, _, let value): json.value(value)
    case .toolResult, .opaque: break
    }
  }

  static func write(_ call: ToolCall, into json: inout JSONWriter) {
    json.object { json in
      json.object("functionCall") { json in
        json.member("id", call.id.isEmpty ? nil : call.id)
        json.member("name", call.name)
        json.member("args", call.arguments.json ?? .emptyObject)
      }
      json.member("thoughtSignature", call.signature)
    }
  }
}

extension CanonicalPart {
  var citations: [Citation] { if case .text(let text) = content { text.citations } else { [] } }
}
