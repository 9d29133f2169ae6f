package import GatewayCore
import GatewayDialects

/// Reads what a token endpoint answers (RFC 6749 §5).
package enum TokenAnswer {
  /// Bytes of an answer that are read; tokens have 1 to 4 KB.
  package static let maximumBytes = 256 << 10
  /// Where an answer does not say how long its token serves (RFC 6749 §5.1 leaves it open).
  private static let defaultLifetime = 300
  /// An answer that claims more is believed that much.
  private static let maximumLifetime = 86_400
  /// Characters of a server's message that are passed on.
  private static let messageLimit = 300

  /// - Parameters:
  ///   - hiding: what of the request must not come back in a message.
  ///   - now: when the token was asked for.
  package static func read(
    status: Int, body: UnsafeRawBufferPointer, hiding: [Secret], now: Instant
  ) -> Result<AccessToken, TokenFailure> {
    let root = (try? JSONDocument(copying: body, loneSurrogates: .replaced))?.root
    guard status == 200 else {
      let said = root.flatMap { message(in: $0) }.map { ": " + shown($0, hiding: hiding) } ?? ""
      return .failure(TokenFailure("the token endpoint answered \(status)\(said)"))
    }
    guard let root, root.isObject else {
      return .failure(TokenFailure("the token endpoint answered 200 with something that is no JSON object"))
    }
    if let message = message(in: root) {
      return .failure(TokenFailure("the token endpoint answered 200 with an error: \(shown(message, hiding: hiding))"))
    }
    guard let token = root["access_token"]?.string, !token.isEmpty, HeaderText.isValidValue(token) else {
      return .failure(TokenFailure("the token endpoint's answer has no usable 'access_token'"))
    }
    if let type = root["token_type"]?.string, type.lowercased() != "bearer" {
      return .failure(TokenFailure("the token endpoint issued another token than a bearer token"))
    }
    let seconds = root["expires_in"].flatMap { $0.int ?? $0.string.flatMap { Int($0) } } ?? defaultLifetime
    guard seconds > 0 else { return .failure(TokenFailure("the token endpoint issued a token that has expired")) }
    return .success(
      AccessToken(Secret(token), lifetime: .seconds(min(seconds, maximumLifetime)), now: now))
  }

  /// `invalid_grant: Invalid JWT Signature.` of RFC 6749 §5.2, or the form of Google's other services.
  private static func message(in root: JSONNode) -> String? {
    guard let error = root["error"] else { return nil }
    if let code = error.string {
      return root["error_description"]?.string.map { "\(code): \($0)" } ?? code
    }
    return error["message"]?.string ?? (error.isObject ? "an error without a message" : nil)
  }

  /// One line without secrets: it reaches logs and callers.
  private static func shown(_ message: String, hiding secrets: [Secret]) -> String {
    var text = message
    for secret in secrets {
      secret.reveal { plain in if !plain.isEmpty { text = text.replacing(plain, with: "\u{2039}secret\u{203A}") } }
    }
    // Entra appends lines of trace numbers.
    let line = text.split(whereSeparator: \.isNewline).first ?? ""
    return String(
      line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(messageLimit).map(Character.init))
  }
}
