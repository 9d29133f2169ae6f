import GatewayCore

/// `contents`: turns with parts. Calls have no ids here unless the caller gives them: they get some by their order, and results
/// find the oldest call of their name that has none yet.
struct GeminiContentReader {
  private var calls = 0
  /// Calls without a result: id and name.
  private var open: [(id: RawText, name: RawText)] = []

  static func instruction(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    if let text = node.text { return [.text(text)] }
    var parts: [CanonicalPart] = []
    for part in try partNodes(node) {
      guard let text = part["text"]?.text else { throw CheckedMembers.wrong(part, "a part with 'text'") }
      parts.append(.text(text))
    }
    return parts
  }

  static func read(_ node: JSONNode) throws(DialectFault) -> [CanonicalMessage] {
    var reader = GeminiContentReader()
    var messages: [CanonicalMessage] = []
    // The SDKs send an array; a single content is taken as well.
    if node.isObject {
      try reader.read(node, into: &messages)
    } else {
      for element in try CheckedMembers.array(node).elements { try reader.read(element, into: &messages) }
    }
    if messages.isEmpty { throw CheckedMembers.wrong(node, "an array with at least one content") }
    return messages
  }

  private static func partNodes(_ node: JSONNode) throws(DialectFault) -> [JSONNode] {
    let members = try CheckedMembers(node, "a content")
    guard let parts = node["parts"] else { throw members.missing("parts") }
    if parts.isObject { return [parts] }
    return try CheckedMembers.array(parts).elements.map { $0 }
  }

  private mutating func read(_ node: JSONNode, into messages: inout [CanonicalMessage]) throws(DialectFault) {
    let nodes = try Self.partNodes(node)
    let role = try CheckedMembers(node, "a content").text("role") ?? "user"
    guard role.equals("user") || role.equals("model") || role.equals("function") else {
      throw DialectFault("'\(node.path).role' must be \"user\" or \"model\".", path: node.path + ".role")
    }
    var parts: [CanonicalPart] = []
    for node in nodes { parts.append(try part(node)) }
    if role.equals("model") { return messages.append(CanonicalMessage(.assistant, parts: parts)) }
    let rest = parts.filter { !$0.isResult }
    for result in parts where result.isResult { messages.append(CanonicalMessage(.tool, parts: [result])) }
    if !rest.isEmpty || parts.isEmpty { messages.append(CanonicalMessage(.user, parts: rest)) }
  }

  private mutating func part(_ node: JSONNode) throws(DialectFault) -> CanonicalPart {
    _ = try CheckedMembers(node, "a part")
    let signature = node.either("thoughtSignature", "thought_signature")?.text
    if let call = node.either("functionCall", "function_call") {
      let members = try CheckedMembers(call, "a call")
      calls += 1
      let name = try members.requiredText("name")
      let id = try members.text("id") ?? RawText("call_\(calls)")
      open.append((id, name))
      return CanonicalPart(
        .toolCall(
          ToolCall(
            id: id, name: name, arguments: .json(try members.object("args")?.raw ?? .emptyObject),
            signature: signature)))
    }
    if let response = node.either("functionResponse", "function_response") {
      return CanonicalPart(.toolResult(try result(response)))
    }
    if let text = node["text"] {
      let text = try CheckedMembers.text(text)
      if node["thought"]?.bool == true {
        return CanonicalPart(.reasoning(ReasoningPart(text: text, signature: signature)))
      }
      return .text(text)
    }
    if let media = try GeminiMedia.read(node) { return media }
    for (name, _) in node.members where name.equals("executableCode") || name.equals("codeExecutionResult") {
      return CanonicalPart(.opaque(.gemini, kind: name, node.raw))
    }
    throw DialectFault(
      "'\(node.path)' has none of text, inlineData, fileData, functionCall, functionResponse.", at: node)
  }

  private mutating func result(_ node: JSONNode) throws(DialectFault) -> ToolResult {
    let members = try CheckedMembers(node, "a response")
    let name = try members.requiredText("name")
    let given = try members.text("id")
    guard let index = open.firstIndex(where: { call in given.map { call.id == $0 } ?? (call.name == name) }) else {
      throw DialectFault("'\(node.path)' answers a call of '\(name.string)' that was never made.", at: node)
    }
    let call = open.remove(at: index)
    let response = try members.object("response")
    var parts: [CanonicalPart] = []
    // `output` and `error` are the words for a plain result.
    let plain = response?["output"] ?? response?["result"] ?? response?["error"]
    if let response {
      if let text = plain?.text, response.members.reduce(0, { count, _ in count + 1 }) == 1 {
        parts.append(.text(text))
      } else {
        parts.append(.text(RawText(escaping: response.raw.bytes)))
      }
    }
    if let media = node["parts"] {
      for element in try CheckedMembers.array(media).elements {
        if let part = try GeminiMedia.read(element) { parts.append(part) }
      }
    }
    return ToolResult(callID: call.id, name: name, parts: parts, isError: response?["error"] != nil)
  }
}
