/// `messages`. Results of tools stand in messages of the user here; they become messages of their own.
struct AnthropicMessageReader {
  private var calls: Set<RawText> = []

  static func read(_ node: JSONNode) throws(DialectFault) -> [CanonicalMessage] {
    var reader = AnthropicMessageReader()
    var messages: [CanonicalMessage] = []
    for element in try CheckedMembers.array(node).elements { try reader.read(element, into: &messages) }
    if messages.isEmpty { throw CheckedMembers.wrong(node, "an array with at least one message") }
    return messages
  }

  private mutating func read(_ node: JSONNode, into messages: inout [CanonicalMessage]) throws(DialectFault) {
    let members = try CheckedMembers(node, "a message")
    let role = try members.requiredText("role")
    guard let content = node["content"] else { throw members.missing("content") }
    if role.equals("system") {
      messages.append(CanonicalMessage(.system, parts: try AnthropicBlockReader.text(content)))
    } else if role.equals("user") {
      messages += try user(content)
    } else if role.equals("assistant") {
      messages.append(CanonicalMessage(.assistant, parts: try assistant(content)))
    } else {
      throw DialectFault("'\(node.path).role' must be \"user\" or \"assistant\".", path: node.path + ".role")
    }
  }

  private static func elements(_ node: JSONNode) throws(DialectFault) -> JSONNode.Elements {
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array of blocks") }
    return node.elements
  }

  private mutating func assistant(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    if let text = node.text { return [.text(text)] }
    var parts: [CanonicalPart] = []
    for element in try Self.elements(node) {
      let part = try AnthropicBlockReader.block(element)
      if case .toolCall(let call) = part.content { calls.insert(call.id) }
      if part.isResult { throw Self.misplaced(element, "a message of the user") }
      parts.append(part)
    }
    return parts
  }

  /// Results first, then what the user says, with the instructions that stand within it.
  private func user(_ node: JSONNode) throws(DialectFault) -> [CanonicalMessage] {
    if let text = node.text { return [CanonicalMessage(.user, parts: [.text(text)])] }
    var results: [CanonicalMessage] = []
    var said: [CanonicalMessage] = []
    for element in try Self.elements(node) {
      if element["type"]?.text?.equals("mid_conv_system") == true {
        guard let content = element["content"] else { throw try CheckedMembers(element, "a block").missing("content") }
        said.append(CanonicalMessage(.system, parts: try AnthropicBlockReader.text(content)))
        continue
      }
      let part = try AnthropicBlockReader.block(element)
      switch part.content {
      case .toolCall: throw Self.misplaced(element, "a message of the assistant")
      case .toolResult(let result):
        guard calls.contains(result.callID) else { throw Self.orphan(element, result) }
        results.append(CanonicalMessage(.tool, parts: [part]))
      default:
        if let last = said.indices.last, said[last].role == .user {
          said[last].parts.append(part)
        } else {
          said.append(CanonicalMessage(.user, parts: [part]))
        }
      }
    }
    if results.isEmpty, said.isEmpty { return [CanonicalMessage(.user, parts: [])] }
    return results + said
  }

  // MARK: Faults

  private static func misplaced(_ node: JSONNode, _ place: String) -> DialectFault {
    DialectFault(
      "'\(node.path)' is a \(node["type"]?.string ?? "") block, which belongs into \(place).", path: node.path + ".type"
    )
  }

  private static func orphan(_ node: JSONNode, _ result: ToolResult) -> DialectFault {
    DialectFault(
      "'\(node.path)' answers the tool call '\(result.callID.string)', which no assistant message before it has made.",
      path: node.path + ".tool_use_id")
  }
}
