/// Writes `messages` of a Cohere chat.
struct CohereMessageWriter {
  private var ids = CohereCallIDs()

  static func write(
    _ messages: [CanonicalMessage], notes: inout CohereDraft.Notes, into json: inout JSONWriter
  ) throws(DialectFault) {
    var writer = CohereMessageWriter()
    try writer.writeInstructions(of: messages, notes: &notes, into: &json)
    for message in messages {
      if message.name != nil { notes.dropped.insert(.participantName) }
      switch message.role {
      case .system, .developer: continue
      case .user, .tool: try writer.writeUser(message, notes: &notes, into: &json)
      case .assistant: try writer.writeAssistant(message, notes: &notes, into: &json)
      }
    }
  }

  /// All of them in one message at the front, in their order.
  private func writeInstructions(
    of messages: [CanonicalMessage], notes: inout CohereDraft.Notes, into json: inout JSONWriter
  ) throws(DialectFault) {
    var texts: [RawText] = []
    for message in messages where message.role == .system || message.role == .developer {
      for part in message.parts {
        note(part, &notes)
        guard case .text(let text) = part.content else { throw Self.unsupported(part) }
        texts.append(text.text)
      }
    }
    if texts.isEmpty { return }
    json.object { json in
      json.member("role", "system" as RawText)
      Self.writeContent(texts, into: &json)
    }
  }

  private func note(_ part: CanonicalPart, _ notes: inout CohereDraft.Notes) {
    if part.cacheControl != nil { notes.dropped.insert(.cacheControl) }
  }

  /// One text as a string, several as blocks.
  private static func writeContent(_ texts: [RawText], into json: inout JSONWriter) {
    if texts.count < 2 { return json.member("content", texts.first ?? .empty) }
    json.array("content") { json in for text in texts { writeBlock(text, into: &json) } }
  }

  private static func writeBlock(_ text: RawText, into json: inout JSONWriter) {
    json.object { json in
      json.member("type", "text" as RawText)
      json.member("text", text)
    }
  }

  static func unsupported(_ part: CanonicalPart) -> DialectFault {
    let (kind, what): (RequestPart, String) =
      switch part.content {
      case .image: (.images, "images in messages of the user only")
      case .audio: (.audio, "no audio")
      case .video: (.video, "no video")
      case .file: (.files, "documents as text only, in messages of the user")
      case .opaque(_, let kind, _): (.opaqueContent, "no '\(kind)' of another provider")
      case .text, .toolCall, .toolResult, .reasoning, .refusal: (.opaqueContent, "no such content in this message")
      }
    return DialectFault(unsupported: kind, "Cohere takes \(what).")
  }

  // MARK: The user, and results

  private mutating func writeUser(
    _ message: CanonicalMessage, notes: inout CohereDraft.Notes, into json: inout JSONWriter
  ) throws(DialectFault) {
    var content: [CanonicalPart] = []
    var hasImages = false
    for part in message.parts {
      note(part, &notes)
      switch part.content {
      case .toolResult(let result): try write(result, notes: &notes, into: &json)
      case .file(let file):
        guard case .text = file.source else { throw Self.unsupported(part) }
        notes.documents.append(file)
      case .text: content.append(part)
      case .image:
        hasImages = true
        content.append(part)
      default: throw Self.unsupported(part)
      }
    }
    if message.role == .tool, content.isEmpty { return }
    try json.object { json throws(DialectFault) in
      json.member("role", "user" as RawText)
      if !hasImages, content.count < 2 { return Self.writeContent(content.map(\.plainText), into: &json) }
      try json.array("content") { json throws(DialectFault) in
        for part in content {
          guard case .image(let image) = part.content else {
            Self.writeBlock(part.plainText, into: &json)
            continue
          }
          try Self.write(image, into: &json)
        }
      }
    }
  }

  private static func write(_ image: MediaPart, into json: inout JSONWriter) throws(DialectFault) {
    try json.object { json throws(DialectFault) in
      json.member("type", "image_url" as RawText)
      try json.object("image_url") { json throws(DialectFault) in
        json.name("url" as StaticString)
        try CohereImage.writeURL(image, into: &json)
        json.member("detail", image.detail)
      }
    }
  }

  private mutating func write(
    _ result: ToolResult, notes: inout CohereDraft.Notes, into json: inout JSONWriter
  ) throws(DialectFault) {
    let id = ids.id(of: result)
    for part in result.parts {
      note(part, &notes)
      switch part.content {
      case .text, .refusal: continue
      case .file(let file): if case .text = file.source { continue }
      default: break
      }
      throw Self.unsupported(part)
    }
    json.object { json in
      json.member("role", "tool" as RawText)
      json.member("tool_call_id", id)
      if result.parts.allSatisfy({ if case .file = $0.content { false } else { true } }) {
        return Self.writeContent(result.parts.map(\.plainText), into: &json)
      }
      json.array("content") { json in
        for part in result.parts {
          guard case .file(let file) = part.content else {
            Self.writeBlock(part.plainText, into: &json)
            continue
          }
          json.object { json in
            json.member("type", "document" as RawText)
            json.name("document" as StaticString)
            CohereDocument.write(file, into: &json)
          }
        }
      }
    }
  }

  // MARK: The assistant

  private mutating func writeAssistant(
    _ message: CanonicalMessage, notes: inout CohereDraft.Notes, into json: inout JSONWriter
  ) throws(DialectFault) {
    var thoughts: [RawText] = []
    var texts: [RawText] = []
    var calls: [(id: RawText, call: ToolCall)] = []
    for part in message.parts {
      note(part, &notes)
      switch part.content {
      case .text, .refusal: texts.append(part.plainText)
      // A thought that another provider encrypted says nothing to this one.
      case .reasoning(let reasoning): if !reasoning.text.isEmpty { thoughts.append(reasoning.text) }
      case .toolCall(let call):
        if call.kind == .custom {
          throw DialectFault(
            unsupported: .tools, "The call of '\(call.name)' has free text; Cohere has calls with JSON only.")
        }
        calls.append((ids.id(of: call), call))
      default: throw Self.unsupported(part)
      }
    }
    json.object { json in
      json.member("role", "assistant" as RawText)
      if !calls.isEmpty, !texts.isEmpty {
        json.member("tool_plan", texts.dropFirst().reduce(texts[0], +))
        texts = []
      }
      Self.writeContent(thoughts, texts, isOptional: !calls.isEmpty, into: &json)
      if !calls.isEmpty {
        json.array("tool_calls") { json in for call in calls { CohereToolCall.write(call.call, call.id, into: &json) } }
      }
    }
  }

  private static func writeContent(
    _ thoughts: [RawText], _ texts: [RawText], isOptional: Bool, into json: inout JSONWriter
  ) {
    if thoughts.isEmpty {
      if !texts.isEmpty || !isOptional { writeContent(texts, into: &json) }
      return
    }
    json.array("content") { json in
      for thought in thoughts {
        json.object { json in
          json.member("type", "thinking" as RawText)
          json.member("thinking", thought)
        }
      }
      for text in texts { writeBlock(text, into: &json) }
    }
  }
}

extension CanonicalPart {
  /// Of a text or a refusal.
  fileprivate var plainText: RawText {
    switch content {
    case .text(let text): text.text
    case .refusal(let text): text
    default: .empty
    }
  }
}
