import Crypto
package import GatewayCore

extension KeyDigest {
  /// The plain SHA-256 of a key, as the configuration file may name it.
  package init(of key: String) {
    self = SHA256.hash(data: Array(key.utf8)).withUnsafeBytes { KeyDigest(sha256: $0) }
  }
}
