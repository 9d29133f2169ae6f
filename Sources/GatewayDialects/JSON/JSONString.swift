/// A string (or member name) of a document, found by `JSONCursor`: where it is and what its escapes amount to.
package struct JSONString: Hashable, Sendable {
  /// Offsets of the bytes between the quotes.
  package let start: Int
  package let end: Int
  /// Bytes that the text is shorter than its source, because of escapes; 0 without any.
  package let shrink: Int
  /// Bytes of characters outside ASCII, escapes decoded.
  package let other: Int

  @inline(__always)
  init(start: Int, end: Int, shrink: Int, other: Int) {
    self.start = start
    self.end = end
    self.shrink = shrink
    self.other = other
  }

  /// With the quotes.
  package var quotedRange: Range<Int> { (start - 1)..<(end + 1) }

  package var isEmpty: Bool { start == end }

  @inline(__always)
  package var isEscaped: Bool { shrink != 0 }

  /// UTF-8 bytes of the text, escapes decoded.
  @inline(__always)
  package var length: Int { end &- start &- shrink }

  @inline(__always)
  package var text: TextCount { TextCount(ascii: length &- other, other: other) }

  /// Whether the text is `name`, escapes decoded.
  @inline(__always)
  package func matches(_ name: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
    let count = name.utf8CodeUnitCount
    guard length == count else { return false }
    guard !isEscaped, let base = bytes.baseAddress else { return decodedMatches(name, in: bytes) }
    // Unrolled by the compiler, as names are literals: one or two comparisons.
    let text = base + start
    let other = UnsafeRawPointer(name.utf8Start)
    var index = 0
    while count &- index >= 8 {
      if Self.word(text, index, UInt64.self) != Self.word(other, index, UInt64.self) { return false }
      index &+= 8
    }
    if count &- index >= 4 {
      if Self.word(text, index, UInt32.self) != Self.word(other, index, UInt32.self) { return false }
      index &+= 4
    }
    while index < count {
      if Self.word(text, index, UInt8.self) != Self.word(other, index, UInt8.self) { return false }
      index &+= 1
    }
    return true
  }

  @inline(__always)
  private static func word<T: FixedWidthInteger & BitwiseCopyable>(
    _ text: UnsafeRawPointer, _ index: Int, _ type: T.Type
  ) -> T { text.loadUnaligned(fromByteOffset: index, as: T.self) }

  /// Whether the text is `name`, escapes decoded.
  package func equals(_ name: String, in bytes: UnsafeRawBufferPointer) -> Bool {
    guard length == name.utf8.count else { return false }
    if isEscaped { return decoded(in: bytes).elementsEqual(name.utf8) }
    var index = start
    for byte in name.utf8 {
      if bytes[index] != byte { return false }
      index &+= 1
    }
    return true
  }

  /// Whether both texts are the same, escapes decoded.
  package func equals(_ another: JSONString, in bytes: UnsafeRawBufferPointer) -> Bool {
    guard length == another.length else { return false }
    return isEscaped || another.isEscaped
      ? decoded(in: bytes) == another.decoded(in: bytes)
      : bytes[start..<end].elementsEqual(bytes[another.start..<another.end])
  }

  /// The text, escapes decoded.
  package func value(in bytes: UnsafeRawBufferPointer) -> String {
    isEscaped
      ? String(decoding: decoded(in: bytes), as: UTF8.self)
      : String(decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
  }

  @inline(never)
  private func decodedMatches(_ name: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
    decoded(in: bytes).elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
  }

  /// The UTF-8 bytes of the text, escapes decoded.
  package func decoded(in bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(length)
    var index = start
    while index < end {
      guard bytes[index] == UInt8(ascii: "\\") else {
        result.append(bytes[index])
        index += 1
        continue
      }
      switch bytes[index + 1] {
      case UInt8(ascii: "u"): index = Self.appendUnicodeEscape(at: index, of: bytes, to: &result)
      case let letter:
        result.append(Self.meaning(ofEscape: letter))
        index += 2
      }
    }
    return result
  }

  private static func meaning(ofEscape letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: letter
    }
  }

  /// - Returns: the offset after the escape, or after both of a surrogate pair.
  private static func appendUnicodeEscape(
    at index: Int, of bytes: UnsafeRawBufferPointer, to result: inout [UInt8]
  ) -> Int {
    let unit = codeUnit(of: bytes, at: index + 2)
    if unit & 0xFC00 == 0xD800, index + 11 < bytes.count, bytes[index + 6] == UInt8(ascii: "\\"),
      bytes[index + 7] == UInt8(ascii: "u")
    {
      let low = codeUnit(of: bytes, at: index + 8)
      if low & 0xFC00 == 0xDC00 {
        append(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF, to: &result)
        return index + 12
      }
    }
    append(unit, to: &result)
    return index + 6
  }

  private static func append(_ code: UInt32, to result: inout [UInt8]) {
    let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
    result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  private static func codeUnit(of bytes: UnsafeRawBufferPointer, at index: Int) -> UInt32 {
    bytes[index..<(index + 4)].reduce(0) { $0 << 4 | UInt32(hexValue($1) ?? 0) }
  }

  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
    default: nil
    }
  }
}
