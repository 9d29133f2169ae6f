/// The pass behind `RequestLens.scan`. A fault of content is noted and the pass goes on, so that a body that is not
/// JSON is always called that.
struct RequestScan {
  private var cursor: JSONCursor
  private var lens = RequestLens()
  /// The first fault of content.
  private var refusal: RequestFault?
  /// A bit for each look of name that occurred, so that most names need no comparison with those before.
  private var looks: UInt64 = 0

  private let requiresModel: Bool

  init(_ body: UnsafeRawBufferPointer, requiresModel: Bool) {
    cursor = JSONCursor(body)
    self.requiresModel = requiresModel
  }

  mutating func run() throws(RequestFault) -> RequestLens {
    do throws(JSONFault) {
      try scanDocument()
    } catch {
      throw .notJSON(error)
    }
    if let refusal { throw refusal }
    if requiresModel, lens.modelRange.isEmpty { throw .missingMember("model") }
    var scanned = RequestLens()
    // Handed over, and no copy of it.
    swap(&scanned, &lens)
    scanned.isModelInPath = !requiresModel
    return consume scanned
  }

  private mutating func scanDocument() throws(JSONFault) {
    if cursor.byte == UInt8(ascii: "{") {
      lens.contentStart = cursor.offset + 1
      lens.members.reserveCapacity(16)
      try scanMembers()
    } else {
      refusal = .notAnObject
      try cursor.skipValue()
    }
    try cursor.finish()
  }

  private mutating func scanMembers() throws(JSONFault) {
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      let start = cursor.offset
      let kind = try scanValue(of: name)
      if refusal == nil {
        checkIsNew(name)
        lens.members.append(RequestLens.Member(name: name, value: start..<cursor.offset, kind: kind))
      }
      more = try cursor.nextMember()
    }
  }

  @inline(__always)
  private mutating func scanValue(of name: JSONString) throws(JSONFault) -> JSONKind {
    switch name.length {
    case 5:
      if name.matches("model", in: cursor.bytes) { return try scanModel() }
      if name.matches("input", in: cursor.bytes) {
        let kind = try scanInput()
        lens.hasInput = kind != .null
        return kind
      }
      if name.matches("tools", in: cursor.bytes) || name.matches("query", in: cursor.bytes)
        || name.matches("texts", in: cursor.bytes)
      {
        return try scanText()
      }
    case 6:
      if name.matches("stream", in: cursor.bytes) { return try scanStream() }
      if name.matches("prompt", in: cursor.bytes) {
        let kind = try scanInput()
        lens.hasPrompt = kind != .null
        return kind
      }
      if name.matches("suffix", in: cursor.bytes) || name.matches("system", in: cursor.bytes) {
        return try scanText()
      }
    case 7: if name.matches("content", in: cursor.bytes) { return try scanText() }
    case 8:
      if name.matches("requests", in: cursor.bytes) { return try scanText() }
      if name.matches("messages", in: cursor.bytes) { return try scanMessages() }
      if name.matches("contents", in: cursor.bytes) {
        lens.hasContents = true
        return try scanText()
      }
    case 9:
      if name.matches("functions", in: cursor.bytes) || name.matches("documents", in: cursor.bytes) {
        return try scanText()
      }
    case 12: if name.matches("instructions", in: cursor.bytes) { return try scanText() }
    case 17: if name.matches("systemInstruction", in: cursor.bytes) { return try scanText() }
    case 14: if name.matches("stream_options", in: cursor.bytes) { return try scanStreamOptions() }
    default: break
    }
    return try cursor.skipValue()
  }

  private mutating func scanModel() throws(JSONFault) -> JSONKind {
    let start = cursor.offset
    guard cursor.byte == UInt8(ascii: "\"") else {
      refuse(.wrongType(member: "model", expected: "a string"))
      return try cursor.skipValue()
    }
    let model = try cursor.readString()
    lens.modelRange = start..<cursor.offset
    if model.isEmpty {
      refuse(.wrongType(member: "model", expected: "a model's name, not an empty string"))
    } else if model.length > RequestLens.maximumModelLength {
      refuse(.wrongType(member: "model", expected: "at most \(RequestLens.maximumModelLength) bytes long"))
    } else {
      lens.model = model.value(in: cursor.bytes)
      if hasControls(model) {
        refuse(.wrongType(member: "model", expected: "a string without control characters"))
      }
    }
    return .string
  }

  /// C0 can only be there escaped; DEL and C1 may stand as they are.
  private func hasControls(_ model: JSONString) -> Bool {
    if model.isEscaped || model.other > 0 {
      return lens.model.unicodeScalars.contains { $0.value < 0x20 || 0x7F..<0xA0 ~= $0.value }
    }
    return cursor.bytes[model.start..<model.end].contains(0x7F)
  }

  private mutating func scanStream() throws(JSONFault) -> JSONKind {
    let kind = try cursor.skipValue()
    lens.stream = kind == .true
    if !kind.isBool, kind != .null { refuse(.wrongType(member: "stream", expected: "true, false or null")) }
    return kind
  }

  private mutating func scanText() throws(JSONFault) -> JSONKind {
    let before = cursor.text
    let kind = try cursor.skipValue()
    lens.inputText += cursor.text - before
    return kind
  }

  /// `prompt` or `input`: text, or numbers of tokens.
  private mutating func scanInput() throws(JSONFault) -> JSONKind {
    let numbers = cursor.numbers
    let kind = try scanText()
    lens.inputTokenIDs += cursor.numbers - numbers
    return kind
  }

  private mutating func scanMessages() throws(JSONFault) -> JSONKind {
    guard cursor.byte == UInt8(ascii: "[") else {
      lens.messages = .notAnArray
      return try cursor.skipValue()
    }
    let before = cursor.text
    var count = 0
    var areObjects = true
    var more = try cursor.enterArray()
    while more {
      count += 1
      areObjects = try cursor.skipValue() == .object && areObjects
      more = try cursor.nextElement()
    }
    lens.inputText += cursor.text - before
    lens.messages = count == 0 ? .empty : areObjects ? .objects(count: count) : .notAllObjects
    return .array
  }

  private mutating func scanStreamOptions() throws(JSONFault) -> JSONKind {
    let start = cursor.offset
    guard cursor.byte == UInt8(ascii: "{") else {
      let kind = try cursor.skipValue()
      if kind != .null { refuse(.wrongType(member: "stream_options", expected: "an object or null")) }
      lens.streamOptions = RequestLens.StreamOptions(
        value: start..<cursor.offset, isNull: true, isEmpty: true, includeUsageValue: nil)
      return kind
    }
    var names: [JSONString] = []
    // Joins `names` when another follows, so that the usual single member costs no allocation.
    var previous: JSONString?
    var includeUsage: Range<Int>?
    var more = try cursor.enterObject()
    while more {
      let name = try cursor.readName()
      let valueStart = cursor.offset
      let kind = try cursor.skipValue()
      if name.matches("include_usage", in: cursor.bytes) {
        includeUsage = valueStart..<cursor.offset
        lens.includeUsage = kind.isBool ? kind == .true : nil
        if !kind.isBool, kind != .null {
          refuse(.wrongType(member: "stream_options.include_usage", expected: "true or false"))
        }
      }
      if let previous { checkIsNew(name, among: &names, and: previous) }
      previous = name
      more = try cursor.nextMember()
    }
    lens.streamOptions = RequestLens.StreamOptions(
      value: start..<cursor.offset, isNull: false, isEmpty: previous == nil, includeUsageValue: includeUsage)
    return .object
  }

  private mutating func refuse(_ fault: RequestFault) { if refusal == nil { refusal = fault } }
}

extension RequestScan {
  /// Refuses a top-level name that is too long, one too many or there already.
  @inline(__always)
  private mutating func checkIsNew(_ name: JSONString) {
    let look: UInt64
    if name.isEmpty || name.isEscaped {
      look = .max  // compared with all
    } else {
      let last = cursor.bytes[name.end &- 1]
      look = 1 << UInt64((Int(cursor.bytes[name.start]) &+ 3 &* Int(last) &+ 7 &* name.length) & 63)
    }
    if looks & look != 0 || name.length > RequestLens.maximumNameLength
      || lens.members.count >= RequestLens.maximumMembers
    {
      compare(name)
    }
    looks |= look
  }

  @inline(never)
  private mutating func compare(_ name: JSONString) {
    let bytes = cursor.bytes
    if name.length > RequestLens.maximumNameLength {
      refuse(.nameTooLong(String(name.value(in: bytes).prefix(32))))
    } else if lens.members.contains(where: { $0.name.equals(name, in: bytes) }) {
      refuse(.duplicateMember(name.value(in: bytes)))
    } else if lens.members.count >= RequestLens.maximumMembers {
      refuse(.tooManyMembers)
    }
  }

  /// The same for a member of `stream_options`.
  private mutating func checkIsNew(_ name: JSONString, among names: inout [JSONString], and previous: JSONString) {
    let bytes = cursor.bytes
    guard refusal == nil else { return }
    names.append(previous)
    if name.length > RequestLens.maximumNameLength {
      refuse(.nameTooLong(String(name.value(in: bytes).prefix(32))))
    } else if names.count >= RequestLens.maximumMembers {
      refuse(.tooManyMembers)
    } else if names.contains(where: { $0.equals(name, in: bytes) }) {
      refuse(.duplicateMember("stream_options.\(name.value(in: bytes))"))
    }
  }
}
