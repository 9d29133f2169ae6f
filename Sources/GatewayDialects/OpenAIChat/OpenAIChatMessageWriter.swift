import GatewayCore

/// Writes `messages`.
struct OpenAIChatMessageWriter {
  let request: CanonicalRequest
  let traits: TargetTraits

  func write(into json: inout JSONWriter) throws(DialectFault) {
    // Tool messages hold text only, and nothing may stand between them: what tools have shown follows them as the user's.
    var media: [CanonicalPart] = []
    try json.array("messages") { (json) throws(DialectFault) in
      for message in request.messages {
        var rest: [CanonicalPart] = []
        for part in message.parts {
          guard case .toolResult(let result) = part.content else {
            rest.append(part)
            continue
          }
          try write(result, into: &json, media: &media)
        }
        // Results only: more may follow.
        if rest.isEmpty, message.role == .tool || !message.parts.isEmpty { continue }
        if message.role == .user || message.role == .tool {
          rest = media + rest
        } else if !media.isEmpty {
          try write("user", CanonicalMessage(.user, parts: []), media, into: &json)
        }
        media = []
        try write(message, rest, into: &json)
      }
      if !media.isEmpty { try write("user", CanonicalMessage(.user, parts: []), media, into: &json) }
    }
  }

  private func write(
    _ message: CanonicalMessage, _ rest: [CanonicalPart], into json: inout JSONWriter
  ) throws(DialectFault) {
    switch message.role {
    // `developer` is known to OpenAI only, and means the same.
    case .system, .developer: try write("system", message, rest, into: &json)
    case .user, .tool: try write("user", message, rest, into: &json)
    case .assistant: try writeAssistant(message, rest, into: &json)
    }
  }

  private func write(
    _ role: String, _ message: CanonicalMessage, _ parts: [CanonicalPart], into json: inout JSONWriter
  ) throws(DialectFault) {
    try json.object { (json) throws(DialectFault) in
      json.member("role", role)
      json.member("name", message.name)
      json.name("content")
      try writeContent(parts, into: &json)
    }
  }

  private func writeContent(_ parts: [CanonicalPart], into json: inout JSONWriter) throws(DialectFault) {
    if parts.isEmpty { return json.value("") }
    if parts.count == 1, case .text(let text) = parts[0].content, parts[0].cacheControl == nil || !marks {
      return json.value(text.text)
    }
    try json.array { (json) throws(DialectFault) in
      for part in parts { try write(part, into: &json) }
    }
  }

  private func write(_ part: CanonicalPart, into json: inout JSONWriter) throws(DialectFault) {
    switch part.content {
    case .text(let text):
      json.object { json in
        json.member("type", "text")
        json.member("text", text.text)
        writeMark(part, into: &json)
      }
    case .image, .audio, .video, .file:
      try json.object { (json) throws(DialectFault) in
        try OpenAIChatMedia.write(part, into: &json)
        writeMark(part, into: &json)
      }
    case .refusal(let text):
      json.object { json in
        json.member("type", "refusal")
        json.member("refusal", text)
      }
    case .opaque(let dialect, let kind, _):
      throw DialectFault(
        unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect.rawValue) only")
    case .toolCall, .toolResult, .reasoning: break
    }
  }

  /// Whether the provider reads cache marks (OpenRouter).
  private var marks: Bool { !traits.refused.contains("cache_control") }

  private func writeMark(_ part: CanonicalPart, into json: inout JSONWriter) {
    if marks { Self.write(part.cacheControl, into: &json) }
  }

  static func write(_ mark: CacheControl?, into json: inout JSONWriter) {
    guard let mark else { return }
    json.object("cache_control") { json in
      json.member("type", "ephemeral")
      json.member("ttl", mark.ttl)
    }
  }

  // MARK: Assistant

  private func writeAssistant(
    _ message: CanonicalMessage, _ parts: [CanonicalPart], into json: inout JSONWriter
  ) throws(DialectFault) {
    var content: [CanonicalPart] = []
    var thoughts: [ReasoningPart] = []
    var calls: [ToolCall] = []
    var refusal: RawText?
    for part in parts {
      switch part.content {
      case .reasoning(let thought): thoughts.append(thought)
      case .toolCall(let call): calls.append(call)
      case .refusal(let text): refusal = refusal.map { $0 + text } ?? text
      case .opaque(_, let kind, _) where Self.isLookup(kind): break
      default: content.append(part)
      }
    }
    if content.isEmpty, thoughts.isEmpty, calls.isEmpty, refusal == nil { return }
    try json.object { (json) throws(DialectFault) in
      json.member("role", "assistant")
      json.member("name", message.name)
      json.name("content")
      if content.isEmpty {
        json.null()
      } else if let text = Self.plainText(content) {
        json.value(text)
      } else {
        try writeContent(content, into: &json)
      }
      json.member("refusal", refusal)
      if !traits.refused.contains("reasoning_content") { OpenAIChatReasoning.write(thoughts, into: &json) }
      if !calls.isEmpty {
        json.array("tool_calls") { json in for call in calls { Self.write(call, into: &json) } }
      }
    }
  }

  /// What another provider has looked up by itself: what it made of it stands in the text.
  private static func isLookup(_ kind: RawText) -> Bool {
    let kinds: [StaticString] = [
      "web_search_call", "file_search_call", "code_interpreter_call", "mcp_list_tools", "mcp_call", "server_tool_use",
      "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result", "executableCode",
      "codeExecutionResult",
    ]
    return kinds.contains { kind.equals($0) }
  }

  /// Of an assistant nearly every provider takes a string only.
  private static func plainText(_ parts: [CanonicalPart]) -> RawText? {
    var sum = RawText.empty
    for part in parts {
      guard case .text(let text) = part.content else { return nil }
      sum = sum + text.text
    }
    return sum
  }

  static func write(_ call: ToolCall, into json: inout JSONWriter) {
    json.object { json in
      json.member("id", call.id)
      switch call.kind {
      case .function:
        json.member("type", "function")
        json.object("function") { json in
          json.member("name", call.name)
          json.member("arguments", call.arguments.text.isEmpty ? "{}" : call.arguments.text)
        }
      case .custom:
        json.member("type", "custom")
        json.object("custom") { json in
          json.member("name", call.name)
          json.member("input", call.arguments.text)
        }
      }
      writeSignature(call.signature, into: &json)
    }
  }

  static func writeSignature(_ signature: RawText?, into json: inout JSONWriter) {
    guard let signature else { return }
    json.object("extra_content") { json in json.object("google") { $0.member("thought_signature", signature) } }
  }

  // MARK: Results

  private func write(
    _ result: ToolResult, into json: inout JSONWriter, media: inout [CanonicalPart]
  ) throws(DialectFault) {
    var texts: [CanonicalPart] = []
    for part in result.parts {
      switch part.content {
      case .text: texts.append(part)
      case .image, .audio, .video, .file: media.append(part)
      case .opaque(let dialect, let kind, _):
        throw DialectFault(
          unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect.rawValue) only")
      case .toolCall, .toolResult, .reasoning, .refusal: break
      }
    }
    json.object { json in
      json.member("role", "tool")
      json.member("tool_call_id", result.callID)
      if let text = Self.plainText(texts), texts.count <= 1 {
        json.member("content", text)
      } else {
        json.array("content") { json in
          for part in texts {
            guard case .text(let text) = part.content else { continue }
            json.object { json in
              json.member("type", "text")
              json.member("text", text.text)
            }
          }
        }
      }
    }
  }
}

extension CanonicalRequest {
  /// Whether some part or tool asks for the prompt to be kept.
  var hasCacheMarks: Bool {
    messages.contains { $0.parts.contains { $0.cacheControl != nil } } || tools.contains { $0.cacheControl != nil }
  }
}
