/// Makes gateway keys: `sk-sluice-` and 43 characters of base64url, the 32 random bytes of a key that cannot be
/// guessed.
package enum GatewayKeyGenerator {
  package static let prefix = "sk-sluice-"
  // Four characters: 24 bits, so that two keys of an installation rarely share a label.
  private static let labelLength = prefix.utf8.count + 4
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// - Parameter generator: must be fit for secrets, as `SystemRandomNumberGenerator` is.
  package static func make(using generator: inout some RandomNumberGenerator) -> String {
    var bits: UInt64 = 0
    var available = 0
    var characters: [UInt8] = []
    for _ in 0..<32 {
      bits = bits << 8 | UInt64(UInt8.random(in: .min ... .max, using: &generator))
      available += 8
      while available >= 6 {
        available -= 6
        characters.append(alphabet[Int(bits >> UInt64(available) & 63)])
      }
    }
    // The last character holds the 4 bits that are left.
    characters.append(alphabet[Int(bits << UInt64(6 - available) & 63)])
    return prefix + String(decoding: characters, as: UTF8.self)
  }

  /// A new key from the system's random source.
  package static func make() -> String {
    var generator = SystemRandomNumberGenerator()
    return make(using: &generator)
  }

  /// The part of `key` that may be shown.
  package static func label(of key: String) -> String { String(key.prefix(labelLength)) }
}
