import Crypto
import CryptoExtras
package import GatewayCore
import GatewayDialects

/// The public keys of an issuer of tokens: a JSON Web Key Set (RFC 7517), one JSON Web Key, or keys in PEM.
package struct KeySet: Sendable {
  /// Bytes of a document.
  package static let maximumBytes = 256 << 10
  private static let maximumKeys = 200

  /// Why a document has no keys, as a sentence.
  package struct Problem: Error, Hashable {
    package let sentence: String
  }

  package let keys: [VerificationKey]

  package init(_ keys: [VerificationKey]) { self.keys = keys }

  package init(_ text: some Collection<UInt8>) throws(Problem) {
    guard text.count <= Self.maximumBytes else { throw Problem(sentence: "it has more than 256 KiB") }
    let first = text.first { $0 > 0x20 }
    if first == UInt8(ascii: "-") {
      keys = try PublicKeyPEM.keys(in: String(decoding: Array(text), as: UTF8.self))
      return
    }
    guard first == UInt8(ascii: "{"), let root = (try? JSONDocument(Array(text)))?.root else {
      throw Problem(sentence: "it is neither a JSON Web Key Set nor a public key in PEM")
    }
    let listed: [JSONNode]
    if let array = root["keys"], array.isArray {
      listed = Array(array.elements.prefix(Self.maximumKeys))
    } else if root["kty"] != nil {
      listed = [root]
    } else {
      throw Problem(sentence: "it is a JSON object without 'keys'")
    }
    // RFC 7517 §5: what is not understood is passed over.
    keys = listed.compactMap(Self.key)
    guard !keys.isEmpty else {
      throw Problem(
        sentence:
          "none of its \(listed.count) keys verifies signatures; usable are RSA keys of 2048 to 8192 bits, P-256, "
          + "P-384, P-521 and Ed25519")
    }
  }

  /// The keys that a token may have been signed with.
  ///
  /// - Parameter id: `kid` of the token; keys without an id are for every token.
  package func keys(for algorithm: SignatureAlgorithm, id: String?) -> [VerificationKey] {
    keys.filter { $0.serves(algorithm) && (id == nil || $0.id == nil || $0.id == id) }
  }

  private static func key(_ node: JSONNode) -> VerificationKey? {
    if let use = node["use"]?.string, use != "sig" { return nil }
    if let operations = node["key_ops"], !operations.elements.contains(where: { $0.string == "verify" }) { return nil }
    var algorithm: SignatureAlgorithm?
    if let named = node["alg"]?.string {
      guard let known = SignatureAlgorithm(rawValue: named) else { return nil }
      algorithm = known
    }
    guard let material = material(node) else { return nil }
    return VerificationKey(id: node["kid"]?.string, algorithm: algorithm, material)
  }

  private static func material(_ node: JSONNode) -> VerificationKey.Material? {
    func bytes(_ node: JSONNode?) -> [UInt8]? { node?.string.flatMap { Base64URL.decode($0.utf8) } }
    switch node["kty"]?.string {
    case "RSA":
      guard let n = bytes(node["n"]), let e = bytes(node["e"]) else { return nil }
      return rsa(try? _RSA.Signing.PublicKey(n: n, e: e)).map { .rsa($0) }
    case "EC":
      guard let x = bytes(node["x"]), let y = bytes(node["y"]), x.count == y.count else { return nil }
      return switch node["crv"]?.string {
      case "P-256": (try? P256.Signing.PublicKey(rawRepresentation: x + y)).map { .p256($0) }
      case "P-384": (try? P384.Signing.PublicKey(rawRepresentation: x + y)).map { .p384($0) }
      case "P-521": (try? P521.Signing.PublicKey(rawRepresentation: x + y)).map { .p521($0) }
      default: nil
      }
    case "OKP":
      guard node["crv"]?.string == "Ed25519", let x = bytes(node["x"]) else { return nil }
      return (try? Curve25519.Signing.PublicKey(rawRepresentation: x)).map { .ed25519($0) }
    default: return nil
    }
  }

  /// Larger ones would make a signature dear to verify.
  static func rsa(_ key: _RSA.Signing.PublicKey?) -> _RSA.Signing.PublicKey? {
    guard let key, (2048...8192).contains(key.keySizeInBits) else { return nil }
    return key
  }
}
