/// The gateway's own id of an exchange (`x-request-id`): a prefix fixed at start, the second, and a counter, so that it is unique
/// across restarts, costs no system call, and tells where in time to look for the exchange.
package struct ExchangeID: Hashable, Sendable, CustomStringConvertible {
  /// Random per process and loop.
  package let origin: UInt64
  package let sequence: UInt64

  /// - Parameters:
  ///   - second: in which it began, since 1970.
  ///   - number: counts on; the same comes again after 2^32 exchanges.
  package init(origin: UInt64, second: Int64, number: UInt32) {
    self.init(origin: origin, sequence: UInt64(truncatingIfNeeded: second) << 32 | UInt64(number))
  }

  /// In which it began, since 1970, by the clock of its node; of ids of early versions any number.
  package var second: Int64 { Int64(sequence >> 32) }

  package init(origin: UInt64, sequence: UInt64) {
    self.origin = origin
    self.sequence = sequence
  }

  // Multiplying by an odd constant is a bijection: ids stay unique and neighbours look unlike each other.
  private static let spread: UInt64 = 0x9E37_79B9_7F4A_7C15
  /// `spread` times this is 1, modulo 2^64.
  private static let gather: UInt64 = 0xF1DE_83E1_9937_733D

  /// The numbers of the first and the last 16 digits.
  package var halves: (UInt64, UInt64) { (origin, sequence &* Self.spread) }

  /// The id with these `halves`.
  package init(halves: (UInt64, UInt64)) {
    self.init(origin: halves.0, sequence: halves.1 &* Self.gather)
  }

  /// 32 lower-case hexadecimal digits.
  package static let length = 32

  /// Writes the 32 digits to `destination`, which has room for them.
  package func write(to destination: UnsafeMutableRawBufferPointer) {
    var words = halves
    for index in stride(from: 31, through: 0, by: -1) {
      let nibble: UInt64
      if index >= 16 {
        nibble = words.1 & 15
        words.1 >>= 4
      } else {
        nibble = words.0 & 15
        words.0 >>= 4
      }
      destination[index] = UInt8(truncatingIfNeeded: nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
    }
  }

  package var description: String {
    String(unsafeUninitializedCapacity: Self.length) { buffer in
      write(to: UnsafeMutableRawBufferPointer(buffer))
      return Self.length
    }
  }
}
