import GatewayCore

/// Reads `system` and `messages`.
struct BedrockConversationReader {
  private(set) var messages: [CanonicalMessage] = []
  /// Ids of the calls so far: a result needs one of them.
  private var calls: Set<RawText> = []

  mutating func read(system node: JSONNode) throws(DialectFault) {
    let known: StaticString = "text, guardContent, cachePoint"
    var parts: [CanonicalPart] = []
    for element in try BedrockBody.array(node).elements {
      let (kind, value) = try BedrockBody.union(element, known: known)
      if kind.equals("text") {
        parts.append(.text(try BedrockBody.text(value)))
      } else if kind.equals("guardContent") {
        parts.append(CanonicalPart(.opaque(.bedrockConverse, kind: kind, value.raw)))
      } else if kind.equals("cachePoint") {
        try mark(element, value, &parts)
      } else {
        throw DialectFault("unknown block '\(kind)'; known are \(known)", at: element)
      }
    }
    if !parts.isEmpty { messages.append(CanonicalMessage(.system, parts: parts)) }
  }

  mutating func read(messages node: JSONNode) throws(DialectFault) {
    if try BedrockBody.array(node).isEmpty { throw DialectFault("messages must have at least one message", at: node) }
    for message in node.elements {
      let role = try BedrockBody.textMember("role", of: BedrockBody.object(message))
      let content = try BedrockBody.array(BedrockBody.member("content", of: message))
      if content.isEmpty { throw DialectFault("content must have at least one block", at: content) }
      if role.equals("user") {
        try readUser(content)
      } else if role.equals("assistant") {
        try readAssistant(content)
      } else if role.equals("system") {
        try readSystem(content)
      } else {
        throw DialectFault("unknown role '\(role)'; known are user, assistant, system", path: message.path + ".role")
      }
    }
  }

  /// Results of tools and what the user says are different messages elsewhere.
  private mutating func readUser(_ content: JSONNode) throws(DialectFault) {
    var parts: [CanonicalPart] = []
    var isResults = false
    for element in content.elements {
      let (kind, value) = try BedrockBody.union(element, known: BedrockBlockReader.userBlocks)
      if kind.equals("cachePoint") {
        try mark(element, value, &parts)
        continue
      }
      let isResult = kind.equals("toolResult")
      if isResult != isResults {
        append(isResults ? .tool : .user, parts)
        parts = []
        isResults = isResult
      }
      if isResult {
        parts.append(CanonicalPart(.toolResult(try readResult(value))))
      } else {
        parts.append(try BedrockBlockReader.readUser(kind, value, at: element))
      }
    }
    append(isResults ? .tool : .user, parts)
  }

  private mutating func readAssistant(_ content: JSONNode) throws(DialectFault) {
    var parts: [CanonicalPart] = []
    var signature: RawText?
    for element in content.elements {
      let (kind, value) = try BedrockBody.union(element, known: BedrockBlockReader.assistantBlocks)
      if kind.equals("cachePoint") {
        try mark(element, value, &parts)
        continue
      }
      if let text = BedrockBlockReader.callSignature(kind, value) {
        signature = text
        continue
      }
      var part = try BedrockBlockReader.readAssistant(kind, value, at: element)
      if case .toolCall(var call) = part.content {
        calls.insert(call.id)
        call.signature = signature
        part.content = .toolCall(call)
        signature = nil
      }
      parts.append(part)
    }
    append(.assistant, parts)
  }

  private mutating func readSystem(_ content: JSONNode) throws(DialectFault) {
    var parts: [CanonicalPart] = []
    for element in content.elements {
      let (kind, value) = try BedrockBody.union(element, known: BedrockBlockReader.systemBlocks)
      if kind.equals("cachePoint") {
        try mark(element, value, &parts)
      } else {
        parts.append(try BedrockBlockReader.readSystem(kind, value, at: element))
      }
    }
    append(.system, parts)
  }

  private func readResult(_ node: JSONNode) throws(DialectFault) -> ToolResult {
    let id = try BedrockBody.textMember("toolUseId", of: BedrockBody.object(node))
    guard calls.contains(id) else {
      throw DialectFault(
        "no call before it has the id '\(id)'; send the assistant's message with the call first",
        path: node.path + ".toolUseId")
    }
    var isError = false
    if let status = node["status"] {
      let text = try BedrockBody.text(status)
      guard text.equals("error") || text.equals("success") else {
        throw DialectFault("unknown status '\(text)'; known are success, error", at: status)
      }
      isError = text.equals("error")
    }
    var parts: [CanonicalPart] = []
    for element in try BedrockBody.array(BedrockBody.member("content", of: node)).elements {
      let (kind, value) = try BedrockBody.union(element, known: BedrockBlockReader.resultBlocks)
      parts.append(try BedrockBlockReader.readResult(kind, value, at: element))
    }
    return ToolResult(callID: id, parts: parts, isError: isError)
  }

  /// A cache point marks all before it: here the part before it, or the last part of the message before.
  private mutating func mark(
    _ element: JSONNode, _ value: JSONNode, _ parts: inout [CanonicalPart]
  ) throws(DialectFault) {
    let control = try Self.cacheControl(value)
    if let last = parts.indices.last {
      parts[last].cacheControl = control
    } else if let message = messages.indices.last, let last = messages[message].parts.indices.last {
      messages[message].parts[last].cacheControl = control
    } else {
      throw DialectFault("a cachePoint must follow what is to be cached", at: element)
    }
  }

  static func cacheControl(_ node: JSONNode) throws(DialectFault) -> CacheControl {
    let type = try BedrockBody.textMember("type", of: BedrockBody.object(node))
    guard type.equals("default") else {
      throw DialectFault("unknown type '\(type)'; the only one is default", path: node.path + ".type")
    }
    guard let ttl = node["ttl"] else { return CacheControl() }
    return CacheControl(ttl: try BedrockBody.text(ttl))
  }

  private mutating func append(_ role: CanonicalMessage.Role, _ parts: [CanonicalPart]) {
    if !parts.isEmpty { messages.append(CanonicalMessage(role, parts: parts)) }
  }
}
