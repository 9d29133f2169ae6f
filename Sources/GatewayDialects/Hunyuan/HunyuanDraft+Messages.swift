import GatewayCore

/// `Messages`. The API wants one instruction at the front and then turns by turns of the user and the assistant, so what follows
/// another of its kind becomes part of it.
extension HunyuanDraft {
  enum Turn {
    case instructions(RawText)
    case user([CanonicalPart])
    case assistant(RawText, [ToolCall])
    case tool(ToolResult)
  }

  /// What tools have shown follows their results as the user's, because results hold text only.
  mutating func turns() throws(DialectFault) -> [Turn] {
    var instructions: [RawText] = []
    var turns: [Turn] = []
    var media: [CanonicalPart] = []
    for message in request.messages {
      if message.name != nil { drop(.participantName) }
      if message.role == .system || message.role == .developer {
        instructions.append(try Self.text(of: message.parts))
        continue
      }
      var rest: [CanonicalPart] = []
      for part in message.parts {
        guard case .toolResult(var result) = part.content else {
          rest.append(part)
          continue
        }
        media += result.parts.filter(Self.isMedia)
        result.parts.removeAll(where: Self.isMedia)
        turns.append(.tool(result))
      }
      if message.role == .assistant {
        if !media.isEmpty { Self.append(.user(media), to: &turns) }
        media = []
        try appendAnswer(rest, to: &turns)
      } else if !rest.isEmpty {
        Self.append(.user(media + rest), to: &turns)
        media = []
      }
    }
    if !media.isEmpty { Self.append(.user(media), to: &turns) }
    guard !instructions.isEmpty else { return turns }
    return [.instructions(Self.joined(instructions))] + turns
  }

  /// Thoughts stay away: the API refuses them in a request.
  private func appendAnswer(_ parts: [CanonicalPart], to turns: inout [Turn]) throws(DialectFault) {
    var texts: [CanonicalPart] = []
    var calls: [ToolCall] = []
    for part in parts {
      switch part.content {
      case .reasoning: break
      case .toolCall(let call):
        if call.kind == .custom { throw DialectFault(unsupported: .tools, "Hunyuan has no calls with free text.") }
        calls.append(call)
      default: texts.append(part)
      }
    }
    let text = try Self.text(of: texts)
    if !text.isEmpty || !calls.isEmpty { Self.append(.assistant(text, calls), to: &turns) }
  }

  private static func append(_ turn: Turn, to turns: inout [Turn]) {
    switch (turns.last, turn) {
    case (.user(let before)?, .user(let parts)):
      let isText = before.allSatisfy(\.isText) && parts.allSatisfy(\.isText)
      turns[turns.count - 1] = .user(before + (isText ? [.text("\n\n")] : []) + parts)
    case (.assistant(let before, let calls)?, .assistant(let text, let more)):
      turns[turns.count - 1] = .assistant(joined([before, text]), calls + more)
    default: turns.append(turn)
    }
  }

  private static func joined(_ texts: [RawText]) -> RawText {
    texts.reduce(.empty) { $0.isEmpty || $1.isEmpty ? $0 + $1 : $0 + "\n\n" + $1 }
  }

  private static func isMedia(_ part: CanonicalPart) -> Bool {
    switch part.content {
    case .image, .audio, .video, .file: true
    case .text, .toolCall, .toolResult, .reasoning, .refusal, .opaque: false
    }
  }

  // MARK: Writing

  mutating func write(_ turn: Turn, into json: inout JSONWriter) throws(DialectFault) {
    try json.object { json throws(DialectFault) in
      switch turn {
      case .instructions(let text):
        json.member("Role", "system" as RawText)
        json.member("Content", text)
      case .user(let parts):
        json.member("Role", "user" as RawText)
        if parts.contains(where: Self.hasPlaceOfItsOwn) {
          try json.array("Contents") { json throws(DialectFault) in
            for part in parts { try json.object { json throws(DialectFault) in try write(part, into: &json) } }
          }
        } else {
          json.member("Content", try Self.text(of: parts))
        }
      case .assistant(let text, let calls):
        json.member("Role", "assistant" as RawText)
        json.member("Content", text)
        if calls.isEmpty { return }
        json.array("ToolCalls") { json in
          for (index, call) in calls.enumerated() { Self.write(call, index, into: &json) }
        }
      case .tool(let result):
        json.member("Role", "tool" as RawText)
        json.member("ToolCallId", result.callID)
        json.member("Content", try Self.text(of: result.parts))
      }
    }
  }

  private static func hasPlaceOfItsOwn(_ part: CanonicalPart) -> Bool {
    switch part.content {
    case .image, .video: true
    case .text, .audio, .file, .toolCall, .toolResult, .reasoning, .refusal, .opaque: false
    }
  }

  private static func write(_ call: ToolCall, _ index: Int, into json: inout JSONWriter) {
    json.object { json in
      json.member("Id", call.id)
      json.member("Type", "function" as RawText)
      json.object("Function") { json in
        json.member("Name", call.name)
        json.member("Arguments", call.arguments.text)
      }
      json.member("Index", index)
    }
  }

  private mutating func write(_ part: CanonicalPart, into json: inout JSONWriter) throws(DialectFault) {
    switch part.content {
    case .image(let media):
      if media.detail != nil { drop(.imageDetail) }
      json.member("Type", "image_url" as RawText)
      try json.object("ImageUrl") { json throws(DialectFault) in
        switch media.source {
        case .url(let url): json.member("Url", url)
        case .base64(let data):
          json.name("Url" as StaticString)
          json.string { OpenAIChatMedia.append(data, media.mediaType, "image/png", to: &$0) }
        case .fileID, .text:
          throw DialectFault(unsupported: .images, "files of another provider must be sent as base64 or by a URL")
        }
      }
    case .video(let media):
      guard case .url(let url) = media.source else {
        throw DialectFault(unsupported: .video, "Hunyuan takes videos by their URL only.")
      }
      json.member("Type", "video_url" as RawText)
      json.object("VideoUrl") { $0.member("Url", url) }
    default:
      json.member("Type", "text" as RawText)
      json.member("Text", try Self.text(of: [part]))
    }
  }

  /// Of a message that has nothing else.
  private static func text(of parts: [CanonicalPart]) throws(DialectFault) -> RawText {
    var sum = RawText.empty
    for part in parts {
      switch part.content {
      case .text(let text): sum = sum + text.text
      case .refusal(let text): sum = sum + text
      case .file(let media):
        guard case .text(let text) = media.source else {
          throw DialectFault(unsupported: .files, "Hunyuan takes text, images and videos, but no files.")
        }
        sum = sum + text
      case .image: throw DialectFault(unsupported: .images, "Hunyuan takes images from the user only.")
      case .video: throw DialectFault(unsupported: .video, "Hunyuan takes videos from the user only.")
      case .audio: throw DialectFault(unsupported: .audio, "Hunyuan takes no sounds.")
      case .opaque(let dialect, let kind, _):
        throw DialectFault(
          unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect.rawValue) only")
      case .toolCall, .toolResult, .reasoning: break
      }
    }
    return sum
  }
}
