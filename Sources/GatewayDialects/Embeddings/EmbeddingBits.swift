/// Vectors of 32-bit floats as JSON numbers and as base64 of their bytes, the lowest first.
package enum EmbeddingBits {
  // MARK: To numbers

  /// The shortest digits that give the same float again.
  package static func numbers(of base64: RawText) throws(AnswerFault) -> RawJSON {
    let bytes = try decode(base64)
    guard bytes.count.isMultiple(of: 4) else {
      throw AnswerFault("malformed answer: an embedding of \(bytes.count) bytes, which are no 32-bit floats")
    }
    var json: [UInt8] = []
    json.reserveCapacity(bytes.count * 3)
    json.append(UInt8(ascii: "["))
    for start in stride(from: 0, to: bytes.count, by: 4) {
      let bits =
        UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
        | UInt32(bytes[start + 3]) << 24
      let float = Float(bitPattern: bits)
      guard float.isFinite else { throw AnswerFault("malformed answer: an embedding with a value that is no number") }
      if start > 0 { json.append(UInt8(ascii: ",")) }
      json += float.description.utf8
    }
    json.append(UInt8(ascii: "]"))
    return RawJSON(written: json)
  }

  private static func decode(_ base64: RawText) throws(AnswerFault) -> [UInt8] {
    let text = base64.isEscaped ? base64.decoded[...] : base64.bytes
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var group: UInt32 = 0
    var bits = 0
    for character in text {
      if character == UInt8(ascii: "=") { break }
      guard let value = value(of: character) else {
        throw AnswerFault("malformed answer: an embedding that is no base64")
      }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
      }
    }
    return bytes
  }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }

  // MARK: To base64

  /// Each number becomes the float that is nearest to its digits.
  package static func base64(of numbers: RawJSON) throws(AnswerFault) -> RawText {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(numbers.bytes.count / 2)
    var rest = numbers.bytes.dropFirst()
    while let end = rest.firstIndex(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "]") }) {
      let digits = rest[..<end].drop { $0 <= 0x20 }
      rest = rest[(end + 1)...]
      if digits.isEmpty, bytes.isEmpty { break }
      guard let float = float(digits), float.isFinite else {
        throw AnswerFault("malformed answer: an embedding with a value that is no number")
      }
      withUnsafeBytes(of: float.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return RawText(joined: encode(bytes))
  }

  /// Powers of ten that a `Double` holds exactly.
  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  private static func float(_ digits: ArraySlice<UInt8>) -> Float? { quickFloat(digits) ?? slowFloat(digits) }

  private static func slowFloat(_ digits: ArraySlice<UInt8>) -> Float? {
    let end = digits.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? digits.startIndex
    return Float(String(decoding: digits[..<end], as: UTF8.self))
  }

  /// Of up to 19 digits without an exponent: one division of doubles, which is off by less than two units in the last place.
  /// Nil for others.
  private static func quickFloat(_ digits: ArraySlice<UInt8>) -> Float? {
    var mantissa: UInt64 = 0
    var decimals = 0
    var hasPoint = false
    var isNegative = false
    for byte in digits {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if mantissa >= 1_000_000_000_000_000_000 { return nil }
        mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
        if hasPoint { decimals += 1 }
      case UInt8(ascii: "."): hasPoint = true
      case UInt8(ascii: "-"): isNegative = true
      default: return nil
      }
    }
    guard !digits.isEmpty, decimals < powers.count else { return nil }
    let double = Double(mantissa) / powers[decimals]
    // Near the middle of two floats only the digits can tell which one is nearer. Below the smallest normal float the
    // middle is elsewhere.
    let rest = Int(double.bitPattern & 0x1FFF_FFFF)
    if abs(rest - 0x1000_0000) <= 4 || double != 0 && double < 0x1p-126 { return nil }
    let float = Float(double)
    return isNegative ? -float : float
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group = UInt32(bytes[start]) << 16
      if count > 1 { group |= UInt32(bytes[start + 1]) << 8 }
      if count > 2 { group |= UInt32(bytes[start + 2]) }
      text.append(alphabet[Int(group >> 18)])
      text.append(alphabet[Int(group >> 12 & 63)])
      text.append(count > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
      text.append(count > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
    }
    return text
  }
}
