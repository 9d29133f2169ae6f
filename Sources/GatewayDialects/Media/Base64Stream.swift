/// Encodes bytes that come in pieces (RFC 4648 §4): each byte is touched once, and the work is spread over the pieces.
package struct Base64Stream: Sendable {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Bytes so far.
  package private(set) var count = 0
  private var encoded: [UInt8] = []
  /// One or two bytes that wait for the rest of their group.
  private var rest: (UInt8, UInt8) = (0, 0)
  private var restCount = 0

  package init() {}

  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    count += bytes.count
    var index = 0
    while restCount > 0, index < bytes.count {
      if restCount == 2 {
        group(rest.0, rest.1, bytes[index])
        restCount = 0
      } else {
        rest.1 = bytes[index]
        restCount = 2
      }
      index += 1
    }
    let whole = (bytes.count - index) / 3
    if whole > 0 { appendGroups(UnsafeRawBufferPointer(rebasing: bytes[index..<(index + whole * 3)])) }
    index += whole * 3
    if index < bytes.count {
      rest = (bytes[index], index + 1 < bytes.count ? bytes[index + 1] : 0)
      restCount = bytes.count - index
    }
  }

  /// The text; nothing may follow.
  package mutating func finish() -> RawText {
    if restCount > 0 {
      group(rest.0, restCount == 2 ? rest.1 : 0, 0)
      encoded[encoded.count - 1] = UInt8(ascii: "=")
      if restCount == 1 { encoded[encoded.count - 2] = UInt8(ascii: "=") }
      restCount = 0
    }
    let text = RawText(storage: encoded, range: 0..<encoded.count, isEscaped: false)
    encoded = []
    return text
  }

  private mutating func group(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
    withUnsafeBytes(of: (first, second, third)) { appendGroups($0) }
  }

  /// - Parameter bytes: a multiple of three.
  private mutating func appendGroups(_ bytes: UnsafeRawBufferPointer) {
    let start = encoded.count
    encoded.append(contentsOf: repeatElement(0, count: bytes.count / 3 * 4))
    Self.digits.withUnsafeBufferPointer { digits in
      encoded.withUnsafeMutableBufferPointer { output in
        var target = start
        for index in stride(from: 0, to: bytes.count, by: 3) {
          let word = Int(bytes[index]) << 16 | Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
          output[target] = digits[word >> 18]
          output[target + 1] = digits[word >> 12 & 63]
          output[target + 2] = digits[word >> 6 & 63]
          output[target + 3] = digits[word & 63]
          target += 4
        }
      }
    }
  }
}
