import GatewayCore

/// Writes `system` and `messages`: roles take turns, results come first, instructions stand in front.
struct AnthropicMessageWriter {
  private let request: CanonicalRequest
  private let turns: [Turn]
  private let system: [CanonicalPart]

  init(request: CanonicalRequest) {
    self.request = request
    let turns = Self.turns(of: request)
    let system = request.messages.filter(\.isInstruction).flatMap(\.parts).filter { Self.isSent($0, isUser: true) }
    // The API wants a turn of the user: instructions alone are one.
    let isAlone = turns.isEmpty && !system.isEmpty
    self.turns = isAlone ? [Turn(isUser: true, parts: system)] : turns
    self.system = isAlone ? [] : system
  }

  /// Whether the model is in the midst of calls that it began without a thought, or whose thought the caller has not kept: the
  /// API takes no thinking budget then.
  var isMidCallWithoutThought: Bool {
    guard let last = turns.last, last.isUser, last.parts.first?.isResult == true else { return false }
    for turn in turns.reversed() {
      if turn.isUser {
        if turn.parts.first?.isResult != true { return true }
      } else if case .reasoning = turn.parts.first?.content {
        return false
      }
    }
    return true
  }

  private struct Turn {
    let isUser: Bool
    var parts: [CanonicalPart]
  }

  func write(into json: inout JSONWriter) throws(DialectFault) {
    if !system.isEmpty {
      if system.count == 1, system[0].cacheControl == nil, case .text(let text) = system[0].content {
        json.member("system", text.text)
      } else {
        try json.array("system") { (json) throws(DialectFault) in
          for part in system { try Self.write(part, into: &json) }
        }
      }
    }
    try json.array("messages") { (json) throws(DialectFault) in
      for turn in turns {
        try json.object { (json) throws(DialectFault) in
          json.member("role", turn.isUser ? "user" : "assistant")
          try writeContent(turn, into: &json)
        }
      }
    }
  }

  private func writeContent(_ turn: Turn, into json: inout JSONWriter) throws(DialectFault) {
    if turn.parts.count == 1, turn.parts[0].cacheControl == nil, case .text(let text) = turn.parts[0].content,
      text.citations.isEmpty
    {
      return json.member("content", text.text)
    }
    try json.array("content") { (json) throws(DialectFault) in
      for part in turn.parts { try Self.write(part, into: &json) }
    }
  }

  /// Messages of one role that follow each other are one turn.
  private static func turns(of request: CanonicalRequest) -> [Turn] {
    var turns: [Turn] = []
    for message in request.messages where !message.isInstruction {
      let isUser = message.role != .assistant
      let parts = message.parts.filter { isSent($0, isUser: isUser) }
      if parts.isEmpty { continue }
      if let last = turns.indices.last, turns[last].isUser == isUser {
        turns[last].parts += parts
      } else {
        turns.append(Turn(isUser: isUser, parts: parts))
      }
    }
    // The API wants the results right behind the calls.
    for index in turns.indices where turns[index].isUser {
      let parts = turns[index].parts
      turns[index].parts = parts.filter(\.isResult) + parts.filter { !$0.isResult }
    }
    return turns
  }

  /// Empty texts are refused by the API, as are thoughts that it has not signed.
  private static func isSent(_ part: CanonicalPart, isUser: Bool) -> Bool {
    switch part.content {
    case .text(let text): !text.text.isEmpty
    case .refusal(let text): !text.isEmpty
    case .reasoning(let thought): !isUser && (thought.signature != nil || thought.redacted != nil)
    case .image, .audio, .video, .file, .toolCall, .toolResult, .opaque: true
    }
  }

  // MARK: Blocks

  static func write(_ part: CanonicalPart, into json: inout JSONWriter) throws(DialectFault) {
    if case .opaque(let dialect, let kind, let value) = part.content {
      guard dialect == .anthropic else {
        throw DialectFault(
          unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect.rawValue) only")
      }
      return json.value(value)
    }
    try json.object { (json) throws(DialectFault) in
      try writeMembers(part.content, into: &json)
      // Thoughts cannot bear a mark.
      if case .reasoning = part.content { return }
      writeMark(part.cacheControl, into: &json)
    }
  }

  private static func writeMembers(
    _ content: CanonicalPart.Content, into json: inout JSONWriter
  ) throws(DialectFault) {
    switch content {
    case .text(let text):
      json.member("type", "text")
      json.member("text", text.text)
      AnthropicCitations.writeOriginals(text.citations, into: &json)
    case .refusal(let text):
      json.member("type", "text")
      json.member("text", text)
    case .image(let media), .file(let media): try AnthropicMedia.write(media, of: content, into: &json)
    case .audio: throw DialectFault(unsupported: .audio, "the Messages API takes no sound")
    case .video: throw DialectFault(unsupported: .video, "the Messages API takes no video")
    case .toolCall(let call):
      json.member("type", "tool_use")
      json.member("id", AnthropicNames.callID(call.id))
      json.member("name", call.name)
      guard let input = call.arguments.json else {
        throw DialectFault("the arguments of the call '\(call.id.string)' are not valid JSON")
      }
      json.member("input", input)
    case .toolResult(let result): try write(result, into: &json)
    case .reasoning(let thought):
      if let redacted = thought.redacted {
        json.member("type", "redacted_thinking")
        json.member("data", redacted)
      } else {
        json.member("type", "thinking")
        json.member("thinking", thought.text)
        json.member("signature", thought.signature ?? .empty)
      }
    case .opaque: break
    }
  }

  private static func write(_ result: ToolResult, into json: inout JSONWriter) throws(DialectFault) {
    json.member("type", "tool_result")
    json.member("tool_use_id", AnthropicNames.callID(result.callID))
    if result.parts.count == 1, result.parts[0].cacheControl == nil, case .text(let text) = result.parts[0].content {
      json.member("content", text.text)
    } else if !result.parts.isEmpty {
      try json.array("content") { (json) throws(DialectFault) in
        for part in result.parts where isSent(part, isUser: true) { try write(part, into: &json) }
      }
    }
    if result.isError { json.member("is_error", true) }
  }

  static func writeMark(_ mark: CacheControl?, into json: inout JSONWriter) {
    guard let mark else { return }
    json.object("cache_control") { json in
      json.member("type", "ephemeral")
      json.member("ttl", mark.ttl)
    }
  }
}

extension CanonicalMessage {
  var isInstruction: Bool { role == .system || role == .developer }
}

extension CanonicalPart {
  var isResult: Bool { if case .toolResult = content { true } else { false } }
}

/// Ids in the API's style.
enum AnthropicNames {
  /// The API takes `^[a-zA-Z0-9_-]+$`: other characters are written as `_` and two hexadecimal digits.
  static func callID(_ id: RawText) -> RawText {
    func isAllowed(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
      default: false
      }
    }
    if !id.isEmpty, !id.isEscaped, id.bytes.allSatisfy(isAllowed) { return id }
    var bytes: [UInt8] = []
    for byte in id.decoded {
      if isAllowed(byte) {
        bytes.append(byte)
      } else {
        bytes += "_\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
      }
    }
    return bytes.isEmpty ? "call" : RawText(joined: bytes)
  }
}
