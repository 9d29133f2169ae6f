import GatewayCore
import GatewayPolicies
import GatewayStorage

/// Why nobody was signed in.
enum SignInFault: Error {
  /// What the console tells; the sentence of each is in its catalogues.
  enum Code: String { case cancelled, expired, role, name, disabled, wait, failed }

  /// The cookie is not there, is too old, or belongs to another attempt.
  case expired(String)
  /// The person, or a rule of the issuer, has said no: `error` of RFC 6749 §4.1.2.1.
  case cancelled(String)
  case issuer(IssuerFault)
  /// The issuer does not take the code.
  case codeRefused(String)
  case token(TokenRefusal)
  case noRole(claim: String, values: [String], isCutOff: Bool, name: String)
  case noName(String)
  case refused(LinkedRefusal, name: String)
  case tooMany(seconds: Int64)
  case storage(String)

  var code: Code {
    switch self {
    case .expired: .expired
    case .cancelled: .cancelled
    case .noRole: .role
    case .noName: .failed
    case .refused(.nameTaken, _): .name
    case .refused(.disabled, _): .disabled
    case .tooMany: .wait
    case .issuer, .codeRefused, .token, .storage: .failed
    }
  }

  /// Whether somebody may have tried to get in who should not: too many of these are slowed down.
  var isGuess: Bool {
    switch self {
    case .codeRefused, .token: true
    // Any page can have a browser ask without a sign-in that it has begun.
    case .expired, .cancelled, .issuer, .noRole, .noName, .refused, .tooMany, .storage: false
    }
  }

  /// Whether the audit trail has it; if not, whoever it was has not come far enough to be told from a stranger.
  var isAudited: Bool {
    switch self {
    case .token, .noName, .noRole, .refused: true
    case .expired, .cancelled, .issuer, .codeRefused, .tooMany, .storage: false
    }
  }

  /// What the issuer calls the person, which may be the name of somebody else here; nil: it is not known.
  var claimedName: String? {
    switch self {
    case .noRole(_, _, _, let name), .refused(_, let name): name
    default: nil
    }
  }

  /// For the log: no secrets, and of what others wrote no more than is printable.
  var sentence: String {
    switch self {
    case .expired(let what): return what
    case .cancelled(let error): return "the issuer answered \(ForeignText.quoted(error)) in place of a code"
    case .issuer(let fault): return fault.sentence
    case .codeRefused(let answer): return "the issuer does not take the code: \(answer)"
    case .token(.expired(let end)):
      return "the ID token expired at \(end.text), right after it was issued: is a clock wrong? See 'leeway'"
    case .token(let refusal):
      return refusal.sentence.hasPrefix("the token") ? "the ID" + refusal.sentence.dropFirst(3) : refusal.sentence
    case .noRole(let claim, let values, let isCutOff, _):
      let found = values.prefix(10).map(ForeignText.quoted).joined(separator: ", ")
      let what = values.isEmpty ? "the claim '\(claim)' is not there or empty" : "'\(claim)' is \(found)"
      return "no role: \(what)"
        + (isCutOff ? "; the issuer leaves out groups because there are too many: let it send roles" : "")
    case .noName(let claim):
      return "the claim '\(claim)' is no name: it has 1 to 128 printable ASCII characters without blanks"
    case .refused(.nameTaken, let name):
      return "the name \(ForeignText.quoted(name)) belongs to another user: remove or rename that one"
    case .refused(.disabled, let name): return "the user \(ForeignText.quoted(name)) is disabled"
    case .tooMany(let seconds): return "too many attempts; try again in \(seconds) s"
    case .storage(let reason): return reason
    }
  }
}
