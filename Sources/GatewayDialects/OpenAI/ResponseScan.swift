import GatewayCore

/// The pass behind `ChunkLens` and `AnswerLens`: a streamed chunk and a whole answer differ in `delta` and `message`
/// only.
struct ResponseScan {
  /// What was seen of `choices` or `data`.
  enum Items { case absent, empty, some }

  private var cursor: JSONCursor
  private(set) var choices = Items.absent
  /// `data` of an embeddings list.
  private(set) var data = Items.absent
  private(set) var hasContent = false
  private(set) var hasFinishReason = false
  /// A bit for each choice with content, by its index; those from 63 on share one.
  private(set) var answeredChoices: UInt64 = 0
  /// The same for choices with a finish reason.
  private(set) var finishedChoices: UInt64 = 0
  private(set) var text = TextCount()
  /// What makes each choice's `message` an empty `delta`; only where `notesMessages`.
  private(set) var emptied: [BodyEdit] = []
  private let notesMessages: Bool
  private var topUsage: TokenUsage?
  private var choiceUsage: TokenUsage?
  private var groqUsage: TokenUsage?
  /// `error` with something in it, `"object":"error"`, or a status that says so.
  private var saysError = false
  private var hasCode = false
  private var hasMessage = false

  init(_ bytes: UnsafeRawBufferPointer, notesMessages: Bool = false) {
    cursor = JSONCursor(bytes, loneSurrogates: .replaced)
    self.notesMessages = notesMessages
  }

  var usage: TokenUsage? { topUsage ?? choiceUsage ?? groqUsage }

  /// Whether the document is an error of any provider's shape. `code` beside `message` is one where nothing was
  /// answered.
  var isError: Bool { saysError || hasCode && hasMessage && choices != .some && data != .some }

  var isArray: Bool { cursor.byte == UInt8(ascii: "[") }

  mutating func skip() throws(JSONFault) {
    try cursor.skipValue()
    try cursor.finish()
  }

  mutating func run() throws(JSONFault) {
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      try scanMember(name)
      more = try cursor.nextMember()
    }
    try cursor.finish()
  }

  @inline(__always)
  private mutating func scanMember(_ name: JSONString) throws(JSONFault) {
    let bytes = cursor.bytes
    switch name.length {
    case 4:
      if name.matches("data", in: bytes) { return data = try scanData() }
      if name.matches("code", in: bytes) { return hasCode = try scanCode() }
    case 5:
      if name.matches("usage", in: bytes) { return topUsage = try UsageFields.read(&cursor) }
      if name.matches("error", in: bytes) { return saysError = try cursor.skipValueWithContent() || saysError }
    case 6:
      if name.matches("object", in: bytes) { return saysError = try isString("error") || saysError }
      if name.matches("x_groq", in: bytes) { return try scanGroq() }
    case 7:
      if name.matches("choices", in: bytes) { return try scanChoices() }
      if name.matches("message", in: bytes) {
        hasMessage = try cursor.skipValue() == .string
        return
      }
    case 9: if name.matches("base_resp", in: bytes) { return try scanBaseResponse() }
    default: break
    }
    try cursor.skipValue()
  }

  private mutating func scanData() throws(JSONFault) -> Items {
    let isArray = cursor.byte == UInt8(ascii: "[")
    let hasContent = try cursor.skipValueWithContent()
    return isArray ? (hasContent ? .some : .empty) : .absent
  }

  /// Whether `code` names a failure: a string, or a number other than 0 and 200.
  private mutating func scanCode() throws(JSONFault) -> Bool {
    if cursor.byte == UInt8(ascii: "\"") { return try !cursor.readString().isEmpty }
    guard let count = try cursor.readCount() else { return false }
    return count != 0 && count != 200
  }

  private mutating func isString(_ text: StaticString) throws(JSONFault) -> Bool {
    guard cursor.byte == UInt8(ascii: "\"") else {
      try cursor.skipValue()
      return false
    }
    return try cursor.readString().matches(text, in: cursor.bytes)
  }

  /// Groq: `"x_groq":{"usage":{…}}` in the last chunk, `"x_groq":{"error":"…"}` in a failed one.
  private mutating func scanGroq() throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "{") else {
      try cursor.skipValue()
      return
    }
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      if name.matches("usage", in: cursor.bytes) {
        groqUsage = try UsageFields.read(&cursor)
      } else if name.matches("error", in: cursor.bytes) {
        saysError = try cursor.skipValueWithContent() || saysError
      } else {
        try cursor.skipValue()
      }
      more = try cursor.nextMember()
    }
  }

  /// MiniMax: `"base_resp":{"status_code":1004,"status_msg":"…"}` with status 200.
  private mutating func scanBaseResponse() throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "{") else {
      try cursor.skipValue()
      return
    }
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      let count = try cursor.readCount()
      if let count, count != 0, name.matches("status_code", in: cursor.bytes) { saysError = true }
      more = try cursor.nextMember()
    }
  }
}

extension ResponseScan {
  private mutating func scanChoices() throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "[") else {
      try cursor.skipValue()
      return
    }
    var more = try cursor.enterArray()
    choices = more ? .some : .empty
    while more {
      if cursor.byte == UInt8(ascii: "{") { try scanChoice() } else { try cursor.skipValue() }
      more = try cursor.nextElement()
    }
  }

  private mutating func scanChoice() throws(JSONFault) {
    let bytes = cursor.bytes
    let before = (hasContent, hasFinishReason)
    (hasContent, hasFinishReason) = (false, false)
    var index = 0
    let edits = emptied.count
    var hasDelta = false
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      if name.matches("delta", in: bytes) {
        hasDelta = true
        try scanMessage()
      } else if name.matches("message", in: bytes) {
        let start = cursor.offset
        try scanMessage()
        if notesMessages { noteMessage(name, start..<cursor.offset) }
      } else if name.matches("finish_reason", in: bytes) {
        try scanFinishReason()
      } else if name.matches("text", in: bytes) {
        try scanText()
      } else if name.matches("usage", in: bytes) {
        let usage = try UsageFields.read(&cursor)
        choiceUsage = choiceUsage ?? usage
      } else if name.matches("index", in: bytes) {
        index = try cursor.readCount() ?? 0
      } else {
        try cursor.skipValue()
      }
      more = try cursor.nextMember()
    }
    if hasDelta, emptied.count > edits { emptied.removeSubrange(edits...) }
    let bit: UInt64 = 1 &<< UInt64(min(index, 63))
    if hasContent { answeredChoices |= bit }
    if hasFinishReason { finishedChoices |= bit }
    (hasContent, hasFinishReason) = (before.0 || hasContent, before.1 || hasFinishReason)
  }

  private mutating func noteMessage(_ name: JSONString, _ value: Range<Int>) {
    emptied.append(BodyEdit(range: name.quotedRange, replacement: Array(#""delta""#.utf8)))
    emptied.append(BodyEdit(range: value, replacement: Array("{}".utf8)))
  }

  /// Some providers write an empty string or `"null"` while the answer goes on.
  private mutating func scanFinishReason() throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "\"") else {
      try cursor.skipValue()
      return
    }
    let reason = try cursor.readString()
    if !reason.isEmpty, !reason.matches("null", in: cursor.bytes) { hasFinishReason = true }
  }

  /// Passes a value that is part of the answer, and counts its text.
  private mutating func scanText() throws(JSONFault) {
    let before = cursor.text
    if try cursor.skipValueWithContent() { hasContent = true }
    text += cursor.text - before
  }

  /// A `delta` or `message`.
  private mutating func scanMessage() throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "{") else {
      try cursor.skipValue()
      return
    }
    // The same reasoning may stand under several names; the longest is counted.
    var reasoning = TextCount()
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      switch part(name) {
      case .answer: try scanText()
      case .reasoning:
        let before = cursor.text
        if try cursor.skipValueWithContent() { hasContent = true }
        let count = cursor.text - before
        if count.total > reasoning.total { reasoning = count }
      case .toolCalls: try scanToolCalls()
      case .other: try cursor.skipValue()
      }
      more = try cursor.nextMember()
    }
    text += reasoning
  }

  private enum Part { case answer, reasoning, toolCalls, other }

  /// What a member of a message is.
  @inline(__always)
  private func part(_ name: JSONString) -> Part {
    let bytes = cursor.bytes
    switch name.length {
    case 5: return name.matches("audio", in: bytes) ? .answer : .other
    case 6: return name.matches("images", in: bytes) ? .answer : .other
    case 7: return name.matches("content", in: bytes) || name.matches("refusal", in: bytes) ? .answer : .other
    case 9: return name.matches("reasoning", in: bytes) ? .reasoning : .other
    case 10: return name.matches("tool_calls", in: bytes) ? .toolCalls : .other
    case 13: return name.matches("function_call", in: bytes) ? .answer : .other
    case 15: return name.matches("thinking_blocks", in: bytes) ? .reasoning : .other
    case 17:
      return name.matches("reasoning_content", in: bytes) || name.matches("reasoning_details", in: bytes)
        ? .reasoning : .other
    default: return .other
    }
  }

  /// Counts names and arguments, not ids.
  private mutating func scanToolCalls() throws(JSONFault) {
    guard cursor.byte == UInt8(ascii: "[") else {
      try cursor.skipValue()
      return
    }
    var more = try cursor.enterArray()
    if more { hasContent = true }
    while more {
      if cursor.byte == UInt8(ascii: "{") { try scanToolCall() } else { try cursor.skipValue() }
      more = try cursor.nextElement()
    }
  }

  private mutating func scanToolCall() throws(JSONFault) {
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      if name.matches("function", in: cursor.bytes) || name.matches("custom", in: cursor.bytes) {
        try scanText()
      } else {
        try cursor.skipValue()
      }
      more = try cursor.nextMember()
    }
  }
}
