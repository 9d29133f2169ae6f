import GatewayCore

/// Writes `instructions` and `input`.
struct ResponsesItemWriter {
  let request: CanonicalRequest
  /// Ids of the calls of custom tools. The last message that has an id is the one that counts.
  private let customCalls: Set<RawText>

  init(request: CanonicalRequest) {
    self.request = request
    var customCalls: Set<RawText> = []
    for message in request.messages {
      for part in message.parts.reversed() {
        guard case .toolCall(let call) = part.content else { continue }
        if call.kind == .custom { customCalls.insert(call.id) } else { customCalls.remove(call.id) }
      }
    }
    self.customCalls = customCalls
  }

  func write(into json: inout JSONWriter) throws(DialectFault) {
    var messages = request.messages[...]
    // Several parts stay apart, in an item.
    if let first = messages.first, first.isInstruction, first.parts.count == 1, first.parts[0].isText {
      json.member("instructions", first.text)
      messages = messages.dropFirst()
    }
    try json.array("input") { (json) throws(DialectFault) in
      for message in messages { try write(message, into: &json) }
    }
  }

  private func write(_ message: CanonicalMessage, into json: inout JSONWriter) throws(DialectFault) {
    var content: [CanonicalPart] = []
    for part in message.parts {
      switch part.content {
      case .text, .image, .audio, .video, .file, .refusal: content.append(part)
      case .toolCall, .toolResult, .reasoning, .opaque:
        try writeMessage(message.role, &content, into: &json)
        try writeItem(part, into: &json)
      }
    }
    try writeMessage(message.role, &content, into: &json)
  }

  private func writeMessage(
    _ role: CanonicalMessage.Role, _ parts: inout [CanonicalPart], into json: inout JSONWriter
  ) throws(DialectFault) {
    if parts.isEmpty { return }
    let content = parts
    parts = []
    try json.object { (json) throws(DialectFault) in
      json.member("type", "message")
      json.member("role", role == .tool ? "user" : role.rawValue)
      try json.array("content") { (json) throws(DialectFault) in
        for part in content { try Self.write(part, isOutput: role == .assistant, into: &json) }
      }
    }
  }

  static func write(_ part: CanonicalPart, isOutput: Bool, into json: inout JSONWriter) throws(DialectFault) {
    try json.object { (json) throws(DialectFault) in
      switch part.content {
      case .text(let text):
        json.member("type", isOutput ? "output_text" : "input_text")
        json.member("text", text.text)
        if isOutput { json.array("annotations") { _ in } }
      case .refusal(let text):
        json.member("type", "refusal")
        json.member("refusal", text)
      case .image, .file:
        guard !isOutput else {
          throw DialectFault(
            unsupported: .opaqueContent, "the Responses API takes no media in a message of the assistant")
        }
        try writeMedia(part.content, into: &json)
      case .audio: throw DialectFault(unsupported: .audio, "the Responses API takes no sound")
      case .video: throw DialectFault(unsupported: .video, "the Responses API takes no video")
      case .toolCall, .toolResult, .reasoning, .opaque: break
      }
    }
  }

  private static func writeMedia(
    _ content: CanonicalPart.Content, into json: inout JSONWriter
  ) throws(DialectFault) {
    switch content {
    case .image(let media):
      json.member("type", "input_image")
      switch media.source {
      case .url(let url): json.member("image_url", url)
      case .fileID(let id): json.member("file_id", id)
      case .base64(let data):
        json.name("image_url")
        json.string { OpenAIChatMedia.append(data, media.mediaType, "image/png", to: &$0) }
      case .text: throw DialectFault(unsupported: .images, "an image must have bytes or a URL")
      }
      json.member("detail", media.detail ?? "auto")
    case .file(let media): writeFile(media, into: &json)
    default: break
    }
  }

  private static func writeFile(_ media: MediaPart, into json: inout JSONWriter) {
    if case .text(let text) = media.source {
      json.member("type", "input_text")
      json.member("text", text)
      return
    }
    json.member("type", "input_file")
    switch media.source {
    case .url(let url): json.member("file_url", url)
    case .fileID(let id): json.member("file_id", id)
    case .base64(let data):
      json.member("filename", media.name ?? "file.pdf")
      json.name("file_data")
      json.string { OpenAIChatMedia.append(data, media.mediaType, "application/pdf", to: &$0) }
    case .text: break
    }
  }

  private func writeItem(_ part: CanonicalPart, into json: inout JSONWriter) throws(DialectFault) {
    switch part.content {
    case .toolCall(let call):
      json.object { json in
        let isCustom = call.kind == .custom
        json.member("type", isCustom ? "custom_tool_call" : "function_call")
        json.member("call_id", call.id)
        json.member("name", call.name)
        let text = call.arguments.text
        json.member(isCustom ? "input" : "arguments", text.isEmpty && !isCustom ? "{}" : text)
      }
    case .toolResult(let result): try write(result, into: &json)
    case .reasoning(let thought):
      // Only what OpenAI has encrypted itself means anything to it.
      guard let encrypted = thought.signature ?? thought.redacted else { return }
      json.object { json in
        // Without an id: the content is bound to that of the provider, which the client has not seen.
        json.member("type", "reasoning")
        json.array("summary") { json in
          guard !thought.text.isEmpty else { return }
          json.object { json in
            json.member("type", "summary_text")
            json.member("text", thought.text)
          }
        }
        json.member("encrypted_content", encrypted)
      }
    case .opaque(let dialect, let kind, let value):
      guard dialect == .openAIResponses else {
        throw DialectFault(
          unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect.rawValue) only")
      }
      json.value(value)
    case .text, .image, .audio, .video, .file, .refusal: break
    }
  }

  private func write(_ result: ToolResult, into json: inout JSONWriter) throws(DialectFault) {
    try json.object { (json) throws(DialectFault) in
      json.member("type", customCalls.contains(result.callID) ? "custom_tool_call_output" : "function_call_output")
      json.member("call_id", result.callID)
      if result.parts.isEmpty {
        json.member("output", "")
      } else if result.parts.count == 1, case .text(let text) = result.parts[0].content {
        json.member("output", text.text)
      } else {
        try json.array("output") { (json) throws(DialectFault) in
          for part in result.parts { try Self.write(part, isOutput: false, into: &json) }
        }
      }
    }
  }
}
