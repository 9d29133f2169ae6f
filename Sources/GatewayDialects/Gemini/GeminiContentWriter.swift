import GatewayCore

/// Writes `systemInstruction` and `contents`.
struct GeminiContentWriter {
  let request: CanonicalRequest
  /// Of the calls so far, by their ids: some callers use an id anew in later turns.
  private var names: [RawText: RawText] = [:]

  init(request: CanonicalRequest) { self.request = request }

  mutating func write(into json: inout JSONWriter) throws(DialectFault) {
    var system = request.messages.filter(\.isInstruction).flatMap(\.parts).compactMap { part -> RawText? in
      if case .text(let text) = part.content, !text.text.isEmpty { text.text } else { nil }
    }
    var turns = turns
    // The API wants a content: instructions alone are one.
    if turns.isEmpty, !system.isEmpty {
      turns = [(isUser: true, parts: system.map(CanonicalPart.text))]
      system = []
    }
    if !system.isEmpty {
      json.object("systemInstruction") { json in
        json.array("parts") { json in for text in system { json.object { $0.member("text", text) } } }
      }
    }
    try json.array("contents") { (json) throws(DialectFault) in
      for turn in turns {
        try json.object { (json) throws(DialectFault) in
          json.member("role", turn.isUser ? "user" : "model")
          try json.array("parts") { (json) throws(DialectFault) in
            try write(turn.parts, into: &json)
          }
        }
      }
    }
  }

  /// Messages of one role that follow each other are one content: all results of parallel calls must be.
  private var turns: [(isUser: Bool, parts: [CanonicalPart])] {
    var turns: [(isUser: Bool, parts: [CanonicalPart])] = []
    // Of the last turn, which may have thousands.
    var isOfResults = false
    for message in request.messages where !message.isInstruction {
      let isUser = message.role != .assistant
      let parts = message.parts.filter(Self.isSent)
      if parts.isEmpty { continue }
      let addsResults = parts.allSatisfy(\.isResult)
      // A turn of results alone is not mixed with what the user says next.
      if let last = turns.indices.last, turns[last].isUser == isUser, !isUser || isOfResults == addsResults {
        turns[last].parts += parts
        isOfResults = isOfResults && addsResults
      } else {
        turns.append((isUser, parts))
        isOfResults = addsResults
      }
    }
    return turns.enumerated().map { index, turn in
      index == 0 ? turn : (turn.isUser, Self.ordered(turn.parts, by: turns[index - 1].parts))
    }
  }

  /// Results in the order of their calls: models whose calls have no ids go by that.
  private static func ordered(_ parts: [CanonicalPart], by calls: [CanonicalPart]) -> [CanonicalPart] {
    guard parts.count > 1, parts.allSatisfy(\.isResult) else { return parts }
    var places: [RawText: Int] = [:]
    for (place, part) in calls.enumerated() {
      if case .toolCall(let call) = part.content, places[call.id] == nil { places[call.id] = place }
    }
    func place(_ part: CanonicalPart) -> Int {
      if case .toolResult(let result) = part.content { places[result.callID] ?? .max } else { .max }
    }
    return parts.enumerated().sorted { (place($0.element), $0.offset) < (place($1.element), $1.offset) }.map(\.element)
  }

  private static func isSent(_ part: CanonicalPart) -> Bool {
    switch part.content {
    case .text(let text): !text.text.isEmpty
    case .refusal(let text): !text.isEmpty
    // Encrypted thoughts are of others, and plain ones without a signature are no help.
    case .reasoning(let thought): thought.redacted == nil && thought.signature != nil
    case .image, .audio, .video, .file, .toolCall, .toolResult, .opaque: true
    }
  }

  /// A thought without text is the signature of the part behind it.
  private mutating func write(_ parts: [CanonicalPart], into json: inout JSONWriter) throws(DialectFault) {
    var signature: RawText?
    for part in parts {
      switch part.content {
      case .reasoning(let thought) where thought.text.isEmpty:
        if let signature { json.object { Self.write(signature, into: &$0) } }
        signature = thought.signature
        continue
      case .text, .refusal, .image, .audio, .video, .file:
        try write(part, signature: signature, into: &json)
        signature = nil
      default:
        if let signature { json.object { Self.write(signature, into: &$0) } }
        signature = nil
        try write(part, signature: nil, into: &json)
      }
    }
    if let signature { json.object { Self.write(signature, into: &$0) } }
  }

  private static func write(_ signature: RawText, into json: inout JSONWriter) {
    json.member("text", "")
    json.member("thoughtSignature", signature)
  }

  private mutating func write(
    _ part: CanonicalPart, signature: RawText?, into json: inout JSONWriter
  ) throws(DialectFault) {
    if case .opaque(let dialect, let kind, let value) = part.content {
      guard dialect == .gemini else {
        throw DialectFault(
          unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect.rawValue) only")
      }
      return json.value(value)
    }
    try json.object { (json) throws(DialectFault) in
      switch part.content {
      case .text(let text): json.member("text", text.text)
      case .refusal(let text): json.member("text", text)
      case .image(let media): try GeminiMedia.write(media, fallback: "image/png", into: &json)
      case .audio(let media): try GeminiMedia.write(media, fallback: "audio/wav", into: &json)
      case .video(let media): try GeminiMedia.write(media, fallback: "video/mp4", into: &json)
      case .file(let media): try GeminiMedia.write(media, fallback: "application/pdf", into: &json)
      case .reasoning(let thought):
        json.member("text", thought.text)
        json.member("thought", true)
        json.member("thoughtSignature", thought.signature)
      case .toolCall(let call):
        guard let args = call.arguments.json else {
          throw DialectFault("the arguments of the call '\(call.id.string)' are not valid JSON")
        }
        names[call.id] = call.name
        json.object("functionCall") { json in
          json.member("id", call.id.isEmpty ? nil : call.id)
          json.member("name", call.name)
          json.member("args", args)
        }
        json.member("thoughtSignature", call.signature)
      case .toolResult(let result): try write(result, into: &json)
      case .opaque: break
      }
      json.member("thoughtSignature", signature)
    }
  }

  private mutating func write(_ result: ToolResult, into json: inout JSONWriter) throws(DialectFault) {
    var texts: [RawText] = []
    var media: [CanonicalPart] = []
    for part in result.parts {
      switch part.content {
      case .text(let text): texts.append(text.text)
      case .file(let file):
        if case .text(let text) = file.source { texts.append(text) } else { media.append(part) }
      case .image, .audio, .video: media.append(part)
      case .opaque(let dialect, let kind, _):
        throw DialectFault(
          unsupported: .opaqueContent, "the part '\(kind.string)' is understood by \(dialect.rawValue) only")
      case .toolCall, .toolResult, .reasoning, .refusal: break
      }
    }
    let text = texts.reduce(RawText.empty) { $0 + $1 }
    try json.object("functionResponse") { (json) throws(DialectFault) in
      json.member("id", result.callID.isEmpty ? nil : result.callID)
      json.member("name", result.name ?? names[result.callID] ?? "tool")
      // An object stays one; all else is put under the word that the API has for it.
      if !result.isError, let object = ToolArguments.string(text).json, object.bytes.first == UInt8(ascii: "{"),
        !text.isEmpty
      {
        json.member("response", object)
      } else {
        json.object("response") { $0.member(result.isError ? "error" : "output", text) }
      }
      guard !media.isEmpty else { return }
      try json.array("parts") { (json) throws(DialectFault) in
        for part in media { try write(part, signature: nil, into: &json) }
      }
    }
  }
}
