import Crypto
import CryptoExtras
import Foundation

/// Public keys in PEM (RFC 7468 §13).
enum PublicKeyPEM {
  /// RFC 8410 §4: SubjectPublicKeyInfo of Ed25519, up to the key.
  private static let ed25519Prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

  static func keys(in text: String) throws(KeySet.Problem) -> [VerificationKey] {
    let begin = "-----BEGIN "
    var keys: [VerificationKey] = []
    var rest = text[...]
    while let start = rest.range(of: begin) {
      let label = rest[start.upperBound...].prefix { $0 != "-" }
      guard let end = rest.range(of: "-----END \(label)-----") else {
        throw KeySet.Problem(sentence: "the line '-----END \(label.prefix(40))-----' is missing")
      }
      keys.append(try key(String(rest[start.lowerBound..<end.upperBound]), label: String(label)))
      rest = rest[end.upperBound...]
    }
    guard !keys.isEmpty else {
      throw KeySet.Problem(sentence: "it is neither a JSON Web Key Set nor a public key in PEM")
    }
    return keys
  }

  private static func key(_ block: String, label: String) throws(KeySet.Problem) -> VerificationKey {
    switch label {
    case "PUBLIC KEY", "RSA PUBLIC KEY": break
    case "CERTIFICATE":
      throw KeySet.Problem(sentence: "it is a certificate; take its key: openssl x509 -in FILE -pubkey -noout")
    case let label where label.hasSuffix("PRIVATE KEY"):
      throw KeySet.Problem(sentence: "it is a private key; take its public part: openssl pkey -in FILE -pubout")
    default: throw KeySet.Problem(sentence: "a block '\(label.prefix(40))' is no public key")
    }
    if let key = KeySet.rsa(try? _RSA.Signing.PublicKey(pemRepresentation: block)) { return made(.rsa(key)) }
    if let key = try? P256.Signing.PublicKey(pemRepresentation: block) { return made(.p256(key)) }
    if let key = try? P384.Signing.PublicKey(pemRepresentation: block) { return made(.p384(key)) }
    if let key = try? P521.Signing.PublicKey(pemRepresentation: block) { return made(.p521(key)) }
    if let key = ed25519(block) { return made(.ed25519(key)) }
    throw KeySet.Problem(
      sentence:
        "it holds a key that verifies no signatures; usable are RSA keys of 2048 to 8192 bits, P-256, P-384, P-521 "
        + "and Ed25519")
  }

  private static func made(_ material: VerificationKey.Material) -> VerificationKey {
    VerificationKey(id: nil, algorithm: nil, material)
  }

  private static func ed25519(_ block: String) -> Curve25519.Signing.PublicKey? {
    let body = block.split(whereSeparator: \.isNewline).dropFirst().dropLast().joined()
    guard let der = Data(base64Encoded: body), der.count == ed25519Prefix.count + 32,
      der.starts(with: ed25519Prefix)
    else { return nil }
    return try? Curve25519.Signing.PublicKey(rawRepresentation: der.suffix(32))
  }
}
