import GatewayCore

/// Writes content blocks of requests. Keeps what has to be unique or consistent in one request: ids of calls, names of documents.
struct BedrockBlockWriter {
  private(set) var hasToolBlocks = false
  private(set) var dropped: Set<Hint> = []
  private let refused: Set<String>
  private let model: String
  private var ids = BedrockCallIDs()
  private var names = BedrockDocumentNames()

  init(refused: Set<String>, model: String) {
    self.refused = refused
    self.model = model
  }

  // MARK: What is left out

  /// Blank text is refused by Bedrock, and so are thoughts that nothing proves.
  static func isWritten(_ part: CanonicalPart, isAssistant: Bool) -> Bool {
    switch part.content {
    case .text(let text): !isBlank(text.text)
    case .refusal(let text): !isBlank(text)
    case .reasoning(let thought): isAssistant && goesBack(thought)
    case .image, .audio, .video, .file, .toolCall, .toolResult, .opaque: true
    }
  }

  /// Whether a thought can be the target's own; OpenAI's items are not.
  static func goesBack(_ thought: ReasoningPart) -> Bool {
    thought.id == nil && !thought.isSummary && (thought.redacted != nil || thought.signature?.isEmpty == false)
  }

  static func isBlank(_ text: RawText) -> Bool {
    if let first = text.bytes.first, first > 0x20, first != UInt8(ascii: "\\") { return false }
    return text.decoded.allSatisfy { $0 <= 0x20 }
  }

  // MARK: Blocks

  mutating func write(_ part: CanonicalPart, isAssistant: Bool, to json: inout JSONWriter) throws(DialectFault) {
    switch part.content {
    case .text(let text): write(text, isAssistant: isAssistant, to: &json)
    case .refusal(let text): json.object { $0.member("text", text) }
    case .image(let media): try write(media, .image, to: &json)
    case .audio(let media): try write(media, .audio, to: &json)
    case .video(let media): try write(media, .video, to: &json)
    case .file(let media): try write(media, .document, to: &json)
    case .toolCall(let call): try write(call, to: &json)
    case .toolResult(let result): try write(result, to: &json)
    case .reasoning(let thought): Self.write(thought, to: &json)
    case .opaque(.bedrockConverse, let kind, let value):
      json.object { json in
        json.name(kind)
        json.value(value)
      }
    case .opaque(let dialect, let kind, _):
      throw DialectFault(
        unsupported: .opaqueContent, "'\(kind)' of \(dialect.rawValue) means nothing to Bedrock; leave it out")
    }
  }

  static func writeCachePoint(_ control: CacheControl, to json: inout JSONWriter) {
    json.object { json in
      json.object("cachePoint") { json in
        json.member("type", "default" as RawText)
        if let ttl = control.ttl, ttl.equals("5m") || ttl.equals("1h") { json.member("ttl", ttl) }
      }
    }
  }

  private mutating func write(_ text: TextPart, isAssistant: Bool, to json: inout JSONWriter) {
    let isOwn = text.citations.allSatisfy { $0.original?.dialect == .bedrockConverse }
    if isAssistant, !text.citations.isEmpty, isOwn {
      BedrockCitations.write(text, to: &json)
      return
    }
    if !text.citations.isEmpty { dropped.insert(.citations) }
    json.object { $0.member("text", text.text) }
  }

  /// A thought, whole.
  static func write(_ thought: ReasoningPart, to json: inout JSONWriter) {
    json.object { json in
      json.object("reasoningContent") { json in
        if let redacted = thought.redacted {
          json.member("redactedContent", blob(redacted))
        } else {
          json.object("reasoningText") { json in
            json.member("text", thought.text)
            json.member("signature", thought.signature)
          }
        }
      }
    }
  }

  static func blob(_ redacted: RawText) -> RawText {
    BedrockBlob.isBase64(redacted) ? redacted : BedrockBlob.wrapped(redacted, .thought)
  }

  // MARK: Tools

  private mutating func write(_ call: ToolCall, to json: inout JSONWriter) throws(DialectFault) {
    hasToolBlocks = true
    let id = ids.id(of: call)
    let input = try Self.input(of: call)
    json.object { json in
      json.object("toolUse") { json in
        json.member("toolUseId", id)
        json.member("name", call.name)
        json.member("input", input)
      }
    }
  }

  private static func input(of call: ToolCall) throws(DialectFault) -> RawJSON {
    if call.kind == .custom {
      var json = JSONWriter()
      json.object { $0.member("input", call.arguments.text) }
      return RawJSON(written: json.bytes)
    }
    guard let input = call.arguments.json else {
      throw DialectFault("the arguments of the call '\(call.id)' of '\(call.name)' are not JSON; send an object")
    }
    if input.bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") { return input }
    if input.bytes.elementsEqual("null".utf8) { return .emptyObject }
    throw DialectFault("the arguments of the call '\(call.id)' of '\(call.name)' are not an object; send an object")
  }

  private mutating func write(_ result: ToolResult, to json: inout JSONWriter) throws(DialectFault) {
    hasToolBlocks = true
    let id = ids.id(of: result)
    try json.object { json throws(DialectFault) in
      try json.object("toolResult") { json throws(DialectFault) in
        json.member("toolUseId", id)
        try json.array("content") { json throws(DialectFault) in
          let parts = result.parts.filter { Self.isWritten($0, isAssistant: false) }
          // Blank text is refused here too.
          if parts.isEmpty { json.object { $0.member("json", RawJSON.emptyObject) } }
          for part in parts {
            if case .audio = part.content {
              throw DialectFault(unsupported: .audio, "Bedrock takes no sound as the result of a tool")
            }
            try write(part, isAssistant: false, to: &json)
          }
        }
        if result.isError { json.member("status", "error" as RawText) }
      }
    }
  }

  // MARK: Media

  private mutating func write(
    _ media: MediaPart, _ kind: BedrockMedia.Kind, to json: inout JSONWriter
  ) throws(DialectFault) {
    if media.detail != nil { dropped.insert(.imageDetail) }
    try BedrockMediaRefusals.check(media, kind, refused: refused, model: model)
    var format = BedrockMedia.format(of: media, kind)
    if format == nil, kind == .document, case .text = media.source { format = "txt" }
    guard let format else { throw BedrockMediaRefusals.unknownFormat(media, kind) }
    let name = kind == .document ? names.name(for: media.name) : nil
    json.object { json in
      json.name(RawText(kind.rawValue))
      json.object { json in
        json.member("format", RawText("\(format)"))
        json.member("name", name)
        json.object("source") { json in
          switch media.source {
          case .base64(let data): json.member("bytes", data)
          case .url(let url): json.object("s3Location") { $0.member("uri", url) }
          case .text(let text): json.member("text", text)
          case .fileID: break
          }
        }
        if kind == .document {
          json.member("context", media.context)
          if let cites = media.citesSource { json.object("citations") { $0.member("enabled", cites) } }
        }
      }
    }
  }
}
