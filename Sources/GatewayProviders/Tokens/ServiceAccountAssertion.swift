import CryptoExtras
import Foundation
import GatewayCore
import GatewayDialects

/// The signed statement that a service account exchanges for a token: a JWT (RFC 7519) with RS256 (RFC 7518 §3.3).
enum ServiceAccountAssertion {
  /// Google takes no longer ones; a statement is used once, right away.
  private static let lifetime = 3600

  /// - Parameters:
  ///   - audience: the URL at which it is exchanged.
  ///   - unixTime: seconds; the server refuses one from the future, or an old one.
  static func make(
    email: String, keyID: String?, privateKey: Secret, scope: String, audience: String, unixTime: Int
  ) throws(TokenFailure) -> String {
    let key = try key(privateKey)
    var header = JSONWriter()
    header.object { json in
      json.member("alg", "RS256")
      json.member("typ", "JWT")
      json.member("kid", keyID)
    }
    var claims = JSONWriter()
    claims.object { json in
      json.member("iss", email)
      json.member("scope", scope)
      json.member("aud", audience)
      json.member("iat", unixTime)
      json.member("exp", unixTime + lifetime)
    }
    let signed = encoded(Data(header.bytes)) + "." + encoded(Data(claims.bytes))
    do {
      // RS256 is PKCS #1 v1.5 with SHA-256; the name warns of the padding, which Google's servers demand.
      let signature = try key.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
      return signed + "." + encoded(signature.rawRepresentation)
    } catch {
      throw TokenFailure("the service account's 'private_key' cannot sign")
    }
  }

  static func key(_ pem: Secret) throws(TokenFailure) -> _RSA.Signing.PrivateKey {
    do {
      return try pem.reveal { try _RSA.Signing.PrivateKey(pemRepresentation: $0) }
    } catch {
      // The library's error may quote what it could not read.
      throw TokenFailure("the service account's 'private_key' is not an RSA key of 2048 bits or more in PEM form")
    }
  }

  /// RFC 7515 §2: base64url without padding.
  private static func encoded(_ data: Data) -> String {
    String(
      decoding: data.base64EncodedData().compactMap { byte -> UInt8? in
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        case UInt8(ascii: "="): nil
        default: byte
        }
      }, as: UTF8.self)
  }
}
