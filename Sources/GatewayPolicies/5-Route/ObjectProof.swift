import Crypto
import Foundation
package import GatewayCore

/// The proof in an id that the object belongs to a consumer: no other one can make it, and nobody need look it up.
package struct ObjectProof: Sendable {
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
  // 80 bits: at a million guesses a second, 38 million years to one hit.
  private static let size = 10

  private let key: SymmetricKey

  /// - Parameter key: a secret of the installation.
  package init(key: KeyDigest) { self.key = withUnsafeBytes(of: key) { SymmetricKey(data: Data($0)) } }

  /// The first 80 bits of an HMAC-SHA-256 in base32 (RFC 4648 §6), in lower case: 16 characters.
  package func tag(consumer: String, id: String, owner: String) -> String {
    var hash = HMAC<SHA256>(key: key)
    for part in [consumer, owner, id] {
      // Lengths keep the parts apart.
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: part.utf8.count).bigEndian) { hash.update(data: Data($0)) }
      hash.update(data: Data(part.utf8))
    }
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var available = 0
    for byte in hash.finalize().prefix(Self.size) {
      bits = bits << 8 | UInt32(byte)
      available += 8
      while available >= 5 {
        available -= 5
        text.append(Self.alphabet[Int(bits >> UInt32(available) & 31)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
