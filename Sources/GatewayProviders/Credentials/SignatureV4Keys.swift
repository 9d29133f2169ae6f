import Crypto
import GatewayCore

/// The keys that signatures are made with. One is derived from a secret key, the day, the region and the service by four rounds of
/// HMAC, and serves all requests of that day, so it is kept.
package struct SignatureV4Keys: Sendable {
  private struct Entry {
    let day: String
    let signature: SignatureV4
    let accessKey: String
    /// Of the secret key, so that a new secret under an old access key is noticed.
    let fingerprint: SHA256.Digest
    let key: SymmetricKey
  }

  /// Enough for the keys of one provider in several regions; the oldest goes first.
  private let capacity: Int
  private var entries: [Entry] = []

  package init(capacity: Int = 16) { self.capacity = capacity }

  mutating func key(
    for credentials: SignatureV4.Credentials, day: String, signature: SignatureV4
  ) -> SymmetricKey {
    let fingerprint = credentials.secretKey.reveal { Self.fingerprint($0) }
    let known = entries.first { entry in
      entry.accessKey == credentials.accessKey && entry.day == day && entry.signature == signature
        && entry.fingerprint == fingerprint
    }
    if let known { return known.key }
    let key = credentials.secretKey.reveal { Self.derived(from: $0, day: day, signature: signature) }
    if entries.count >= capacity, !entries.isEmpty { entries.removeFirst() }
    entries.append(
      Entry(
        day: day, signature: signature, accessKey: credentials.accessKey, fingerprint: fingerprint, key: key))
    return key
  }

  /// How many keys are kept.
  package var count: Int { entries.count }

  static func code(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
    var code = HMAC<SHA256>(key: key)
    code.update(data: Array(text.utf8))
    return code.finalize()
  }

  private static func derived(from secret: String, day: String, signature: SignatureV4) -> SymmetricKey {
    var key = SymmetricKey(data: Array("AWS4\(secret)".utf8))
    for word in [day, signature.region, signature.service, "aws4_request"] {
      key = SymmetricKey(data: Array(code(word, key)))
    }
    return key
  }

  private static func fingerprint(_ secret: String) -> SHA256.Digest { SHA256.hash(data: Array(secret.utf8)) }
}
