/// Writes JSON.
package enum JSONText {
  /// Appends `text` between quotes, with what RFC 8259 §7 requires escaped and nothing else.
  package static func quote(into bytes: inout [UInt8], _ text: String) {
    bytes.append(UInt8(ascii: "\""))
    escape(into: &bytes, text)
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends `text` as the inside of a string.
  package static func escape(into bytes: inout [UInt8], _ text: String) {
    var text = text
    text.withUTF8 { escape(into: &bytes, UnsafeRawBufferPointer($0)) }
  }

  /// The same for UTF-8.
  package static func escape(into bytes: inout [UInt8], _ source: UnsafeRawBufferPointer) {
    bytes.reserveCapacity(bytes.count + source.count + 2)
    for byte in source {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: append("\\n", to: &bytes)
      case 0x0D: append("\\r", to: &bytes)
      case 0x09: append("\\t", to: &bytes)
      case 0..<0x20:
        append("\\u00", to: &bytes)
        bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
        let low = byte & 15
        bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
      default: bytes.append(byte)
      }
    }
  }

  /// Appends text that is JSON already.
  @inline(__always)
  package static func append(_ text: StaticString, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a quoted string, or `null`.
  package static func quoteOrNull(into bytes: inout [UInt8], _ text: String?) {
    if let text { quote(into: &bytes, text) } else { append("null", to: &bytes) }
  }
}
