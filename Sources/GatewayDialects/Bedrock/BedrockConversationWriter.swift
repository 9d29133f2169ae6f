import GatewayCore

/// Writes `messages` and `system`: instructions move to the front, neighbours of one role become one message, because roles must
/// alternate, and blank text is left out, because Bedrock refuses it.
struct BedrockConversationWriter {
  private struct Turn {
    let role: StaticString
    let isAssistant: Bool
    var parts: [CanonicalPart]
  }

  /// Whether calls or results were written.
  var hasToolBlocks: Bool { blocks.hasToolBlocks }
  /// Hints that the messages gave and that have no word.
  private(set) var dropped: Set<Hint> = []
  private let plan: BedrockPlan
  private var blocks: BedrockBlockWriter

  init(_ plan: BedrockPlan) {
    self.plan = plan
    blocks = BedrockBlockWriter(refused: plan.traits.refused, model: plan.traits.model)
  }

  mutating func write(_ request: CanonicalRequest, to json: inout JSONWriter) throws(DialectFault) {
    if request.messages.contains(where: { $0.name != nil }) { dropped.insert(.participantName) }
    var turns = Self.turns(of: request)
    if let control = request.cacheControl, let turn = turns.indices.last {
      let part = turns[turn].parts.indices.last
      if let part, turns[turn].parts[part].cacheControl == nil { turns[turn].parts[part].cacheControl = control }
    }
    if !turns.isEmpty {
      try json.array("messages") { json throws(DialectFault) in
        for turn in turns {
          try json.object { json throws(DialectFault) in
            json.member("role", RawText("\(turn.role)"))
            try json.array("content") { json throws(DialectFault) in
              try write(turn.parts, isAssistant: turn.isAssistant, to: &json)
            }
          }
        }
      }
    } else if !request.unknown.contains(where: { $0.name.equals("promptVariables") }) {
      throw DialectFault("Bedrock needs a message with text or media; blank text does not count", path: "messages")
    }
    try writeSystem(request, to: &json)
    dropped.formUnion(blocks.dropped)
  }

  // MARK: Messages

  private static func turns(of request: CanonicalRequest) -> [Turn] {
    var turns: [Turn] = []
    for message in request.messages {
      let role: StaticString
      switch message.role {
      case .system, .developer:
        guard staysInPlace(message) else { continue }
        role = "system"
      case .user, .tool: role = "user"
      case .assistant: role = "assistant"
      }
      let isAssistant = message.role == .assistant
      let parts = message.parts.filter { BedrockBlockWriter.isWritten($0, isAssistant: isAssistant) }
      if parts.isEmpty { continue }
      if let last = turns.indices.last, turns[last].role.utf8CodeUnitCount == role.utf8CodeUnitCount {
        turns[last].parts += parts
      } else {
        turns.append(Turn(role: role, isAssistant: isAssistant, parts: parts))
      }
    }
    return turns
  }

  private mutating func write(
    _ parts: [CanonicalPart], isAssistant: Bool, to json: inout JSONWriter
  ) throws(DialectFault) {
    var hasText = false
    var hasDocument = false
    for part in parts {
      switch part.content {
      case .text: hasText = true
      case .file: hasDocument = true
      default: break
      }
      try blocks.write(part, isAssistant: isAssistant, to: &json)
      if let control = part.cacheControl { writeCachePoint(control, to: &json) }
    }
    if hasDocument, !hasText {
      throw DialectFault(unsupported: .files, "Bedrock needs text beside a document; add some to the same message")
    }
  }

  // MARK: Instructions

  /// Changes of the tools have a meaning only where they stand.
  private static func staysInPlace(_ message: CanonicalMessage) -> Bool {
    message.parts.contains { part in
      guard case .opaque(.bedrockConverse, let kind, _) = part.content else { return false }
      return kind.equals("toolAddition") || kind.equals("toolRemoval")
    }
  }

  private mutating func writeSystem(_ request: CanonicalRequest, to json: inout JSONWriter) throws(DialectFault) {
    var parts: [CanonicalPart] = []
    for message in request.messages where message.role == .system || message.role == .developer {
      if Self.staysInPlace(message) { continue }
      for part in message.parts {
        try Self.check(instruction: part)
        if BedrockBlockWriter.isWritten(part, isAssistant: false) { parts.append(part) }
      }
    }
    if parts.isEmpty { return }
    try json.array("system") { json throws(DialectFault) in
      for part in parts {
        try blocks.write(part, isAssistant: false, to: &json)
        if let control = part.cacheControl { writeCachePoint(control, to: &json) }
      }
    }
  }

  private static func check(instruction part: CanonicalPart) throws(DialectFault) {
    switch part.content {
    case .text, .opaque: return
    case .image:
      throw DialectFault(unsupported: .images, "Bedrock's instructions are text; move the image to a user message")
    case .file:
      throw DialectFault(unsupported: .files, "Bedrock's instructions are text; move the file to a user message")
    default: throw DialectFault("Bedrock's instructions are text")
    }
  }

  private mutating func writeCachePoint(_ control: CacheControl, to json: inout JSONWriter) {
    if plan.refuses("cachePoint") {
      dropped.insert(.cacheControl)
    } else {
      BedrockBlockWriter.writeCachePoint(control, to: &json)
    }
  }
}
