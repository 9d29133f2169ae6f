package import Crypto
package import CryptoExtras
package import GatewayCore

/// A public key that signatures of tokens are verified with.
package struct VerificationKey: Sendable {
  package enum Material: Sendable {
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)
  }

  /// `kid`
  package let id: String?
  /// The one algorithm that it is for; nil: every one of its kind.
  package let algorithm: SignatureAlgorithm?
  private let material: Material

  package init(id: String?, algorithm: SignatureAlgorithm?, _ material: Material) {
    self.id = id
    self.algorithm = algorithm
    self.material = material
  }

  /// Whether signatures of this algorithm can be its own. What a token says of its algorithm is never enough: a key decides.
  package func serves(_ algorithm: SignatureAlgorithm) -> Bool {
    if let own = self.algorithm, own != algorithm { return false }
    return switch (algorithm, material) {
    case (.rs256, .rsa), (.rs384, .rsa), (.rs512, .rsa), (.ps256, .rsa), (.ps384, .rsa), (.ps512, .rsa): true
    case (.es256, .p256), (.es384, .p384), (.es512, .p521), (.eddsa, .ed25519): true
    default: false
    }
  }

  /// An RSA signature takes some 30 µs, the others up to 200 µs.
  package func verifies(_ signature: [UInt8], of signed: [UInt8], by algorithm: SignatureAlgorithm) -> Bool {
    guard serves(algorithm) else { return false }
    switch material {
    case .rsa(let key): return verifies(signature, of: signed, by: algorithm, key)
    case .p256(let key):
      guard let made = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
      return key.isValidSignature(made, for: SHA256.hash(data: signed))
    case .p384(let key):
      guard let made = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
      return key.isValidSignature(made, for: SHA384.hash(data: signed))
    case .p521(let key):
      guard let made = try? P521.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
      return key.isValidSignature(made, for: SHA512.hash(data: signed))
    case .ed25519(let key): return key.isValidSignature(signature, for: signed)
    }
  }

  private func verifies(
    _ signature: [UInt8], of signed: [UInt8], by algorithm: SignatureAlgorithm, _ key: _RSA.Signing.PublicKey
  ) -> Bool {
    let made = _RSA.Signing.RSASignature(rawRepresentation: signature)
    switch algorithm {
    case .rs256: return key.isValidSignature(made, for: SHA256.hash(data: signed), padding: .insecurePKCS1v1_5)
    case .rs384: return key.isValidSignature(made, for: SHA384.hash(data: signed), padding: .insecurePKCS1v1_5)
    case .rs512: return key.isValidSignature(made, for: SHA512.hash(data: signed), padding: .insecurePKCS1v1_5)
    case .ps256: return key.isValidSignature(made, for: SHA256.hash(data: signed), padding: .PSS)
    case .ps384: return key.isValidSignature(made, for: SHA384.hash(data: signed), padding: .PSS)
    case .ps512: return key.isValidSignature(made, for: SHA512.hash(data: signed), padding: .PSS)
    case .es256, .es384, .es512, .eddsa: return false
    }
  }
}
