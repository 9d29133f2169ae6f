/// Parses request heads as strictly as RFC 9112 allows, resuming where the bytes ended.
///
/// No byte is searched twice for the end of a line and no field allocates: a head costs one array at most.
package struct RequestHeadParser: Sendable {
  private enum State {
    /// → `requestLine`, also after one empty line (RFC 9112 §2.2)
    case start
    /// → `fields`
    case requestLine
    /// → `done`
    case fields
    /// The next call begins another head. → `start`
    case done
  }

  private var state = State.start
  private var lines: LineCutter
  private var line = RequestLine()
  private var section = FieldSection()

  /// `limit`: the largest head, in bytes with its blank line.
  package init(limit: Int) { self.lines = LineCutter(limit: limit) }

  /// The largest head, in bytes with its blank line.
  package var limit: Int {
    get { self.lines.limit }
    set { self.lines.limit = newValue }
  }

  /// Parses on, and returns the head once it is complete.
  ///
  /// `bytes` begins at the first byte of the head and only grows between the calls for one head. After a head was
  /// returned the next call begins another. After a fault the parser is of no more use.
  package mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTPFault) -> RequestHead? {
    guard let base = bytes.baseAddress else { return nil }
    if self.state == .done { self.reset() }
    let start = base.assumingMemoryBound(to: UInt8.self)
    try self.checkFirstByte(start, bytes.count)
    while let (lower, upper) = try self.lines.next(start, bytes.count) {
      switch self.state {
      case .fields:
        if lower == upper { return try self.finish() }
        try self.section.add(start, lower, upper)
      case .start where lower == upper:
        self.state = .requestLine
        try self.checkFirstByte(start, bytes.count)
      case .start, .requestLine:
        self.line = try RequestLine(start, lower, upper)
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
    self.state = .start
    self.lines.reset()
  }

  private mutating func finish() throws(HTTPFault) -> RequestHead {
    let isHTTP11 = self.line.isHTTP11
    let framing = try self.section.finishRequest(isHTTP11: isHTTP11)
    self.state = .done
    return RequestHead(
      method: self.line.method, methodRange: self.line.methodRange, target: self.line.target, path: self.line.path,
      query: self.line.query, isHTTP11: isHTTP11, fields: self.section.fields, length: self.lines.lineStart,
      framing: framing, keepsAlive: self.section.keepsAlive(isHTTP11: isHTTP11),
      expectsContinue: isHTTP11 && self.section.known.contains(.expect), known: self.section.known)
  }

  /// Refuses at once what cannot become a request line, such as TLS on a plain port: it may never send a line end.
  @inline(__always)
  private func checkFirstByte(_ start: UnsafePointer<UInt8>, _ count: Int) throws(HTTPFault) {
    guard self.state != .fields, self.lines.lineStart < min(count, self.limit) else { return }
    let byte = start[self.lines.lineStart]
    if ASCII.isToken(byte) || self.state == .start && byte == ASCII.carriageReturn { return }
    switch byte {
    case ASCII.carriageReturn, ASCII.lineFeed: throw .lineEndBeforeStart
    case ASCII.space: throw .malformedRequestLine
    default: throw .invalidMethod
    }
  }
}
