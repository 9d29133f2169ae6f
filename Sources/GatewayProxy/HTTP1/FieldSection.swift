/// Parses the field lines of a head and keeps what framing and connection handling need to know of them.
///
/// Faults of single lines are thrown at once; rules about the head as a whole are checked by `finishRequest` and
/// `finishResponse`, when the version and all fields are known.
struct FieldSection {
  /// The most fields in a head.
  static let maximumCount = 256

  private(set) var fields: [HeaderField] = []
  private(set) var known = KnownFields()
  private var contentLength: Int?
  private var hasUnknownExpectation = false
  private var saysClose = false
  private var saysKeepAlive = false

  /// Parses the line at `lower..<upper`, which is not empty and does not include its CR LF.
  @inline(__always)
  mutating func add(_ start: UnsafePointer<UInt8>, _ lower: Int, _ upper: Int) throws(HTTPFault) {
    var colon = lower
    while colon < upper, ASCII.isToken(start[colon]) { colon &+= 1 }
    guard colon < upper, colon > lower, start[colon] == ASCII.colon else {
      throw FieldSection.nameFault(start, lower, colon, upper)
    }
    guard ControlBytes.areAbsent(start + colon, upper - colon) else {
      throw ControlBytes.fault(start + colon, upper - colon)
    }
    var first = colon &+ 1
    var last = upper
    while first < last, ASCII.isWhitespace(start[first]) { first &+= 1 }
    while last > first, ASCII.isWhitespace(start[last &- 1]) { last &-= 1 }
    guard self.fields.count < FieldSection.maximumCount else { throw .tooManyFields }

    let field = KnownField(start + lower, count: colon - lower)
    if field != .other { try self.note(field, start + first, last - first, upper - first) }
    self.fields.append(HeaderField(name: ByteRange(lower, colon), value: ByteRange(first, last), known: field))
  }

  /// Checks what concerns the whole of a request head and returns how its body is framed.
  func finishRequest(isHTTP11: Bool) throws(HTTPFault) -> BodyFraming {
    if isHTTP11, !self.known.contains(.host) { throw .missingHost }
    let framing = try self.framing(isHTTP11: isHTTP11) ?? .none
    if self.hasUnknownExpectation { throw .unknownExpectation }
    return framing
  }

  /// Checks what concerns the whole of a response head and returns how its body is framed.
  func finishResponse(isHTTP11: Bool, status: Int, requestWasHEAD: Bool) throws(HTTPFault) -> BodyFraming {
    let framing = try self.framing(isHTTP11: isHTTP11) ?? .untilClose
    return requestWasHEAD || status < 200 || status == 204 || status == 304 ? .none : framing
  }

  /// Whether the connection outlives the message (RFC 9112 §9.3).
  func keepsAlive(isHTTP11: Bool) -> Bool { !self.saysClose && (isHTTP11 || self.saysKeepAlive) }

  /// Forgets the fields. Their storage is used again unless a head that holds it is still alive.
  mutating func reset() {
    self.fields.removeAll(keepingCapacity: true)
    if self.fields.capacity == 0 { self.fields.reserveCapacity(24) }
    self.known = KnownFields()
    self.contentLength = nil
    self.hasUnknownExpectation = false
    self.saysClose = false
    self.saysKeepAlive = false
  }

  private func framing(isHTTP11: Bool) throws(HTTPFault) -> BodyFraming? {
    if self.known.contains(.transferEncoding) {
      if self.contentLength != nil { throw .contentLengthWithTransferEncoding }
      if !isHTTP11 { throw .transferEncodingInHTTP10 }
      return .chunked
    }
    return self.contentLength.map(BodyFraming.length)
  }

  /// Acts on the value of a known field: `count` bytes, or `fullCount` with the whitespace after it.
  private mutating func note(
    _ field: KnownField, _ value: UnsafePointer<UInt8>, _ count: Int, _ fullCount: Int
  ) throws(HTTPFault) {
    let isRepeated = self.known.contains(field)
    self.known.insert(field)
    switch field {
    case .host:
      if isRepeated { throw .repeatedHost }
      guard HostGrammar.matches(value, count) else { throw .invalidHost }
    case .contentLength:
      if isRepeated { throw .repeatedContentLength }
      guard FieldSection.endsPlainly(value, count, fullCount) else { throw .invalidContentLength }
      self.contentLength = try FieldSection.decimal(value, count)
    case .transferEncoding:
      if isRepeated { throw .repeatedTransferEncoding }
      guard count == 7, ASCII.equalsIgnoringCase(value, "chunked"),
        FieldSection.endsPlainly(value, count, fullCount)
      else { throw .unsupportedTransferCoding }
    case .connection:
      self.noteConnection(value, count)
    case .expect:
      if count != 12 || !ASCII.equalsIgnoringCase(value, "100-continue") { self.hasUnknownExpectation = true }
    default:
      break
    }
  }

  /// Looks for `close` and `keep-alive` among the elements of a Connection value.
  private mutating func noteConnection(_ value: UnsafePointer<UInt8>, _ count: Int) {
    var lower = 0
    while lower < count {
      var end = lower
      while end < count, value[end] != ASCII.comma { end += 1 }
      var upper = end
      while lower < upper, ASCII.isWhitespace(value[lower]) { lower += 1 }
      while upper > lower, ASCII.isWhitespace(value[upper - 1]) { upper -= 1 }
      if upper - lower == 5, ASCII.equalsIgnoringCase(value + lower, "close") { self.saysClose = true }
      if upper - lower == 10, ASCII.equalsIgnoringCase(value + lower, "keep-alive") { self.saysKeepAlive = true }
      lower = end + 1
    }
  }

  /// Says what is wrong with a line whose token characters end at `end`, not at a colon.
  @inline(never)
  private static func nameFault(
    _ start: UnsafePointer<UInt8>, _ lower: Int, _ end: Int, _ upper: Int
  ) -> HTTPFault {
    if end == lower, ASCII.isWhitespace(start[lower]) { return .foldedField }
    if end == upper { return .missingColon }
    if start[end] == ASCII.carriageReturn { return .bareCarriageReturn }
    guard end > lower, ASCII.isWhitespace(start[end]) else { return .invalidFieldName }
    var next = end
    while next < upper, ASCII.isWhitespace(start[next]) { next += 1 }
    return next < upper && start[next] == ASCII.colon ? .whitespaceBeforeColon : .invalidFieldName
  }

  /// Whether nothing but spaces follows a value. HTAB is whitespace too, but after a length or a coding it is refused:
  /// widespread parsers take it for a part of the value and frame the message differently.
  private static func endsPlainly(_ value: UnsafePointer<UInt8>, _ count: Int, _ fullCount: Int) -> Bool {
    for index in count..<fullCount where value[index] != ASCII.space { return false }
    return true
  }

  /// A Content-Length: decimal digits only (RFC 9110 §8.6).
  private static func decimal(_ digits: UnsafePointer<UInt8>, _ count: Int) throws(HTTPFault) -> Int {
    guard count > 0 else { throw .invalidContentLength }
    var number = 0
    for index in 0..<count {
      guard ASCII.isDigit(digits[index]) else { throw .invalidContentLength }
      let (tenfold, overflowed) = number.multipliedReportingOverflow(by: 10)
      let (sum, carried) = tenfold.addingReportingOverflow(Int(digits[index] &- ASCII.zero))
      guard !overflowed, !carried else { throw .invalidContentLength }
      number = sum
    }
    return number
  }
}
