import Crypto
import GatewayCore
import GatewayStorage
import HTTPTypes
import Hummingbird

/// One attempt to sign in by an issuer, from the console to the issuer and back. All that belongs to it follows from a cookie of the
/// browser and the secret of this installation, so that it may end at another gateway than it began at, and nothing is kept of those
/// that never end.
struct SignInAttempt: Sendable {
  /// How long a person may take at the issuer.
  static let life: Duration = .seconds(600)
  private static let name = "sluice_signin"

  /// The moment of its start in seconds since 1970, and 32 random bytes in base64url.
  let cookie: String
  let began: WallTime
  /// Goes to the issuer and back: only the browser with the cookie can end what it began.
  let state: String
  /// Stands in the ID token.
  let nonce: String
  /// PKCE (RFC 7636).
  let verifier: String

  private init(cookie: String, began: WallTime, store: DatabaseStore) {
    // Without the installation's secret nobody makes a cookie, or gives one a longer life.
    func derived(_ purpose: String) -> String {
      let hash = store.keyedHash(of: KeyDigest(of: "sign-in \(purpose) \(cookie)"))
      return Base64URLText.encode(withUnsafeBytes(of: hash) { Array($0) })
    }
    self.cookie = cookie
    self.began = began
    state = derived("state")
    nonce = derived("nonce")
    verifier = derived("verifier")
  }

  /// A new one.
  init(now: WallTime, store: DatabaseStore) {
    self.init(cookie: "\(now.seconds).\(SecretText.random())", began: now, store: store)
  }

  /// The one that a request goes on with; nil: there is none.
  init?(_ request: Request, store: DatabaseStore) {
    guard let cookie = request.cookies[Self.name]?.value, cookie.utf8.count <= 128,
      let seconds = cookie.split(separator: ".").first.flatMap({ Int64($0) }), (0..<1 << 40).contains(seconds)
    else { return nil }
    self.init(cookie: cookie, began: WallTime(milliseconds: seconds * 1000), store: store)
  }

  var challenge: String { Base64URLText.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) }

  func isOver(now: WallTime) -> Bool {
    now.milliseconds - began.milliseconds > Self.life.wholeNanoseconds / 1_000_000
  }

  /// Lax: the issuer's page sends the browser back.
  /// - Parameter path: of the console's URL.
  func header(path: String, isSecure: Bool) -> String {
    Self.header(cookie, path: path, age: Self.life.components.seconds, isSecure: isSecure)
  }

  static func removal(path: String, isSecure: Bool) -> String { header("", path: path, age: 0, isSecure: isSecure) }

  private static func header(_ value: String, path: String, age: Int64, isSecure: Bool) -> String {
    "\(name)=\(value); Path=\(path)\(SignInRoutes.path); Max-Age=\(age); HttpOnly; SameSite=Lax"
      + (isSecure ? "; Secure" : "")
  }
}
