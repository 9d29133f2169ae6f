import Crypto
import CryptoExtras
import Foundation

/// An issuer of JSON Web Tokens with key pairs of its own.
package struct TestIssuer: Sendable {
  package enum Kind: String, Sendable { case rs256 = "RS256", ps256 = "PS256", es256 = "ES256", eddsa = "EdDSA" }

  private enum Key: Sendable {
    case rsa(_RSA.Signing.PrivateKey)
    case p256(P256.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)
  }

  package let kid: String
  package let kind: Kind
  private let key: Key

  /// Key pairs that take long to make.
  private static let rsa = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
  private static let otherRSA = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

  /// - Parameter other: another key pair of RSA than usual.
  package init(_ kind: Kind = .rs256, kid: String = "k1", other: Bool = false) throws {
    self.kind = kind
    self.kid = kid
    switch kind {
    case .rs256, .ps256: key = .rsa(try (other ? Self.otherRSA : Self.rsa).get())
    case .es256: key = .p256(P256.Signing.PrivateKey())
    case .eddsa: key = .ed25519(Curve25519.Signing.PrivateKey())
    }
  }

  /// A JSON Web Key.
  ///
  /// - Parameter members: further members, as JSON text.
  package func jwk(_ members: String = "") throws -> String {
    let parts: String
    switch key {
    case .rsa(let key):
      let primitives = try key.publicKey.getKeyPrimitives()
      parts =
        #""kty":"RSA","n":"\#(Self.base64URL(primitives.modulus))","e":"\#(Self.base64URL(primitives.publicExponent))""#
    case .p256(let key):
      let raw = key.publicKey.rawRepresentation
      parts =
        #""kty":"EC","crv":"P-256","x":"\#(Self.base64URL(raw.prefix(32)))","y":"\#(Self.base64URL(raw.suffix(32)))""#
    case .ed25519(let key):
      parts = #""kty":"OKP","crv":"Ed25519","x":"\#(Self.base64URL(key.publicKey.rawRepresentation))""#
    }
    return #"{"kid":"\#(kid)",\#(parts)\#(members.isEmpty ? "" : ",")\#(members)}"#
  }

  /// A JSON Web Key Set.
  package static func jwks(_ issuers: TestIssuer...) throws -> String {
    #"{"keys":[\#(try issuers.map { try $0.jwk() }.joined(separator: ","))]}"#
  }

  /// The public key in PEM; nil where it has no such form here.
  package var pem: String? {
    switch key {
    case .rsa(let key): key.publicKey.pemRepresentation
    case .p256(let key): key.publicKey.pemRepresentation
    case .ed25519: nil
    }
  }

  /// - Parameters:
  ///   - claims: JSON text.
  ///   - header: JSON text in the place of the usual header.
  package func token(_ claims: String, header: String? = nil) throws -> String {
    let header = header ?? #"{"alg":"\#(kind.rawValue)","typ":"JWT","kid":"\#(kid)"}"#
    let signed = "\(Self.base64URL(Data(header.utf8))).\(Self.base64URL(Data(claims.utf8)))"
    return "\(signed).\(Self.base64URL(try signature(of: Data(signed.utf8))))"
  }

  private func signature(of data: Data) throws -> Data {
    switch key {
    case .rsa(let key):
      try key.signature(for: SHA256.hash(data: data), padding: kind == .ps256 ? .PSS : .insecurePKCS1v1_5)
        .rawRepresentation
    case .p256(let key): try key.signature(for: SHA256.hash(data: data)).rawRepresentation
    case .ed25519(let key): try key.signature(for: data)
    }
  }

  /// Without padding (RFC 7515 §2).
  static func base64URL(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
