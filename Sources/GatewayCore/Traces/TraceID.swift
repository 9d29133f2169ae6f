/// The id of a trace: 16 bytes, not all zero (W3C Trace Context §3.2.2.3).
package struct TraceID: Hashable, Sendable, CustomStringConvertible {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package var isValid: Bool { high != 0 || low != 0 }

  /// 32 lower-case hexadecimal digits.
  package var description: String { HexadecimalWord.text(high) + HexadecimalWord.text(low) }
}

/// The id of a span within its trace: 8 bytes, not all zero.
package struct SpanID: Hashable, Sendable, CustomStringConvertible {
  package let word: UInt64

  package init(word: UInt64) { self.word = word }

  package var isValid: Bool { word != 0 }

  /// 16 lower-case hexadecimal digits.
  package var description: String { HexadecimalWord.text(word) }
}

/// Eight bytes as 16 lower-case hexadecimal digits.
enum HexadecimalWord {
  static let length = 16

  static func text(_ word: UInt64) -> String {
    String(unsafeUninitializedCapacity: length) { buffer in
      write(word, digits: length, to: UnsafeMutableRawBufferPointer(buffer), at: 0)
      return length
    }
  }

  /// Writes the last `digits` digits.
  static func write(_ word: UInt64, digits: Int, to bytes: UnsafeMutableRawBufferPointer, at start: Int) {
    var rest = word
    for index in stride(from: start + digits - 1, through: start, by: -1) {
      let nibble = UInt8(truncatingIfNeeded: rest & 15)
      bytes[index] = nibble < 10 ? 0x30 + nibble : 0x57 + nibble
      rest >>= 4
    }
  }

  /// nil: something else than lower-case hexadecimal digits is among them.
  static func read(_ bytes: UnsafeRawBufferPointer, at start: Int, digits: Int) -> UInt64? {
    var word: UInt64 = 0
    for index in start..<(start + digits) {
      let nibble: UInt8
      switch bytes[index] {
      case 0x30...0x39: nibble = bytes[index] - 0x30
      case 0x61...0x66: nibble = bytes[index] - 0x57
      default: return nil
      }
      word = word << 4 | UInt64(nibble)
    }
    return word
  }
}
