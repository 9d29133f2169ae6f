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
    let (first, last) = halves
    destination.storeBytes(of: Self.digits(of: first >> 32), as: UInt64.self)
    destination.storeBytes(of: Self.digits(of: first & 0xFFFF_FFFF), toByteOffset: 8, as: UInt64.self)
    destination.storeBytes(of: Self.digits(of: last >> 32), toByteOffset: 16, as: UInt64.self)
    destination.storeBytes(of: Self.digits(of: last & 0xFFFF_FFFF), toByteOffset: 24, as: UInt64.self)
  }

  /// The eight digits of a number below 2^32, in the order of memory: each of its nibbles in a byte, all at once.
  private static func digits(of number: UInt64) -> UInt64 {
    var spread = (number | number << 16) & 0x0000_FFFF_0000_FFFF
    spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF
    spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F
    // 1 in each byte that is more than 9.
    let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return (spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian
  }

  package var description: String {
    String(unsafeUninitializedCapacity: Self.length) { buffer in
      write(to: UnsafeMutableRawBufferPointer(buffer))
      return Self.length
    }
  }
}
