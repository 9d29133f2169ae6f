import Crypto
import GatewayCore
import HTTPTypes
import Hummingbird

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a browser keeps of a session.
struct SessionCookie: Sendable {
  private static let name = "sluice_session"
  // 7 days, as long as a session lasts at most.
  private static let age = 604_800

  /// 32 random bytes in base64url.
  let value: String

  /// A new one.
  init() { value = SecretText.random() }

  /// The one that a request carries.
  init?(_ request: Request) {
    guard let value = request.cookies[Self.name]?.value, (1...128).contains(value.utf8.count) else { return nil }
    self.value = value
  }

  /// What a page of ours shows to prove that it has sent the request: another site can neither read nor compute it.
  var csrf: String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Array("sluice csrf".utf8), using: SymmetricKey(data: Array(value.utf8)))
    return Base64URLText.encode(Array(code))
  }

  func proves(_ presented: String?) -> Bool {
    presented.map { BearerToken.isEqual(Array($0.utf8), Array(csrf.utf8)) } ?? false
  }

  func header(for request: Request, _ entrance: AdminEntrance) -> String {
    header(isSecure: Self.isSecure(request, entrance))
  }

  func header(isSecure: Bool) -> String {
    "\(Self.name)=\(value); Path=/; Max-Age=\(Self.age); HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }

  static func removal(for request: Request, _ entrance: AdminEntrance) -> String {
    "\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict" + (isSecure(request, entrance) ? "; Secure" : "")
  }

  /// `Secure` where the page came over TLS, which the plane or a proxy in front has ended.
  private static func isSecure(_ request: Request, _ entrance: AdminEntrance) -> Bool {
    entrance.tls != nil || request.headers[.origin]?.lowercased().hasPrefix("https://") == true
  }
}

/// Secrets made here.
enum SecretText {
  /// 32 random bytes in base64url.
  static func random() -> String {
    Base64URLText.encode(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
  }
}

extension HTTPField.Name {
  static let csrf = HTTPField.Name("x-sluice-csrf") ?? .xContentTypeOptions
}
