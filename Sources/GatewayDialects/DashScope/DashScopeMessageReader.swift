/// `input.messages`.
struct DashScopeMessageReader {
  /// Calls that have been made so far: a result must answer one of them.
  private var calls: Set<RawText> = []

  static func read(_ node: JSONNode) throws(DialectFault) -> [CanonicalMessage] {
    var reader = DashScopeMessageReader()
    var messages: [CanonicalMessage] = []
    for element in try CheckedMembers.array(node).elements { messages.append(try reader.message(element)) }
    if messages.isEmpty { throw CheckedMembers.wrong(node, "an array with at least one message") }
    return messages
  }

  private mutating func message(_ node: JSONNode) throws(DialectFault) -> CanonicalMessage {
    let members = try CheckedMembers(node, "a message")
    switch try members.requiredText("role").string {
    case "system": return CanonicalMessage(.system, parts: try content(node, members))
    case "user": return CanonicalMessage(.user, parts: try content(node, members))
    case "assistant": return CanonicalMessage(.assistant, parts: try assistant(node, members))
    case "tool": return try result(node, members)
    default:
      throw DialectFault(
        "'\(node.path).role' must be \"system\", \"user\", \"assistant\" or \"tool\".", path: node.path + ".role")
    }
  }

  private mutating func assistant(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> [CanonicalPart] {
    var parts: [CanonicalPart] = []
    if let thought = try members.text("reasoning_content"), !thought.isEmpty {
      parts.append(CanonicalPart(.reasoning(ReasoningPart(text: thought))))
    }
    let list = try members.array("tool_calls")
    if let content = node["content"] {
      // A message of calls has an empty one.
      parts += try Self.parts(content).filter { list == nil || !$0.isEmptyText }
    }
    for element in list?.elements.map({ $0 }) ?? [] {
      let call = try OpenAIChatMessageReader.toolCall(element)
      calls.insert(call.id)
      parts.append(CanonicalPart(.toolCall(call)))
    }
    return parts
  }

  private func result(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> CanonicalMessage {
    let id = try members.requiredText("tool_call_id")
    guard calls.contains(id) else {
      throw DialectFault(
        "'\(node.path)' answers the tool call '\(id.string)', which no assistant message before it has made.",
        path: node.path + ".tool_call_id")
    }
    let result = ToolResult(callID: id, name: try members.text("name"), parts: try content(node, members))
    return CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(result))])
  }

  // MARK: Content

  private func content(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> [CanonicalPart] {
    guard let content = node["content"] else { throw members.missing("content") }
    return try Self.parts(content)
  }

  private static func parts(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    if let text = node.text { return [.text(text)] }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array of parts") }
    var parts: [CanonicalPart] = []
    for element in node.elements {
      var part = CanonicalPart(try part(element))
      part.cacheControl = try OpenAIChatMessageReader.mark(of: element)
      parts.append(part)
    }
    return parts
  }

  private static func part(_ node: JSONNode) throws(DialectFault) -> CanonicalPart.Content {
    let members = try CheckedMembers(node, "a part")
    if let text = try members.text("text") { return .text(TextPart(text: text)) }
    if let image = node["image"] {
      return .image(try OpenAIChatMedia.media(try CheckedMembers.text(image), at: image))
    }
    if let audio = node["audio"] {
      return .audio(try OpenAIChatMedia.media(try CheckedMembers.text(audio), at: audio))
    }
    if let video = node["video"] {
      if video.isArray {
        throw DialectFault(
          unsupported: .video, "a video as a list of images is known to DashScope only", path: video.path)
      }
      return .video(try OpenAIChatMedia.media(try CheckedMembers.text(video), at: video))
    }
    throw DialectFault("'\(node.path)' has none of text, image, audio and video.", at: node)
  }
}

extension CanonicalPart {
  fileprivate var isEmptyText: Bool { if case .text(let text) = content { text.text.isEmpty } else { false } }
}
