/// What `traceparent` says: a trace, the span that calls, and what was decided of them (W3C Trace Context, level 2, §3.2).
package struct TraceParent: Hashable, Sendable, CustomStringConvertible {
  package struct Flags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The caller records its spans.
    package static let sampled = Flags(rawValue: 1)
    /// The last seven bytes of the trace's id were made at random.
    package static let random = Flags(rawValue: 2)
    /// Those that have a meaning; others do not go further.
    static let known: Flags = [.sampled, .random]
  }

  /// Characters of version 00.
  package static let length = 55
  private static let hyphen = UInt8(ascii: "-")

  package var trace: TraceID
  package var span: SpanID
  package var flags: Flags

  package init(trace: TraceID, span: SpanID, flags: Flags) {
    self.trace = trace
    self.span = span
    self.flags = flags
  }

  /// Reads the value of the field. A later version is read as far as it is this one (§4.3).
  ///
  /// - Returns: nil for what is no `traceparent`: nothing is guessed.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.length, [2, 35, 52].allSatisfy({ bytes[$0] == Self.hyphen }),
      let version = HexadecimalWord.read(bytes, at: 0, digits: 2), version != 0xFF,
      let high = HexadecimalWord.read(bytes, at: 3, digits: 16),
      let low = HexadecimalWord.read(bytes, at: 19, digits: 16),
      let span = HexadecimalWord.read(bytes, at: 36, digits: 16),
      let flags = HexadecimalWord.read(bytes, at: 53, digits: 2)
    else { return nil }
    if bytes.count > Self.length { guard version > 0, bytes[Self.length] == Self.hyphen else { return nil } }
    self.init(
      trace: TraceID(high: high, low: low), span: SpanID(word: span),
      flags: Flags(rawValue: UInt8(flags)).intersection(.known))
    guard trace.isValid, self.span.isValid else { return nil }
  }

  /// Writes version 00 to `bytes`, which has room for its `length` characters.
  package func write(to bytes: UnsafeMutableRawBufferPointer) {
    HexadecimalWord.write(0, digits: 2, to: bytes, at: 0)
    HexadecimalWord.write(trace.high, digits: 16, to: bytes, at: 3)
    HexadecimalWord.write(trace.low, digits: 16, to: bytes, at: 19)
    HexadecimalWord.write(span.word, digits: 16, to: bytes, at: 36)
    HexadecimalWord.write(UInt64(flags.rawValue), digits: 2, to: bytes, at: 53)
    for index in [2, 35, 52] { bytes[index] = Self.hyphen }
  }

  package var description: String {
    String(unsafeUninitializedCapacity: Self.length) { buffer in
      write(to: UnsafeMutableRawBufferPointer(buffer))
      return Self.length
    }
  }
}
