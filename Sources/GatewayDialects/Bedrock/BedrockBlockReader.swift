import GatewayCore

/// Reads the content blocks of a client's messages.
enum BedrockBlockReader {
  static let userBlocks: StaticString =
    "text, image, document, video, audio, toolResult, guardContent, searchResult, cachePoint"
  static let assistantBlocks: StaticString =
    "text, toolUse, reasoningContent, citationsContent, image, toolResult, cachePoint"
  static let systemBlocks: StaticString = "text, guardContent, toolAddition, toolRemoval, cachePoint"
  static let resultBlocks: StaticString = "text, json, image, document, video, searchResult"

  static func readUser(_ kind: RawText, _ value: JSONNode, at element: JSONNode) throws(DialectFault) -> CanonicalPart {
    if kind.equals("text") { return .text(try BedrockBody.text(value)) }
    if let part = try readMedia(kind, value) { return part }
    if kind.equals("guardContent") || kind.equals("searchResult") { return opaque(kind, value) }
    if kind.equals("toolUse") || kind.equals("reasoningContent") {
      throw DialectFault("\(kind) stands in messages of the assistant only", at: element)
    }
    throw DialectFault("unknown block '\(kind)'; known are \(userBlocks)", at: element)
  }

  static func readAssistant(
    _ kind: RawText, _ value: JSONNode, at element: JSONNode
  ) throws(DialectFault) -> CanonicalPart {
    if kind.equals("text") { return .text(try BedrockBody.text(value)) }
    if kind.equals("toolUse") {
      let id = try BedrockBody.textMember("toolUseId", of: BedrockBody.object(value))
      if id.isEmpty { throw DialectFault("toolUseId must not be empty", path: value.path + ".toolUseId") }
      let name = try BedrockBody.textMember("name", of: value)
      let input = try BedrockBody.object(BedrockBody.member("input", of: value))
      if value["type"] != nil { return opaque(kind, value) }
      return CanonicalPart(.toolCall(ToolCall(id: id, name: name, arguments: .json(input.raw))))
    }
    if kind.equals("reasoningContent") { return CanonicalPart(.reasoning(try readReasoning(value))) }
    if kind.equals("citationsContent") {
      return CanonicalPart(.text(BedrockCitations.read(try BedrockBody.object(value))))
    }
    // Of a tool that the provider ran itself.
    if kind.equals("toolResult"), value["type"] != nil { return opaque(kind, value) }
    if kind.equals("toolResult") { throw DialectFault("toolResult stands in messages of the user only", at: element) }
    if let part = try readMedia(kind, value) { return part }
    throw DialectFault("unknown block '\(kind)'; known are \(assistantBlocks)", at: element)
  }

  static func readSystem(
    _ kind: RawText, _ value: JSONNode, at element: JSONNode
  ) throws(DialectFault) -> CanonicalPart {
    if kind.equals("text") { return .text(try BedrockBody.text(value)) }
    if kind.equals("guardContent") || kind.equals("toolAddition") || kind.equals("toolRemoval") {
      return opaque(kind, value)
    }
    throw DialectFault("unknown block '\(kind)'; known are \(systemBlocks)", at: element)
  }

  static func readResult(
    _ kind: RawText, _ value: JSONNode, at element: JSONNode
  ) throws(DialectFault) -> CanonicalPart {
    if kind.equals("text") { return .text(try BedrockBody.text(value)) }
    if kind.equals("json") { return .text(RawText(escaping: value.raw.bytes)) }
    if kind.equals("searchResult") { return opaque(kind, value) }
    if !kind.equals("audio"), let part = try readMedia(kind, value) { return part }
    throw DialectFault("unknown block '\(kind)'; known are \(resultBlocks)", at: element)
  }

  /// The gateway's own block for a signature that belongs to the call after it.
  static func callSignature(_ kind: RawText, _ value: JSONNode) -> RawText? {
    guard kind.equals("reasoningContent"), let blob = value["redactedContent"]?.text else { return nil }
    return BedrockBlob.unwrapped(blob, .callSignature)
  }

  private static func readReasoning(_ node: JSONNode) throws(DialectFault) -> ReasoningPart {
    let (kind, value) = try BedrockBody.union(node, known: "reasoningText, redactedContent")
    if kind.equals("redactedContent") {
      let blob = try BedrockBody.text(value)
      return ReasoningPart(redacted: BedrockBlob.unwrapped(blob, .thought) ?? blob)
    }
    guard kind.equals("reasoningText") else {
      throw DialectFault("unknown member '\(kind)'; known are reasoningText, redactedContent", at: node)
    }
    var part = ReasoningPart(text: try BedrockBody.textMember("text", of: BedrockBody.object(value)))
    if let signature = value["signature"] { part.signature = try BedrockBody.text(signature) }
    return part
  }

  private static func readMedia(_ kind: RawText, _ value: JSONNode) throws(DialectFault) -> CanonicalPart? {
    let medium: BedrockMedia.Kind
    if kind.equals("image") {
      medium = .image
    } else if kind.equals("document") {
      medium = .document
    } else if kind.equals("video") {
      medium = .video
    } else if kind.equals("audio") {
      medium = .audio
    } else {
      return nil
    }
    let node = try BedrockBody.object(value)
    let source = try BedrockBody.object(BedrockBody.member("source", of: node))
    var part: MediaPart
    let (form, value) = try BedrockBody.union(source, known: sources(medium))
    if form.equals("bytes") {
      part = MediaPart(.base64(try BedrockBody.text(value)))
    } else if form.equals("s3Location") {
      part = MediaPart(.url(try BedrockBody.textMember("uri", of: BedrockBody.object(value))))
      // Nothing but Bedrock can read a bucket, and nothing else knows whose it is.
      if value["bucketOwner"] != nil { return opaque(kind, node) }
    } else if form.equals("text"), medium == .document {
      part = MediaPart(.text(try BedrockBody.text(value)))
    } else if form.equals("content"), medium == .document {
      return opaque(kind, node)
    } else {
      throw DialectFault("unknown source '\(form)'; known are \(sources(medium))", at: source)
    }
    if medium == .document {
      part.name = try BedrockBody.textMember("name", of: node)
      if let context = node["context"] { part.context = try BedrockBody.text(context) }
      if let enabled = node["citations"]?["enabled"] { part.citesSource = try BedrockBody.bool(enabled) }
    }
    part.mediaType = try mediaType(of: node, medium, part)
    return CanonicalPart(content(medium, part))
  }

  /// A document may leave its format out.
  private static func mediaType(
    of node: JSONNode, _ medium: BedrockMedia.Kind, _ part: MediaPart
  ) throws(DialectFault) -> RawText? {
    if medium == .document, node["format"] == nil {
      if case .text = part.source { return "text/plain" }
      return nil
    }
    let format = try BedrockBody.textMember("format", of: node)
    guard let type = BedrockMedia.mediaType(of: format, medium) else {
      throw DialectFault(
        "unknown format '\(format)'; known are \(BedrockMedia.formats(medium))", path: node.path + ".format")
    }
    return type
  }

  private static func content(_ medium: BedrockMedia.Kind, _ part: MediaPart) -> CanonicalPart.Content {
    switch medium {
    case .image: .image(part)
    case .document: .file(part)
    case .video: .video(part)
    case .audio: .audio(part)
    }
  }

  private static func sources(_ medium: BedrockMedia.Kind) -> StaticString {
    medium == .document ? "bytes, s3Location, text, content" : "bytes, s3Location"
  }

  private static func opaque(_ kind: RawText, _ value: JSONNode) -> CanonicalPart {
    CanonicalPart(.opaque(.bedrockConverse, kind: kind, value.raw))
  }
}
