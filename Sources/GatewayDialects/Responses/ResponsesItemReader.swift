import GatewayCore

/// `input`: a string or items. Items of the assistant that follow each other (thoughts, texts, calls) are one message.
struct ResponsesItemReader {
  /// Whether earlier turns are kept at OpenAI: then an output may answer a call that is not here.
  private let isContinued: Bool
  private var calls: Set<RawText> = []
  private var messages: [CanonicalMessage] = []

  private init(isContinued: Bool) { self.isContinued = isContinued }

  static func read(_ node: JSONNode, isContinued: Bool) throws(DialectFault) -> [CanonicalMessage] {
    if let text = node.text { return [CanonicalMessage(.user, parts: [.text(text)])] }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array of items") }
    var reader = ResponsesItemReader(isContinued: isContinued)
    for element in node.elements { try reader.item(element) }
    if reader.messages.isEmpty { throw CheckedMembers.wrong(node, "an array with at least one item") }
    return reader.messages
  }

  private mutating func item(_ node: JSONNode) throws(DialectFault) {
    let members = try CheckedMembers(node, "an item")
    // References may do without a type, as messages may.
    let untyped: RawText =
      node["role"] == nil && node["content"] == nil && node["id"] != nil ? "item_reference" : "message"
    let type = try members.text("type") ?? untyped
    switch type.string {
    case "message": try message(node, members)
    case "function_call", "custom_tool_call": try call(node, members, isCustom: type.equals("custom_tool_call"))
    case "function_call_output", "custom_tool_call_output": try output(node, members)
    case "reasoning":
      let thought = Self.thought(node)
      if !thought.isEmpty { addToAssistant(CanonicalPart(.reasoning(thought))) }
    case "item_reference":
      throw DialectFault(
        unsupported: .storedState, "'\(node.path)' refers to an item at OpenAI; send the item", path: node.path)
    default: addToAssistant(CanonicalPart(.opaque(.openAIResponses, kind: type, node.raw)))
    }
  }

  private mutating func addToAssistant(_ part: CanonicalPart) {
    if messages.last?.role == .assistant {
      messages[messages.count - 1].parts.append(part)
    } else {
      messages.append(CanonicalMessage(.assistant, parts: [part]))
    }
  }

  /// Between the parts of a summary, each of which is a paragraph.
  static let separator: RawText = "\n\n"

  static func thought(_ node: JSONNode) -> ReasoningPart {
    let summary = node["summary"]?.elements.compactMap { $0["text"]?.text } ?? []
    let content = node["content"]?.elements.compactMap { $0["text"]?.text } ?? []
    let texts = content.isEmpty ? summary : content
    var thought = ReasoningPart(text: texts.dropFirst().reduce(texts.first ?? .empty) { $0 + separator + $1 })
    thought.isSummary = content.isEmpty
    thought.signature = node["encrypted_content"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    thought.id = node["id"]?.text
    return thought
  }

  // MARK: Messages

  private mutating func message(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) {
    let role = try members.requiredText("role")
    guard let content = node["content"] else { throw members.missing("content") }
    let parts = try Self.parts(content)
    switch role.string {
    case "user": messages.append(CanonicalMessage(.user, parts: parts))
    case "system": messages.append(CanonicalMessage(.system, parts: parts))
    case "developer": messages.append(CanonicalMessage(.developer, parts: parts))
    case "assistant": for part in parts { addToAssistant(part) }
    default:
      throw DialectFault(
        "'\(node.path).role' must be \"user\", \"assistant\", \"system\" or \"developer\".", path: node.path + ".role")
    }
  }

  static func parts(_ node: JSONNode) throws(DialectFault) -> [CanonicalPart] {
    if let text = node.text { return [.text(text)] }
    guard node.isArray else { throw CheckedMembers.wrong(node, "a string or an array of parts") }
    var parts: [CanonicalPart] = []
    for element in node.elements { parts.append(CanonicalPart(try content(element))) }
    return parts
  }

  private static func content(_ node: JSONNode) throws(DialectFault) -> CanonicalPart.Content {
    let members = try CheckedMembers(node, "a part")
    let type = try members.requiredText("type")
    switch type.string {
    case "input_text", "output_text", "text":
      var text = TextPart(text: try members.requiredText("text"))
      text.citations = node["annotations"]?.elements.compactMap(ResponsesCitations.read) ?? []
      return .text(text)
    case "refusal": return .refusal(try members.requiredText("refusal"))
    case "input_image":
      let detail = try members.text("detail")
      if let id = try members.text("file_id") { return .image(MediaPart(.fileID(id), detail: detail)) }
      var image = try OpenAIChatMedia.media(try members.requiredText("image_url"), at: node["image_url"] ?? node)
      image.detail = detail
      return .image(image)
    case "input_file": return .file(try file(members))
    case "input_audio": return .audio(try OpenAIChatMedia.audio(node, members))
    default:
      throw DialectFault(
        "'\(node.path).type' is '\(type.string)'; known are input_text, input_image, input_file, input_audio, output_text and "
          + "refusal.", path: node.path + ".type")
    }
  }

  private static func file(_ members: CheckedMembers) throws(DialectFault) -> MediaPart {
    let name = try members.text("filename")
    if let id = try members.text("file_id") { return MediaPart(.fileID(id), name: name) }
    if let url = try members.text("file_url") { return MediaPart(.url(url), name: name) }
    guard let data = try members.text("file_data") else { throw members.missing("file_data") }
    var part = OpenAIChatMedia.media(data)
    if case .url = part.source { part.source = .base64(data) }
    part.name = name
    return part
  }

  // MARK: Calls

  private mutating func call(_ node: JSONNode, _ members: CheckedMembers, isCustom: Bool) throws(DialectFault) {
    let id = try members.requiredText("call_id")
    calls.insert(id)
    let arguments = ToolArguments.string(try members.text(isCustom ? "input" : "arguments") ?? .empty)
    if !isCustom, arguments.json == nil {
      throw DialectFault(
        "'\(node.path).arguments' must be a string that holds a JSON object.", path: node.path + ".arguments")
    }
    addToAssistant(
      CanonicalPart(
        .toolCall(
          ToolCall(
            kind: isCustom ? .custom : .function, id: id, name: try members.requiredText("name"),
            arguments: arguments))))
  }

  private mutating func output(_ node: JSONNode, _ members: CheckedMembers) throws(DialectFault) {
    let id = try members.requiredText("call_id")
    guard isContinued || calls.contains(id) else {
      throw DialectFault(
        "'\(node.path)' answers the call '\(id.string)', which no item before it has made.",
        path: node.path + ".call_id")
    }
    guard let output = node["output"] else { throw members.missing("output") }
    messages.append(
      CanonicalMessage(
        .tool, parts: [CanonicalPart(.toolResult(ToolResult(callID: id, parts: try Self.parts(output))))]))
  }
}

/// `annotations` of texts.
enum ResponsesCitations {
  static func read(_ node: JSONNode) -> Citation? {
    guard node["type"]?.text?.equals("url_citation") == true else { return nil }
    var citation = Citation(url: node["url"]?.text, title: node["title"]?.text)
    citation.start = node["start_index"]?.int
    citation.end = node["end_index"]?.int
    return citation
  }

  static func write(_ citation: Citation, into json: inout JSONWriter) {
    json.object { json in
      json.member("type", "url_citation")
      json.member("start_index", citation.start ?? 0)
      json.member("end_index", citation.end ?? 0)
      json.member("url", citation.url)
      json.member("title", citation.title ?? citation.url)
    }
  }
}

extension ReasoningPart {
  /// Whether it says nothing and proves nothing.
  var isEmpty: Bool { text.isEmpty && signature == nil && redacted == nil }
}
