import GatewayCore

/// `contents`: turns with parts. Calls have no ids here unless the caller gives them: they get some by their order, and results
/// find the oldest call of their name that has none yet.
struct GeminiContentReader {
  private var calls = 0
  /// Calls without a result.
  private var open = OpenCalls()
  private var unknown: [(name: RawText, value: RawJSON)] = []

  static func instruction(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    if let text = node.text { return [.text(text)] }
    var parts: [CanonicalPart] = []
    for part in try partNodes(node) {
      guard let text = part["text"]?.text else { throw CheckedMembers.wrong(part, "a part with 'text'") }
      parts.append(.text(text))
    }
    return parts
  }

  /// - Parameter unknown: members of parts that the canonical form has no word for are appended here.
  static func read(
    _ node: JSONNode, unknown: inout [(name: RawText, value: RawJSON)]
  ) throws(DialectFault) -> [CanonicalMessage] {
    var reader = GeminiContentReader()
    var messages: [CanonicalMessage] = []
    // The SDKs send an array; a single content is taken as well.
    if node.isObject {
      try reader.read(node, into: &messages)
    } else {
      for element in try CheckedMembers.array(node).elements { try reader.read(element, into: &messages) }
    }
    if messages.isEmpty { throw CheckedMembers.wrong(node, "an array with at least one content") }
    unknown += reader.unknown
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
    let isModel = role.equals("model")
    var parts: [CanonicalPart] = []
    for node in nodes {
      for part in try self.parts(node) {
        switch part.content {
        case .toolCall where !isModel:
          throw DialectFault("'\(node.path)' is a call, which belongs into a content of the role \"model\".", at: node)
        case .toolResult where isModel:
          throw DialectFault(
            "'\(node.path)' is a response, which belongs into a content of the role \"user\".", at: node)
        case .reasoning(let thought) where node["thought"]?.bool == true: Self.append(thought, to: &parts)
        default: parts.append(part)
        }
      }
    }
    if isModel { return messages.append(CanonicalMessage(.assistant, parts: parts)) }
    let rest = parts.filter { !$0.isResult }
    for result in parts where result.isResult { messages.append(CanonicalMessage(.tool, parts: [result])) }
    if !rest.isEmpty || parts.isEmpty { messages.append(CanonicalMessage(.user, parts: rest)) }
  }

  /// A thought that came in pieces is one, with the signature of its last.
  static func append(_ thought: ReasoningPart, to parts: inout [CanonicalPart]) {
    if let last = parts.indices.last, case .reasoning(var before) = parts[last].content, before.signature == nil {
      before.text = before.text + thought.text
      before.signature = thought.signature
      parts[last].content = .reasoning(before)
    } else {
      parts.append(CanonicalPart(.reasoning(thought)))
    }
  }

  /// A signature of what is no thought stands before it, as a thought without text.
  private mutating func parts(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    let members = try CheckedMembers(node, "a part")
    let signature = try node.either("thoughtSignature", "thought_signature").map(CheckedMembers.text)
    var signed: [CanonicalPart] = []
    if let signature, !signature.isEmpty {
      signed.append(CanonicalPart(.reasoning(ReasoningPart(signature: signature))))
    }
    for (name, value) in node.members where Self.isHint(name) { unknown.append((name, value.raw)) }
    if let call = node.either("functionCall", "function_call") {
      return [CanonicalPart(.toolCall(try self.call(call, signature: signature)))]
    }
    if let response = node.either("functionResponse", "function_response") {
      return [CanonicalPart(.toolResult(try result(response)))]
    }
    if let text = node["text"] {
      let text = try CheckedMembers.text(text)
      if try members.bool("thought") == true {
        return [CanonicalPart(.reasoning(ReasoningPart(text: text, signature: signature)))]
      }
      return signed + [.text(text)]
    }
    if let media = try GeminiMedia.read(node) { return signed + [media] }
    for (name, _) in node.members where Self.isOwn(name) {
      return [CanonicalPart(.opaque(.gemini, kind: name, node.raw))]
    }
    throw DialectFault(
      "'\(node.path)' has none of text, inlineData, fileData, functionCall, functionResponse.", at: node)
  }

  private static func isHint(_ name: RawText) -> Bool {
    switch name.string {
    case "videoMetadata", "video_metadata", "mediaResolution", "media_resolution", "partMetadata", "part_metadata": true
    default: false
    }
  }

  /// Parts of the tools that Google runs.
  private static func isOwn(_ name: RawText) -> Bool {
    switch name.string {
    case "executableCode", "executable_code", "codeExecutionResult", "code_execution_result", "toolCall", "tool_call",
      "toolResponse", "tool_response":
      true
    default: false
    }
  }

  // MARK: Calls

  private mutating func call(_ node: JSONNode, signature: RawText?) throws(DialectFault) -> ToolCall {
    let members = try CheckedMembers(node, "a call")
    calls += 1
    let name = try members.requiredText("name")
    let given = try members.text("id").flatMap { $0.isEmpty ? nil : $0 }
    let id = given ?? RawText("call_\(calls)")
    open.append(OpenCalls.Call(id: id, name: name, hasMadeID: given == nil))
    return ToolCall(
      id: id, name: name, arguments: .json(try members.object("args")?.raw ?? .emptyObject), signature: signature)
  }

  private mutating func result(_ node: JSONNode) throws(DialectFault) -> ToolResult {
    let members = try CheckedMembers(node, "a response")
    let name = try members.requiredText("name")
    let given = try members.text("id").flatMap { $0.isEmpty ? nil : $0 }
    guard let call = open.take(id: given, name: name) else {
      throw DialectFault("'\(node.path)' answers a call of '\(name.string)' that was never made.", at: node)
    }
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
    if let media = try members.array("parts") {
      for element in media.elements {
        guard let part = try GeminiMedia.read(CheckedMembers(element, "a part").node) else {
          throw CheckedMembers.wrong(element, "a part with 'inlineData' or 'fileData'")
        }
        parts.append(part)
      }
    }
    return ToolResult(callID: call.id, name: name, parts: parts, isError: response?["error"] != nil)
  }
}
