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

  static func block(_ node: JSONNode) throws(DialectFault) -> CanonicalPart {
    let members = try CheckedMembers(node, "a block")
    var part = CanonicalPart(try content(node, members, type: try members.requiredText("type")))
    if let mark = node["cache_control"] { part.cacheControl = try cacheControl(mark) }
    return part
  }

  private static func content(
    _ node: JSONNode, _ members: CheckedMembers, type: RawText
  ) throws(DialectFault) -> CanonicalPart.Content {
    switch type.string {
    case "text":
      var text = TextPart(text: try members.requiredText("text"))
      text.citations = node["citations"]?.elements.map(AnthropicCitations.read) ?? []
      return .text(text)
    case "image": return .image(try media(node, members))
    case "document": return .file(try document(node, members))
    case "thinking":
      return .reasoning(
        ReasoningPart(text: try members.text("thinking") ?? .empty, signature: try members.text("signature")))
    case "redacted_thinking": return .reasoning(ReasoningPart(redacted: try members.requiredText("data")))
    case "tool_use":
      return .toolCall(
        ToolCall(
          id: try members.requiredText("id"), name: try members.requiredText("name"),
          arguments: .json(try members.object("input")?.raw ?? .emptyObject)))
    case "tool_result": return .toolResult(try result(node, members))
    case "server_tool_use", "web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result",
      "bash_code_execution_tool_result", "text_editor_code_execution_tool_result", "mcp_tool_use", "mcp_tool_result",
      "container_upload", "search_result", "tool_reference", "tool_search_tool_result", "compaction":
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
        for element in try CheckedMembers.array(content).elements { parts.append(try block(element)) }
      }
    }
    return ToolResult(
      callID: try members.requiredText("tool_use_id"), parts: parts, isError: try members.bool("is_error") ?? false)
  }

  // MARK: Media

  private static func media(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> MediaPart {
    guard let source = node["source"] else { throw members.missing("source") }
    let inner = try CheckedMembers(source, "a source")
    let type = try inner.requiredText("type")
    if type.equals("base64") {
      return MediaPart(.base64(try inner.requiredText("data")), mediaType: try inner.requiredText("media_type"))
    }
    if type.equals("url") { return MediaPart(.url(try inner.requiredText("url"))) }
    if type.equals("file") { return MediaPart(.fileID(try inner.requiredText("file_id"))) }
    if type.equals("text") {
      return MediaPart(.text(try inner.requiredText("data")), mediaType: try inner.text("media_type"))
    }
    throw DialectFault(
      "'\(source.path).type' is '\(type.string)'; known are base64, url, file and text.", path: source.path + ".type")
  }

  private static func document(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> MediaPart {
    var part: MediaPart
    if let source = node["source"], source["type"]?.text?.equals("content") == true {
      // A document of text blocks.
      guard let content = source["content"] else { throw try CheckedMembers(source, "a source").missing("content") }
      let joined = try text(content).reduce(RawText.empty) { sum, part in
        if case .text(let text) = part.content { sum + text.text } else { sum }
      }
      part = MediaPart(.text(joined))
    } else {
      part = try media(node, members)
    }
    part.name = try members.text("title")
    part.context = try members.text("context")
    part.citesSource = try members.object("citations").flatMap { $0["enabled"]?.bool }
    return part
  }

  static func cacheControl(_ node: JSONNode) throws(DialectFault) -> CacheControl {
    CacheControl(ttl: try CheckedMembers(node, "an object like {\"type\":\"ephemeral\"}").text("ttl"))
  }
}

/// `citations` of text blocks.
enum AnthropicCitations {
  static func read(_ node: JSONNode) -> Citation {
    var citation = Citation(url: node["url"]?.text, title: (node["title"] ?? node["document_title"])?.text)
    citation.citedText = node["cited_text"]?.text
    citation.original = (.anthropic, node.raw)
    return citation
  }

  static func write(_ citation: Citation, into json: inout JSONWriter) {
    if let original = citation.original, original.dialect == .anthropic { return json.value(original.value) }
    json.object { json in
      json.member("type", "web_search_result_location")
      json.member("cited_text", citation.citedText ?? .empty)
      json.member("url", citation.url ?? .empty)
      json.name("title")
      if let title = citation.title { json.value(title) } else { json.null() }
      json.member("encrypted_index", "")
    }
  }
}
