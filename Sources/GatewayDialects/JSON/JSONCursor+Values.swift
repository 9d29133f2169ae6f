extension JSONCursor {
  /// Passes the value under the cursor, whatever it is.
  @discardableResult
  @inline(__always)
  package mutating func skipValue() throws(JSONFault) -> JSONKind {
    switch byte {
    case UInt8(ascii: "\""):
      let string = try source.string(at: offset)
      countText(of: string)
      offset = string.end &+ 1
      return .string
    case UInt8(ascii: "{"):
      try skipContainer()
      return .object
    case UInt8(ascii: "["):
      try skipContainer()
      return .array
    default: return try skipScalar()
    }
  }

  /// Passes a number or literal.
  private mutating func skipScalar() throws(JSONFault) -> JSONKind {
    switch byte {
    case UInt8(ascii: "t"):
      offset = try source.endOfLiteral("true", at: offset)
      return .true
    case UInt8(ascii: "f"):
      offset = try source.endOfLiteral("false", at: offset)
      return .false
    case UInt8(ascii: "n"):
      offset = try source.endOfLiteral("null", at: offset)
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      offset = try source.endOfNumber(at: offset)
      numbers &+= 1
      return .number
    default: throw unexpected(.value)
    }
  }

  /// Passes the string under the cursor.
  package mutating func readString() throws(JSONFault) -> JSONString {
    guard byte == UInt8(ascii: "\"") else { throw unexpected(.value) }
    let string = try source.string(at: offset)
    offset = string.end &+ 1
    return string
  }

  /// Passes the value under the cursor and tells whether it says anything: not null, not false, not empty.
  package mutating func skipValueWithContent() throws(JSONFault) -> Bool {
    let start = offset
    switch try skipValue() {
    case .null, .false: return false
    case .string: return offset &- start > 2
    case .number, .true: return true
    case .object, .array:
      return bytes[(start &+ 1)..<(offset &- 1)].contains { $0 > 0x20 }
    }
  }

  /// Passes the value under the cursor; its number of tokens (or the like) when it is a number: whole, never negative,
  /// at most 2⁴⁰.
  package mutating func readCount() throws(JSONFault) -> Int? { try readCount(below: 0) }

  /// - Parameter negative: what is read of a number less than 0.
  mutating func readCount(below negative: Int) throws(JSONFault) -> Int? {
    let start = offset
    guard try skipValue() == .number else { return nil }
    let number = Self.number(bytes, start..<offset)
    return number > 0 ? Int(min(number, 0x1p40)) : number < 0 ? negative : 0
  }

  /// The number whose text is `range`; infinite when it is too large for a `Double`.
  package static func number(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Double {
    if range.count <= 15 {
      var value: Int64 = 0
      var isWhole = true
      for byte in bytes[range] {
        guard byte &- 0x30 < 10 else {
          isWhole = false
          break
        }
        value = value &* 10 &+ Int64(byte &- 0x30)
      }
      if isWhole { return Double(value) }
    }
    return Double(String(decoding: bytes[range], as: UTF8.self)) ?? .nan
  }

  /// Adds a string value to `text`, unless it is a `data:` URL.
  @inline(__always)
  mutating func countText(of string: JSONString) { if !source.isDataURL(string) { text += string.text } }
}
