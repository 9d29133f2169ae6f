/// `messages` of chat.
struct OpenAIChatMessageReader {
  /// Calls that have been made so far: a result must answer one of them.
  private var calls: Set<RawText> = []
  /// The name of the last call of the older form, which has no id.
  private var legacyCall: RawText?
  private var legacyCount = 0

  static func read(_ node: JSONNode) throws(DialectFault) -> [CanonicalMessage] {
    var reader = OpenAIChatMessageReader()
    var messages: [CanonicalMessage] = []
    for element in try CheckedMembers.array(node).elements { messages.append(try reader.message(element)) }
    if messages.isEmpty { throw CheckedMembers.wrong(node, "an array with at least one message") }
    return messages
  }

  private mutating func message(_ node: JSONNode) throws(DialectFault) -> CanonicalMessage {
    let members = try CheckedMembers(node, "a message")
    let role = try members.requiredText("role")
    let name = try members.text("name")
    switch role.string {
    case "system": return CanonicalMessage(.system, name: name, parts: try content(node, members))
    case "developer": return CanonicalMessage(.developer, name: name, parts: try content(node, members))
    case "user": return CanonicalMessage(.user, name: name, parts: try content(node, members))
    case "assistant": return CanonicalMessage(.assistant, name: name, parts: try assistant(node, members))
    case "tool": return try result(node, members, id: try members.requiredText("tool_call_id"), name: name)
    case "function":
      guard let call = legacyCall, let name, call == name else {
        throw DialectFault("'\(node.path)' answers no 'function_call' of that name.", at: node)
      }
      return try result(node, members, id: Self.legacyID(legacyCount), name: name)
    default:
      throw DialectFault(
        "'\(node.path).role' must be \"system\", \"developer\", \"user\", \"assistant\" or \"tool\".",
        path: node.path + ".role")
    }
  }

  private static func legacyID(_ number: Int) -> RawText { RawText("call_\(number)") }

  // MARK: Assistant

  private mutating func assistant(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> [CanonicalPart] {
    var parts = OpenAIChatReasoning.parts(of: node)
    if let content = node["content"] { parts += try Self.parts(content) }
    if let refusal = try members.text("refusal"), !refusal.isEmpty { parts.append(CanonicalPart(.refusal(refusal))) }
    if let audio = try members.object("audio") {
      throw DialectFault(
        unsupported: .audio, "'\(audio.path)' refers to a sound at the provider that made it; send its transcript",
        path: audio.path)
    }
    if let list = try members.array("tool_calls") {
      for element in list.elements {
        let call = try Self.toolCall(element)
        calls.insert(call.id)
        parts.append(CanonicalPart(.toolCall(call)))
      }
    }
    if let legacy = try members.object("function_call") {
      let function = try CheckedMembers(legacy, "a call")
      legacyCount += 1
      let name = try function.requiredText("name")
      legacyCall = name
      calls.insert(Self.legacyID(legacyCount))
      parts.append(
        CanonicalPart(
          .toolCall(
            ToolCall(
              id: Self.legacyID(legacyCount), name: name, arguments: try Self.arguments(legacy, function)))))
    }
    return parts
  }

  static func toolCall(_ node: JSONNode) throws(DialectFault) -> ToolCall {
    let members = try CheckedMembers(node, "a tool call")
    let id = try members.requiredText("id")
    if let custom = try members.object("custom") {
      let tool = try CheckedMembers(custom, "a custom call")
      return ToolCall(
        kind: .custom, id: id, name: try tool.requiredText("name"),
        arguments: .string(try tool.text("input") ?? .empty))
    }
    guard let definition = node["function"] else { throw members.missing("function") }
    let function = try CheckedMembers(definition, "a function call")
    return ToolCall(
      id: id, name: try function.requiredText("name"), arguments: try arguments(definition, function),
      signature: node["extra_content"]?["google"]?["thought_signature"]?.text)
  }

  private static func arguments(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> ToolArguments {
    // Some clients send the object itself.
    if let object = node["arguments"], object.isObject { return .json(object.raw) }
    let text = try members.text("arguments") ?? .empty
    let arguments = ToolArguments.string(text)
    if arguments.json == nil {
      throw DialectFault(
        "'\(node.path).arguments' must be a string that holds a JSON object.", path: node.path + ".arguments")
    }
    return arguments
  }

  // MARK: Results

  private func result(
    _ node: JSONNode, _ members: CheckedMembers, id: RawText, name: RawText?
  ) throws(DialectFault) -> CanonicalMessage {
    guard calls.contains(id) else {
      throw DialectFault(
        "'\(node.path)' answers the tool call '\(id.string)', which no assistant message before it has made.",
        path: node.path + ".tool_call_id")
    }
    let result = ToolResult(callID: id, name: name, parts: try content(node, members))
    return CanonicalMessage(.tool, parts: [CanonicalPart(.toolResult(result), cacheControl: try Self.mark(of: node))])
  }

  // MARK: Content

  private func content(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) -> [CanonicalPart] {
    guard let content = node["content"] else { throw members.missing("content") }
    var parts = try Self.parts(content)
    if let mark = try Self.mark(of: node), !parts.isEmpty { parts[parts.count - 1].cacheControl = mark }
    return parts
  }

  static func parts(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    if let text = node.text { return [.text(text)] }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array of parts") }
    var parts: [CanonicalPart] = []
    for element in node.elements {
      var part = CanonicalPart(try content(element))
      part.cacheControl = try mark(of: element)
      parts.append(part)
    }
    return parts
  }

  static func content(_ node: JSONNode) throws(DialectFault) -> CanonicalPart.Content {
    let members = try CheckedMembers(node, "a part")
    let type = try members.requiredText("type")
    switch type.string {
    case "text": return .text(TextPart(text: try members.requiredText("text")))
    case "refusal": return .refusal(try members.requiredText("refusal"))
    case "image_url": return .image(try OpenAIChatMedia.image(node, members))
    case "input_audio": return .audio(try OpenAIChatMedia.audio(node, members))
    case "video_url": return .video(try OpenAIChatMedia.video(node, members))
    case "file": return .file(try OpenAIChatMedia.file(node, members))
    default:
      throw DialectFault(
        "'\(node.path).type' is '\(type.string)'; known are text, image_url, input_audio, video_url, file and refusal.",
        path: node.path + ".type")
    }
  }

  // MARK: Cache marks

  static func mark(of node: JSONNode) throws(DialectFault) -> CacheControl? {
    guard let mark = node["cache_control"] else { return nil }
    return try cacheControl(mark)
  }

  static func cacheControl(_ node: JSONNode) throws(DialectFault) -> CacheControl {
    CacheControl(ttl: try CheckedMembers(node, "an object like {\"type\":\"ephemeral\"}").text("ttl"))
  }
}
