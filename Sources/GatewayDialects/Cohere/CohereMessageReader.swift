import GatewayCore

/// Reads `messages` of a Cohere chat.
struct CohereMessageReader {
  /// Of the calls so far: a result needs one.
  private var callIDs: Set<RawText> = []

  static func read(_ node: JSONNode) throws(DialectFault) -> [CanonicalMessage] {
    guard node.isArray, !node.isEmpty else {
      throw CheckedMembers.wrong(node, "an array with at least one message")
    }
    var reader = CohereMessageReader()
    var messages: [CanonicalMessage] = []
    for element in node.elements { messages.append(try reader.message(element)) }
    return messages
  }

  private mutating func message(_ node: JSONNode) throws(DialectFault) -> CanonicalMessage {
    let members = try CheckedMembers(node, "a message")
    guard let role = node["role"] else { throw members.missing("role") }
    switch role.string {
    case "user": return CanonicalMessage(.user, parts: try content(members, of: "user", Self.userPart))
    case "system": return CanonicalMessage(.system, parts: try content(members, of: "system", Self.textPart))
    case "assistant": return CanonicalMessage(.assistant, parts: try assistant(members))
    case "tool": return CanonicalMessage(.tool, parts: [try result(members)])
    default: throw CheckedMembers.wrong(role, "\"system\", \"user\", \"assistant\" or \"tool\"")
    }
  }

  private typealias PartReader = (_ type: JSONNode, _ part: CheckedMembers) throws(DialectFault) -> CanonicalPart?

  /// A string, or a list of blocks; the API takes a single block without a list as well.
  private func content(
    _ message: CheckedMembers, of role: StaticString, _ read: PartReader
  ) throws(DialectFault) -> [CanonicalPart] {
    guard let content = message.node["content"] else { throw message.missing("content") }
    return try Self.parts(content, of: role, read)
  }

  private static func parts(
    _ content: JSONNode, of role: StaticString, _ read: PartReader
  ) throws(DialectFault) -> [CanonicalPart] {
    if let text = content.text { return [.text(text)] }
    if content.isObject { return [try block(content, of: role, read)] }
    guard content.isArray else { throw CheckedMembers.wrong(content, "a string or an array of content blocks") }
    var parts: [CanonicalPart] = []
    for element in content.elements { parts.append(try block(element, of: role, read)) }
    return parts
  }

  private static func block(
    _ node: JSONNode, of role: StaticString, _ read: PartReader
  ) throws(DialectFault) -> CanonicalPart {
    let members = try CheckedMembers(node, "a content block")
    guard let type = node["type"] else { throw members.missing("type") }
    if let part = try read(type, members) { return part }
    let known =
      switch "\(role)" {
      case "user": "\"text\", \"image_url\" or \"document\""
      case "assistant": "\"text\" or \"thinking\""
      case "tool": "\"text\" or \"document\""
      default: "\"text\""
      }
    throw CheckedMembers.wrong(type, "\(known) in a message of the role \(role)")
  }

  // MARK: Blocks

  private static func textPart(_ type: JSONNode, _ part: CheckedMembers) throws(DialectFault) -> CanonicalPart? {
    guard type.text?.equals("text") == true else { return nil }
    return .text(try part.requiredText("text"))
  }

  private static func userPart(_ type: JSONNode, _ part: CheckedMembers) throws(DialectFault) -> CanonicalPart? {
    if let text = try textPart(type, part) { return text }
    if type.text?.equals("image_url") == true { return try CohereImage.read(part) }
    if type.text?.equals("document") == true {
      guard let document = part.node["document"] else { throw part.missing("document") }
      return CanonicalPart(.file(try CohereDocument.read(document)))
    }
    return nil
  }

  private static func assistantPart(_ type: JSONNode, _ part: CheckedMembers) throws(DialectFault) -> CanonicalPart? {
    if let text = try textPart(type, part) { return text }
    guard type.text?.equals("thinking") == true else { return nil }
    return CanonicalPart(.reasoning(ReasoningPart(text: try part.requiredText("thinking"))))
  }

  private static func resultPart(_ type: JSONNode, _ part: CheckedMembers) throws(DialectFault) -> CanonicalPart? {
    if let text = try textPart(type, part) { return text }
    guard type.text?.equals("document") == true else { return nil }
    guard let document = part.node["document"] else { throw part.missing("document") }
    return .text(try CohereDocument.resultText(document))
  }

  // MARK: Calls and results

  /// Thoughts and text, then the plan, which is text that comes before the calls, then the calls.
  private mutating func assistant(_ message: CheckedMembers) throws(DialectFault) -> [CanonicalPart] {
    var parts: [CanonicalPart] = []
    if let content = message.node["content"] {
      parts = try Self.parts(content, of: "assistant", Self.assistantPart)
    }
    if let citations = message.node["citations"] { CohereCitation.attach(citations, to: &parts) }
    if let plan = try message.text("tool_plan"), !plan.isEmpty { parts.append(.text(plan)) }
    if let calls = try message.array("tool_calls") {
      for call in calls.elements { parts.append(try self.call(call)) }
    }
    if parts.isEmpty, message.node["content"] == nil {
      throw DialectFault(
        "'\(message.node.path)' has none of 'content', 'tool_plan' and 'tool_calls'.", at: message.node)
    }
    return parts
  }

  private mutating func call(_ node: JSONNode) throws(DialectFault) -> CanonicalPart {
    let call = try CheckedMembers(node, "a tool call")
    let id = try call.requiredText("id")
    guard let definition = node["function"] else { throw call.missing("function") }
    let function = try CheckedMembers(definition, "a function")
    callIDs.insert(id)
    return CanonicalPart(
      .toolCall(
        ToolCall(
          id: id, name: try function.requiredText("name"),
          arguments: .string(try function.text("arguments") ?? .empty))))
  }

  private func result(_ message: CheckedMembers) throws(DialectFault) -> CanonicalPart {
    let id = try message.requiredText("tool_call_id")
    guard callIDs.contains(id) else {
      throw DialectFault(
        "'\(message.node.path).tool_call_id' is \"\(id)\", but no call with that id comes before it.",
        path: "\(message.node.path).tool_call_id")
    }
    return CanonicalPart(.toolResult(ToolResult(callID: id, parts: try content(message, of: "tool", Self.resultPart))))
  }
}
