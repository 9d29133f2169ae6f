import GatewayCore

/// Writes the body of `POST /v3/chat`. The model's name is the id of the bot.
///
/// The call is always a stream: without one, Coze answers before the bot has, and wants to be asked again and again. Bots take
/// no instructions from callers, so these come first as the user's. The turns are not kept at Coze.
package enum CozeRequestWriter {
  /// Members of the API that go on as the caller wrote them.
  private static let own: [StaticString] = ["custom_variables", "parameters", "extra_params", "shortcut_command"]

  package static func write(
    _ request: CanonicalRequest, traits: TargetTraits
  ) throws(DialectFault) -> WrittenRequest {
    try request.refuseAllButMessages(for: "a Coze bot")
    var json = JSONWriter(capacity: 1024)
    try json.object { json throws(DialectFault) in
      json.member("bot_id", traits.model)
      // It is required; bots see it as one end user.
      json.member("user_id", request.user ?? "sluice")
      json.member("stream", true)
      json.member("auto_save_history", false)
      try json.array("additional_messages") { json throws(DialectFault) in
        for message in ordered(request.messages) { try write(message, into: &json) }
      }
      json.member("meta_data", request.metadata)
      for name in own { json.member(name, request.own(name)) }
    }
    var written = WrittenRequest(body: json.bytes)
    written.isStream = true
    written.dropped = request.dropped(but: Set([.user, .metadata] + own.map { .unknown("\($0)") }))
    return written
  }

  private static func ordered(_ messages: [CanonicalMessage]) -> [CanonicalMessage] {
    func isInstruction(_ message: CanonicalMessage) -> Bool { message.role == .system || message.role == .developer }
    return messages.filter(isInstruction) + messages.filter { !isInstruction($0) }
  }

  private static func write(_ message: CanonicalMessage, into json: inout JSONWriter) throws(DialectFault) {
    let isAnswer = message.role == .assistant
    let hasMedia = message.parts.contains { part in
      switch part.content {
      case .image, .audio, .video, .file: true
      case .text, .toolCall, .toolResult, .reasoning, .refusal, .opaque: false
      }
    }
    let text = message.text
    if text.isEmpty, !hasMedia { return }
    try json.object { json throws(DialectFault) in
      json.member("role", isAnswer ? "assistant" : "user" as RawText)
      json.member("type", isAnswer ? "answer" : "question" as RawText)
      json.member("content_type", hasMedia ? "object_string" : "text" as RawText)
      json.member("content", hasMedia ? RawText(escaping: try objects(message.parts).bytes) : text)
    }
  }

  /// Text and files: a list as JSON, within a string.
  private static func objects(_ parts: [CanonicalPart]) throws(DialectFault) -> RawJSON {
    var json = JSONWriter()
    try json.array { json throws(DialectFault) in
      for part in parts {
        switch part.content {
        case .text(let text):
          json.object { json in
            json.member("type", "text" as RawText)
            json.member("text", text.text)
          }
        case .image(let media): try write("image", media, .images, into: &json)
        case .audio(let media): try write("audio", media, .audio, into: &json)
        case .file(let media): try write("file", media, .files, into: &json)
        case .video: throw DialectFault(unsupported: .video, "a Coze bot takes no videos")
        case .toolCall, .toolResult, .reasoning, .refusal, .opaque: break
        }
      }
    }
    return RawJSON(written: json.bytes)
  }

  private static func write(
    _ type: RawText, _ media: MediaPart, _ part: RequestPart, into json: inout JSONWriter
  ) throws(DialectFault) {
    switch media.source {
    case .url(let url):
      json.object { json in
        json.member("type", type)
        json.member("file_url", url)
      }
    case .fileID(let id):
      json.object { json in
        json.member("type", type)
        json.member("file_id", id)
      }
    case .base64, .text: throw DialectFault(unsupported: part, "a Coze bot takes files by their URL or id only")
    }
  }
}
