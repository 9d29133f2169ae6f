import GatewayCore

extension DashScopeDraft {
  /// `messages`. What tools have shown follows their results as the user's, because results hold text only.
  mutating func writeMessages(into json: inout JSONWriter) throws(DialectFault) {
    let isMultimodal = DashScopeModel.isMultimodal(traits.model)
    let messages = request.messages
    try json.array("messages") { json throws(DialectFault) in
      try writeInstructions(messages, isMultimodal, into: &json)
      var media: [CanonicalPart] = []
      for message in messages where message.role != .system && message.role != .developer {
        if message.name != nil { drop(.participantName) }
        var rest: [CanonicalPart] = []
        for part in message.parts {
          guard case .toolResult(let result) = part.content else {
            rest.append(part)
            continue
          }
          try write(result, isMultimodal, into: &json, media: &media)
        }
        if rest.isEmpty, message.role == .tool || !message.parts.isEmpty { continue }
        if message.role == .assistant {
          try flush(&media, isMultimodal, into: &json)
          try writeAssistant(rest, isMultimodal, into: &json)
        } else {
          try write("user", media + rest, isMultimodal, into: &json)
          media = []
        }
      }
      try flush(&media, isMultimodal, into: &json)
    }
  }

  private mutating func flush(
    _ media: inout [CanonicalPart], _ isMultimodal: Bool, into json: inout JSONWriter
  ) throws(DialectFault) {
    if !media.isEmpty { try write("user", media, isMultimodal, into: &json) }
    media = []
  }

  private mutating func writeInstructions(
    _ messages: [CanonicalMessage], _ isMultimodal: Bool, into json: inout JSONWriter
  ) throws(DialectFault) {
    var texts: [CanonicalPart] = []
    for message in messages where message.role == .system || message.role == .developer {
      if !texts.isEmpty { texts.append(.text("\n\n")) }
      texts += message.parts
    }
    if !texts.isEmpty { try write("system", texts, isMultimodal, into: &json) }
  }

  private mutating func write(
    _ role: RawText, _ parts: [CanonicalPart], _ isMultimodal: Bool, into json: inout JSONWriter
  ) throws(DialectFault) {
    try json.object { json throws(DialectFault) in
      json.member("role", role)
      json.name("content" as StaticString)
      try writeContent(parts, isMultimodal, into: &json)
    }
  }

  private mutating func writeAssistant(
    _ parts: [CanonicalPart], _ isMultimodal: Bool, into json: inout JSONWriter
  ) throws(DialectFault) {
    var content: [CanonicalPart] = []
    var thoughts = RawText.empty
    var calls: [ToolCall] = []
    for part in parts {
      switch part.content {
      case .reasoning(let thought): thoughts = thoughts + thought.text
      case .toolCall(let call):
        if call.kind == .custom { throw DialectFault(unsupported: .tools, "DashScope has no calls with free text.") }
        calls.append(call)
      case .refusal(let text): content.append(.text(text))
      default: content.append(part)
      }
    }
    if content.isEmpty, thoughts.isEmpty, calls.isEmpty { return }
    try json.object { json throws(DialectFault) in
      json.member("role", "assistant" as RawText)
      json.name("content" as StaticString)
      try writeContent(content, isMultimodal, into: &json)
      if !thoughts.isEmpty { json.member("reasoning_content", thoughts) }
      if !calls.isEmpty {
        json.array("tool_calls") { json in for call in calls { OpenAIChatMessageWriter.write(call, into: &json) } }
      }
    }
  }

  private mutating func write(
    _ result: ToolResult, _ isMultimodal: Bool, into json: inout JSONWriter, media: inout [CanonicalPart]
  ) throws(DialectFault) {
    var texts: [CanonicalPart] = []
    for part in result.parts {
      switch part.content {
      case .image, .audio, .video, .file: media.append(part)
      default: texts.append(part)
      }
    }
    try json.object { json throws(DialectFault) in
      json.member("role", "tool" as RawText)
      json.member("tool_call_id", result.callID)
      json.member("name", result.name)
      json.name("content" as StaticString)
      try writeContent(texts, isMultimodal, into: &json)
    }
  }

  // MARK: Content

  private mutating func writeContent(
    _ parts: [CanonicalPart], _ isMultimodal: Bool, into json: inout JSONWriter
  ) throws(DialectFault) {
    if isMultimodal {
      return try json.array { json throws(DialectFault) in
        for part in parts { try json.object { json throws(DialectFault) in try write(part, into: &json) } }
      }
    }
    var sum = RawText.empty
    for part in parts {
      switch part.content {
      case .text(let text): sum = sum + text.text
      case .file(let media):
        guard case .text(let text) = media.source else { throw Self.refused(.files) }
        sum = sum + text
      case .image: throw Self.refused(.images)
      case .audio: throw Self.refused(.audio)
      case .video: throw Self.refused(.video)
      case .refusal(let text): sum = sum + text
      case .opaque(let dialect, let kind, _): throw Self.refused(dialect.rawValue, kind)
      case .toolCall, .toolResult, .reasoning: break
      }
    }
    json.value(sum)
  }

  /// One part of a model that has several: `{"text":…}`, `{"image":…}`.
  private mutating func write(_ part: CanonicalPart, into json: inout JSONWriter) throws(DialectFault) {
    switch part.content {
    case .text(let text): json.member("text", text.text)
    case .refusal(let text): json.member("text", text)
    case .image(let media):
      if media.detail != nil { drop(.imageDetail) }
      try Self.write("image", media, fallback: "image/png", .images, into: &json)
    case .video(let media): try Self.write("video", media, fallback: "video/mp4", .video, into: &json)
    case .audio(let media): try Self.write("audio", media, fallback: "audio/wav", .audio, into: &json)
    case .file(let media):
      guard case .text(let text) = media.source else {
        throw DialectFault(unsupported: .files, "DashScope takes text, images, videos and sounds, but no files.")
      }
      json.member("text", text)
    case .opaque(let dialect, let kind, _): throw Self.refused(dialect.rawValue, kind)
    case .toolCall, .toolResult, .reasoning: break
    }
  }

  private static func write(
    _ name: StaticString, _ media: MediaPart, fallback: String, _ part: RequestPart, into json: inout JSONWriter
  ) throws(DialectFault) {
    switch media.source {
    case .url(let url): json.member(name, url)
    case .base64(let data):
      json.name(name)
      json.string { OpenAIChatMedia.append(data, media.mediaType, fallback, to: &$0) }
    case .fileID, .text:
      throw DialectFault(unsupported: part, "files of another provider must be sent as base64 or by a URL")
    }
  }

  private static func refused(_ part: RequestPart) -> DialectFault {
    DialectFault(unsupported: part, "By its name the model is none of DashScope's multimodal ones.")
  }

  private static func refused(_ dialect: String, _ kind: RawText) -> DialectFault {
    DialectFault(unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect) only")
  }
}
