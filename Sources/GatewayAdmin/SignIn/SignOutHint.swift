import GatewayCore
import Hummingbird

/// The ID token of a sign-in, which the browser keeps: with it the issuer knows whom to sign out, whichever gateway is asked, and
/// nothing is stored here. It lets nobody in.
struct SignOutHint: Sendable {
  private static let name = "sluice_idtoken"
  // Browsers take 4 KiB of a cookie with its attributes; without a hint the issuer asks the person.
  private static let longest = 3_800

  let token: String

  /// - Parameter token: nil if it is too long for a cookie.
  init?(_ token: String) {
    guard token.utf8.count <= Self.longest, token.utf8.allSatisfy(Self.isOfToken) else { return nil }
    self.token = token
  }

  /// The one that a request carries.
  init?(_ request: Request) {
    guard let value = request.cookies[Self.name]?.value, !value.isEmpty else { return nil }
    self.init(value)
  }

  /// As long as a session by an issuer lasts.
  func header(_ console: ConsoleURL) -> String { Self.header(token, age: 43_200, console) }

  static func removal(_ console: ConsoleURL) -> String { header("", age: 0, console) }

  private static func header(_ value: String, age: Int, _ console: ConsoleURL) -> String {
    "\(name)=\(value); Path=\(console.endpoint.basePath)\(AdminRouter.root)/session; Max-Age=\(age); HttpOnly; SameSite=Strict"
      + (console.endpoint.isTLS ? "; Secure" : "")
  }

  /// RFC 7515 §7.1: base64url and dots.
  private static func isOfToken(_ byte: UInt8) -> Bool {
    byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || "-_.".utf8.contains(byte)
  }
}
