package import GatewayCore

/// Why a token does not let anybody in.
package enum TokenRefusal: Error, Hashable, Sendable {
  /// Another kind of credential.
  case notAToken
  case malformed(String)
  /// - Parameter bytes: of what stands where tokens stand.
  case tooLong(Int)
  case unsupportedAlgorithm(String, allowed: [String])
  case critical([String])
  /// nil: the token names none.
  case unknownKey(String?)
  case badSignature
  case expired(WallTime)
  case notYetValid(WallTime)
  case wrongIssuer(String, wanted: String)
  case wrongAudience([String], wanted: [String])
  case missingClaim(String)
  /// Of a sign-in: it was issued for another client (`azp`).
  case otherParty(String)
  /// Of a sign-in: it belongs to another one.
  case wrongNonce
  /// The issuer says that it is none of its tokens, or one that is over.
  case inactive
  case missingScopes([String], wanted: [String])
  case noConsumer(claim: String)
  case unknownConsumer(String, TokenDemands.Whom)
  /// It names a team that is not configured, or not the consumer's.
  case teamNotAllowed(GatewayError)

  /// Of several refusals the weightiest is told: the further a token came, the more is known of what its sender meant.
  package var weight: Int {
    switch self {
    case .notAToken: 0
    case .malformed, .tooLong, .unsupportedAlgorithm, .critical: 2
    case .wrongIssuer: 3
    case .unknownKey, .badSignature, .inactive: 4
    case .expired, .notYetValid, .wrongAudience, .missingClaim, .otherParty, .wrongNonce: 6
    case .missingScopes, .noConsumer, .unknownConsumer, .teamNotAllowed: 7
    }
  }

  /// Whether the token was genuine.
  package var isOfVerifiedToken: Bool { weight >= 6 }

  package var error: GatewayError {
    switch self {
    case .missingScopes: GatewayError(.insufficientScope, sentence)
    case .teamNotAllowed(let error): error
    case .noConsumer, .unknownConsumer: GatewayError(.unknownConsumer, sentence)
    default: GatewayError(.invalidToken, sentence)
    }
  }

  package var sentence: String {
    switch self {
    case .notAToken: return "the credential is no JSON Web Token"
    case .malformed(let what): return "the token cannot be used: \(what)"
    case .tooLong(let bytes): return "the token has \(bytes) bytes; at most \(CompactToken.maximumBytes) are read"
    case .unsupportedAlgorithm(let name, let allowed):
      return "the token is signed with \(Self.quoted(name)), which is not accepted here; accepted: "
        + allowed.joined(separator: ", ")
    case .critical(let names):
      return "the token demands extensions that are not supported ('crit': \(Self.list(names)))"
    case .unknownKey(let id?):
      return "the token is signed with the key \(Self.quoted(id)), which is none of its issuer's"
    case .unknownKey(nil): return "the token names no key ('kid'), and no key of its issuer has its algorithm"
    case .badSignature: return "the token's signature is wrong"
    case .expired(let end): return "the token expired at \(end.text); get a new one"
    case .notYetValid(let start): return "the token is not valid before \(start.text); is a clock wrong?"
    case .wrongIssuer(let found, let wanted):
      return "the token was issued by \(Self.quoted(found)), not by \(Self.quoted(wanted))"
    case .wrongAudience(let found, let wanted):
      let whom = found.isEmpty ? "names no audience" : "is for \(Self.list(found))"
      return wanted.isEmpty
        ? "the token \(whom), and this gateway has no such name (audience)"
        : "the token \(whom); the audience \(Self.list(wanted)) is wanted"
    case .missingClaim(let name): return "the token has no claim '\(name)', which is needed here"
    case .otherParty(let name): return "the token was issued for the client \(Self.quoted(name)) ('azp')"
    case .wrongNonce: return "the token belongs to another sign-in (its 'nonce' is not the one that was sent)"
    case .inactive: return "the token is not active: it is unknown to its issuer, expired or revoked"
    case .missingScopes(let missing, _): return "the token lacks the scope \(Self.list(missing))"
    case .noConsumer(let claim): return "the token has no claim '\(claim)', which says whom it lets in"
    case .unknownConsumer(let name, .claim(let claim)):
      return "the token is for the consumer \(Self.quoted(name)) (claim '\(claim)'), which this gateway does not have"
    case .teamNotAllowed(let error): return error.message
    case .unknownConsumer(let name, .consumer): return "this gateway does not have the consumer \(Self.quoted(name))"
    }
  }

  private static func list(_ texts: [String]) -> String {
    texts.prefix(5).map(quoted).joined(separator: ", ") + (texts.count > 5 ? " …" : "")
  }

  /// What strangers wrote: short, and without control characters.
  static func quoted(_ text: String) -> String {
    let plain = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }
    return "'" + String(String.UnicodeScalarView(plain.prefix(100))) + (plain.count > 100 ? "…'" : "'")
  }
}
