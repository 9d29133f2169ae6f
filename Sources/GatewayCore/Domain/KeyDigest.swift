/// SHA-256 of a gateway key. Keys are looked up by digest only: the time of a lookup says nothing about a stored key.
package struct KeyDigest: Hashable, Sendable {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  /// - Parameter bytes: exactly 32 bytes, else `nil`.
  package init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == 32 else { return nil }
    self.init(sha256: bytes)
  }

  /// - Parameter bytes: the 32 bytes of a digest, as a hash function returns them.
  package init(sha256 bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
    words = (
      bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
      bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    )
  }

  /// - Parameter hex: 64 hexadecimal digits, else `nil`.
  package init?(hex: some StringProtocol) {
    let digits = Array(hex.utf8)
    guard digits.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for index in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.nibble(digits[index]), let low = Self.nibble(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    guard let digest = bytes.withUnsafeBytes({ KeyDigest(bytes: $0) }) else { return nil }
    self = digest
  }

  /// 64 lower-case digits.
  package var hexadecimal: String {
    withUnsafeBytes(of: words) { bytes in
      bytes.map { byte in
        let digits = String(byte, radix: 16)
        return byte < 16 ? "0" + digits : digits
      }.joined()
    }
  }

  /// The first 32 bits, as `hexadecimal` begins.
  package var firstBits: UInt32 { UInt32(truncatingIfNeeded: words.0.bigEndian >> 32) }

  package static func == (a: KeyDigest, b: KeyDigest) -> Bool {
    (a.words.0 ^ b.words.0) | (a.words.1 ^ b.words.1) | (a.words.2 ^ b.words.2) | (a.words.3 ^ b.words.3) == 0
  }

  /// Uniform, and of a keyed hash nobody's to choose.
  var firstWord: UInt64 { words.0 }

  // The digest is uniform already, so one word of it is enough.
  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }
}
