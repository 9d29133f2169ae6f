/// Writes a whole answer of chat.
package enum OpenAIChatAnswerWriter {
  package static func write(_ answer: CanonicalResponse, context: AnswerContext) -> [UInt8] {
    var json = JSONWriter(capacity: 1024)
    json.object { json in
      json.member("id", "chatcmpl-\(context.exchangeID)")
      json.member("object", "chat.completion")
      json.member("created", answer.created ?? context.created)
      json.member("model", answer.model ?? RawText(context.model))
      json.array("choices") { json in for choice in answer.choices { write(choice, context, into: &json) } }
      if let usage = answer.usage { OpenAIChatUsage.write(usage, into: &json) }
      json.member("service_tier", answer.serviceTier)
      json.member("system_fingerprint", answer.systemFingerprint)
    }
    return json.bytes
  }

  private static func write(
    _ choice: CanonicalResponse.Choice, _ context: AnswerContext, into json: inout JSONWriter
  ) {
    json.object { json in
      json.member("index", choice.index)
      json.object("message") { writeMessage(choice, context, into: &$0) }
      json.name("logprobs")
      if let logprobs = choice.logprobs { json.value(logprobs) } else { json.null() }
      json.member("finish_reason", OpenAIChatFinish.word(choice.finish ?? .stop))
    }
  }

  private static func writeMessage(
    _ choice: CanonicalResponse.Choice, _ context: AnswerContext, into json: inout JSONWriter
  ) {
    var text: RawText?
    var refusal: RawText?
    var thoughts: [ReasoningPart] = []
    var calls: [ToolCall] = []
    var citations: [Citation] = []
    var images: [MediaPart] = []
    var audio: MediaPart?
    for part in choice.parts {
      switch part.content {
      case .text(let piece):
        text = text.map { $0 + piece.text } ?? piece.text
        citations += piece.citations
      case .refusal(let piece): refusal = refusal.map { $0 + piece } ?? piece
      case .reasoning(let thought): thoughts.append(thought)
      case .toolCall(let call): calls.append(call)
      case .image(let image): images.append(image)
      case .audio(let sound): audio = sound
      case .video, .file, .toolResult, .opaque: break
      }
    }
    json.member("role", "assistant")
    json.name("content")
    let isSaidOtherwise = !calls.isEmpty || refusal != nil || audio != nil
    if let text { json.value(text) } else if isSaidOtherwise { json.null() } else { json.value("") }
    json.name("refusal")
    if let refusal { json.value(refusal) } else { json.null() }
    OpenAIChatReasoning.write(thoughts, into: &json)
    OpenAIChatCitations.write(citations, into: &json)
    if !calls.isEmpty {
      json.array("tool_calls") { json in for call in calls { OpenAIChatMessageWriter.write(call, into: &json) } }
    }
    writeImages(images, into: &json)
    if let audio { OpenAIChatAudio.write(audio, context, into: &json) }
  }

  /// As OpenRouter does: OpenAI's own chat has no images in answers.
  static func writeImages(_ images: [MediaPart], into json: inout JSONWriter) {
    if images.isEmpty { return }
    json.array("images") { json in
      for image in images {
        json.object { json in
          json.member("type", "image_url")
          json.object("image_url") { json in
            json.name("url")
            switch image.source {
            case .url(let url), .fileID(let url), .text(let url): json.value(url)
            case .base64(let data):
              json.string { OpenAIChatMedia.append(data, image.mediaType, "image/png", to: &$0) }
            }
          }
        }
      }
    }
  }
}
