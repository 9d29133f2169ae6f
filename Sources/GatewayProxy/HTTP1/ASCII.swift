/// Byte classes of HTTP/1.1 and comparisons that the parsers use on raw memory.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let hash: UInt8 = 0x23
  static let comma: UInt8 = 0x2C
  static let slash: UInt8 = 0x2F
  static let zero: UInt8 = 0x30
  static let nine: UInt8 = 0x39
  static let colon: UInt8 = 0x3A
  static let questionMark: UInt8 = 0x3F

  // Bit sets of the code points 0…63 and 64…127. tchar: RFC 9110 §5.6.2; host: RFC 3986 §3.2.2 without the port's colon.
  private static var tokenLow: UInt64 { 0x03FF_6CFA_0000_0000 }
  private static var tokenHigh: UInt64 { 0x57FF_FFFF_C7FF_FFFE }
  private static var hostLow: UInt64 { 0x2BFF_7FF2_0000_0000 }
  private static var hostHigh: UInt64 { 0x47FF_FFFE_87FF_FFFE }

  /// Whether `byte` may stand in a token: a field name, a method.
  @inline(__always)
  static func isToken(_ byte: UInt8) -> Bool { self.contains(byte, self.tokenLow, self.tokenHigh) }

  /// Whether `byte` may stand in a registered name: unreserved, sub-delims or `%`.
  @inline(__always)
  static func isHostName(_ byte: UInt8) -> Bool { self.contains(byte, self.hostLow, self.hostHigh) }

  /// Whether `byte` may stand in a field value: HTAB, SP, visible characters and obs-text.
  @inline(__always)
  static func isFieldContent(_ byte: UInt8) -> Bool { byte >= 0x20 ? byte != 0x7F : byte == self.tab }

  /// Whether `byte` may stand in a request target.
  @inline(__always)
  static func isTarget(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F && byte != self.hash }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- self.zero < 10 }

  @inline(__always)
  static func isWhitespace(_ byte: UInt8) -> Bool { byte == self.space || byte == self.tab }

  /// The value of a hexadecimal digit, or nil.
  @inline(__always)
  static func hexValue(_ byte: UInt8) -> UInt8? {
    if self.isDigit(byte) { return byte &- self.zero }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// Whether the bytes at `start` are those of `text`; the caller has compared the lengths.
  @inline(__always)
  static func equals(_ start: UnsafePointer<UInt8>, _ text: StaticString) -> Bool {
    self.compare(UnsafeRawPointer(start), UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount, fold: 0)
  }

  /// Whether the bytes at `start` are those of `text` in any case; the caller has compared the lengths.
  ///
  /// `text` is lower-case letters, digits and `-` only: setting bit 5 maps no other token character to one of these.
  @inline(__always)
  static func equalsIgnoringCase(_ start: UnsafePointer<UInt8>, _ text: StaticString) -> Bool {
    self.compare(
      UnsafeRawPointer(start), UnsafeRawPointer(text.utf8Start), text.utf8CodeUnitCount, fold: 0x2020_2020_2020_2020)
  }

  /// Compares word by word, the last word overlapping; `text` is constant, so that its loads fold away.
  @inline(__always)
  private static func compare(
    _ bytes: UnsafeRawPointer, _ text: UnsafeRawPointer, _ count: Int, fold: UInt64
  ) -> Bool {
    if count >= 8 {
      var offset = 0
      while offset &+ 8 <= count {
        if self.word(bytes, offset) | fold != self.word(text, offset) { return false }
        offset &+= 8
      }
      return self.word(bytes, count &- 8) | fold == self.word(text, count &- 8)
    }
    if count >= 4 {
      let fold = UInt32(truncatingIfNeeded: fold)
      let last = count &- 4
      return self.half(bytes, 0) | fold == self.half(text, 0) && self.half(bytes, last) | fold == self.half(text, last)
    }
    let fold = UInt8(truncatingIfNeeded: fold)
    for offset in 0..<count {
      if bytes.load(fromByteOffset: offset, as: UInt8.self) | fold != text.load(fromByteOffset: offset, as: UInt8.self)
      {
        return false
      }
    }
    return true
  }

  @inline(__always)
  private static func word(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  private static func half(_ bytes: UnsafeRawPointer, _ offset: Int) -> UInt32 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }

  @inline(__always)
  private static func contains(_ byte: UInt8, _ low: UInt64, _ high: UInt64) -> Bool {
    let set = byte & 0x40 == 0 ? low : high
    return (set &>> UInt64(byte & 0x3F)) & 1 & ~UInt64(byte &>> 7) == 1
  }
}
