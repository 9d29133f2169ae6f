extension JSONCursor {
  /// Passes the value under the cursor, whatever it is.
  @discardableResult
  package mutating func skipValue() throws(JSONFault) -> JSONKind {
    switch byte {
    case UInt8(ascii: "\""):
      countText(of: try scanString())
      return .string
    case UInt8(ascii: "{"):
      var more = try enterObject()
      while more {
        let name = try readName()
        if byte == UInt8(ascii: "\"") {
          let value = try scanString()
          if !isEmbeddedFile(value, named: name) { countText(of: value) }
        } else {
          try skipValue()
        }
        more = try nextMember()
      }
      return .object
    case UInt8(ascii: "["):
      var more = try enterArray()
      while more {
        try skipValue()
        more = try nextElement()
      }
      return .array
    case UInt8(ascii: "t"):
      try skipLiteral("true")
      return .true
    case UInt8(ascii: "f"):
      try skipLiteral("false")
      return .false
    case UInt8(ascii: "n"):
      try skipLiteral("null")
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      try skipNumber()
      return .number
    default: throw unexpected(.value)
    }
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
  package mutating func readCount() throws(JSONFault) -> Int? {
    let start = offset
    guard try skipValue() == .number else { return nil }
    let number = Self.number(bytes, start..<offset)
    return number > 0 ? Int(min(number, 0x1p40)) : 0
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
  mutating func countText(of string: JSONString) {
    if string.end &- string.start > 5, base[string.start] | 0x20 == UInt8(ascii: "d"), isDataURL(string) { return }
    text += string.text
  }

  private func isDataURL(_ string: JSONString) -> Bool {
    base[string.start &+ 1] | 0x20 == UInt8(ascii: "a") && base[string.start &+ 2] | 0x20 == UInt8(ascii: "t")
      && base[string.start &+ 3] | 0x20 == UInt8(ascii: "a") && base[string.start &+ 4] == UInt8(ascii: ":")
  }

  /// Base64 without a `data:` prefix: `input_audio.data`, `file.file_data`, `b64_json`.
  @inline(__always)
  private func isEmbeddedFile(_ string: JSONString, named name: JSONString) -> Bool {
    guard string.end &- string.start >= 256 else { return false }
    return name.matches("data", in: bytes) || name.matches("file_data", in: bytes) || name.matches("b64_json", in: bytes)
  }

  @inline(__always)
  private mutating func skipLiteral(_ literal: StaticString) throws(JSONFault) {
    let length = literal.utf8CodeUnitCount
    for position in 0..<length {
      guard offset &+ position < count, base[offset &+ position] == literal.utf8Start[position] else {
        throw unexpected(.literal, at: offset &+ position)
      }
    }
    offset &+= length
  }

  /// RFC 8259 §6: no leading zero, no plus sign, digits on both sides of the point.
  private mutating func skipNumber() throws(JSONFault) {
    var index = offset
    if base[index] == UInt8(ascii: "-") { index &+= 1 }
    if index < count, base[index] == UInt8(ascii: "0") {
      index &+= 1
    } else {
      index = try skipDigits(from: index)
    }
    if index < count, base[index] == UInt8(ascii: ".") { index = try skipDigits(from: index &+ 1) }
    if index < count, base[index] | 0x20 == UInt8(ascii: "e") {
      index &+= 1
      if index < count, base[index] == UInt8(ascii: "+") || base[index] == UInt8(ascii: "-") { index &+= 1 }
      index = try skipDigits(from: index)
    }
    numbers &+= 1
    offset = index
  }

  /// Passes one digit or more.
  @inline(__always)
  private func skipDigits(from index: Int) throws(JSONFault) -> Int {
    var end = index
    while end < count, base[end] &- 0x30 < 10 { end &+= 1 }
    guard end > index else { throw unexpected(.digit, at: index) }
    return end
  }
}
