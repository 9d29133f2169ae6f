/// Parses response heads with the strictness of `RequestHeadParser`, resuming where the bytes ended.
package struct ResponseHeadParser: Sendable {
  private enum State {
    /// → `fields`
    case statusLine
    /// → `done`
    case fields
    /// The next call begins another head. → `statusLine`
    case done
  }

  private var state = State.statusLine
  private var lines: LineCutter
  private var line = StatusLine()
  private var section = FieldSection()

  /// Whether the request asked for an upgrade, so that `101 Switching Protocols` is no fault.
  package var expectsUpgrade = false

  /// `limit`: the largest head, in bytes with its blank line.
  package init(limit: Int) { self.lines = LineCutter(limit: limit) }

  /// The largest head, in bytes with its blank line.
  package var limit: Int {
    get { self.lines.limit }
    set { self.lines.limit = newValue }
  }

  /// Parses on, and returns the head once it is complete: also an informational one (1xx), which another head follows.
  ///
  /// `bytes` begins at the first byte of the head and only grows between the calls for one head. After a head was
  /// returned the next call begins another. After a fault the parser is of no more use.
  package mutating func parse(
    _ bytes: UnsafeRawBufferPointer, requestWasHEAD: Bool
  ) throws(HTTPFault) -> ResponseHead? {
    guard let base = bytes.baseAddress else { return nil }
    if self.state == .done { self.reset() }
    let start = base.assumingMemoryBound(to: UInt8.self)
    while let (lower, upper) = try self.lines.next(start, bytes.count) {
      switch self.state {
      case .fields:
        if lower == upper { return try self.finish(requestWasHEAD: requestWasHEAD) }
        try self.section.add(start, lower, upper)
      case .statusLine:
        self.line = try StatusLine(start, lower, upper)
        if self.line.status == 101, !self.expectsUpgrade { throw .unexpectedUpgrade }
        self.section.reset()
        self.state = .fields
      case .done:
        return nil
      }
    }
    return nil
  }

  /// Starts over, at the first byte of another head.
  package mutating func reset() {
    self.state = .statusLine
    self.lines.reset()
  }

  private mutating func finish(requestWasHEAD: Bool) throws(HTTPFault) -> ResponseHead {
    let (status, isHTTP11) = (self.line.status, self.line.isHTTP11)
    let framing = try self.section.finishResponse(
      isHTTP11: isHTTP11, status: status, requestWasHEAD: requestWasHEAD)
    self.state = .done
    return ResponseHead(
      status: status, reason: self.line.reason, isHTTP11: isHTTP11, fields: self.section.fields,
      length: self.lines.lineStart, framing: framing,
      keepsAlive: framing != .untilClose && self.section.keepsAlive(isHTTP11: isHTTP11), known: self.section.known)
  }
}
