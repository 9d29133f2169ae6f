import GatewayCore

/// Content blocks, of requests and of answers.
enum AnthropicBlockReader {
  /// A string or text blocks: `system`.
  static func text(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    if let text = node.text { return [.text(text)] }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array of text blocks") }
    var parts: [CanonicalPart] = []
    for element in node.elements {
      let part = try block(element)
      guard part.isText else { throw CheckedMembers.wrong(element, "a text block") }
      parts.append(part)
    }
    return parts
  }

  /// - Parameter isAnswer: blocks of a kind that is not known are kept: the API grows.
  static func block(_ node: JSONNode, isAnswer: Bool = false) throws(DialectFault) -> CanonicalPart {
    let members = try CheckedMembers(node, "a block")
    if isAnswer, let type = node["type"]?.text, !isKnown(type) {
      return CanonicalPart(.opaque(.anthropic, kind: type, node.raw))
    }
    var part = CanonicalPart(try content(node, members, type: try members.requiredText("type")))
    if let mark = node["cache_control"] { part.cacheControl = try cacheControl(mark) }
    return part
  }

  private static func isKnown(_ type: RawText) -> Bool {
    switch type.string {
    case "text", "thinking", "redacted_thinking", "tool_use": true
    default: false
    }
  }

  private static func content(
    _ node: JSONNode, _ members: CheckedMembers, type: RawText
  ) throws(DialectFault) -> CanonicalPart.Content {
    switch type.string {
    case "text":
      var text = TextPart(text: try members.requiredText("text"))
      text.citations = node["citations"]?.elements.map(AnthropicCitations.read) ?? []
      return .text(text)
    case "image": return .image(try media(node, members, isImage: true))
    case "document":
      // Images within a document have no place elsewhere.
      if holdsImages(node) { return .opaque(.anthropic, kind: type, node.raw) }
      return .file(try document(node, members))
    case "thinking":
      // Translated answers have an empty signature where the model does not sign.
      let signature = try members.text("signature").flatMap { $0.isEmpty ? nil : $0 }
      return .reasoning(ReasoningPart(text: try members.text("thinking") ?? .empty, signature: signature))
    case "redacted_thinking": return .reasoning(ReasoningPart(redacted: try members.requiredText("data")))
    case "tool_use":
      return .toolCall(
        ToolCall(
          id: try members.requiredText("id"), name: try members.requiredText("name"),
          arguments: .json(try members.object("input")?.raw ?? .emptyObject)))
    case "tool_result": return .toolResult(try result(node, members))
    case "server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result",
      "bash_code_execution_tool_result", "text_editor_code_execution_tool_result", "mcp_tool_use", "mcp_tool_result",
      "container_upload", "search_result", "tool_reference", "tool_search_tool_result", "compaction", "fallback",
      "advisor_tool_result", "tool_addition", "tool_removal":
      return .opaque(.anthropic, kind: type, node.raw)
    default:
      throw DialectFault(
        "'\(node.path).type' is '\(type.string)'; known are text, image, document, tool_use, tool_result, thinking, "
          + "redacted_thinking and the blocks of server tools.", path: node.path + ".type")
    }
  }

  private static func result(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> ToolResult {
    var parts: [CanonicalPart] = []
    if let content = node["content"] {
      if let text = content.text {
        parts = [.text(text)]
      } else {
        guard content.isArray else { throw CheckedMembers.wrong(content, "a string or an array of blocks") }
        for element in content.elements {
          let part = try block(element)
          switch part.content {
          case .text, .image, .file, .opaque: parts.append(part)
          default:
            throw DialectFault(
              "'\(element.path).type' must be \"text\", \"image\", \"document\" or \"search_result\".",
              path: element.path + ".type")
          }
        }
      }
    }
    return ToolResult(
      callID: try members.requiredText("tool_use_id"), parts: parts, isError: try members.bool("is_error") ?? false)
  }

  // MARK: Media

  private static func media(
    _ node: JSONNode, _ members: CheckedMembers, isImage: Bool
  ) throws(DialectFault) -> MediaPart {
    guard let source = node["source"] else { throw members.missing("source") }
    let inner = try CheckedMembers(source, "a source")
    let type = try inner.requiredText("type")
    if type.equals("base64") {
      return MediaPart(.base64(try inner.requiredText("data")), mediaType: try inner.requiredText("media_type"))
    }
    if type.equals("url") { return MediaPart(.url(try inner.requiredText("url"))) }
    if type.equals("file") { return MediaPart(.fileID(try inner.requiredText("file_id"))) }
    if type.equals("text"), !isImage {
      return MediaPart(.text(try inner.requiredText("data")), mediaType: try inner.text("media_type"))
    }
    throw DialectFault(
      "'\(source.path).type' is '\(type.string)'; known are base64, url\(isImage ? " and file" : ", file, text and content").",
      path: source.path + ".type")
  }

  private static func document(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> MediaPart {
    var part: MediaPart
    if let source = node["source"], source["type"]?.text?.equals("content") == true {
      // A document of text blocks.
      guard let content = source["content"] else { throw try CheckedMembers(source, "a source").missing("content") }
      let texts = try text(content).map { CanonicalMessage(.user, parts: [$0]).text }
      part = MediaPart(.text(texts.dropFirst().reduce(texts.first ?? .empty) { $0 + "\n" + $1 }))
    } else {
      part = try media(node, members, isImage: false)
    }
    part.name = try members.text("title")
    part.context = try members.text("context")
    part.citesSource = try members.object("citations").flatMap { $0["enabled"]?.bool }
    return part
  }

  private static func holdsImages(_ node: JSONNode) -> Bool {
    node["source"]?["content"]?.elements.contains { $0["type"]?.text?.equals("image") == true } == true
  }

  static func cacheControl(_ node: JSONNode) throws(DialectFault) -> CacheControl {
    let members = try CheckedMembers(node, "an object like {\"type\":\"ephemeral\"}")
    guard try members.requiredText("type").equals("ephemeral") else {
      throw DialectFault("'\(node.path).type' must be \"ephemeral\".", path: node.path + ".type")
    }
    let ttl = try members.text("ttl")
    if let ttl, !ttl.equals("5m"), !ttl.equals("1h") {
      throw DialectFault("'\(node.path).ttl' must be \"5m\" or \"1h\".", path: node.path + ".ttl")
    }
    return CacheControl(ttl: ttl)
  }
}
