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
      return messages.append(CanonicalMessage(.system, parts: try AnthropicBlockReader.text(content)))
    }
    guard role.equals("user") || role.equals("assistant") else {
      throw DialectFault("'\(node.path).role' must be \"user\" or \"assistant\".", path: node.path + ".role")
    }
    let parts = try blocks(content)
    if role.equals("assistant") { return messages.append(CanonicalMessage(.assistant, parts: parts)) }
    let results = parts.filter { if case .toolResult = $0.content { true } else { false } }
    let rest = parts.filter { if case .toolResult = $0.content { false } else { true } }
    for result in results { messages.append(CanonicalMessage(.tool, parts: [result])) }
    if !rest.isEmpty || results.isEmpty { messages.append(CanonicalMessage(.user, parts: rest)) }
  }

  private mutating func blocks(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    if let text = node.text { return [.text(text)] }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array of blocks") }
    var parts: [CanonicalPart] = []
    for element in node.elements {
      let part = try AnthropicBlockReader.block(element)
      switch part.content {
      case .toolCall(let call): calls.insert(call.id)
      case .toolResult(let result) where !calls.contains(result.callID):
        throw DialectFault(
          "'\(element.path)' answers the tool call '\(result.callID.string)', which no assistant message before it has made.",
          path: element.path + ".tool_use_id")
      default: break
      }
      parts.append(part)
    }
    return parts
  }
}
