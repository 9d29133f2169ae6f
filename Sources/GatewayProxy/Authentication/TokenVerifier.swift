import GatewayCore
import GatewayPolicies
import GatewayProviders
import Synchronization

/// Verifies the JSON Web Tokens of one issuer, on one loop. A token that was verified costs a hash and a look-up from then on; a
/// signature of RSA takes some 30 µs, which is done on the loop.
final class TokenVerifier {
  /// How long a verification serves: a key that its issuer has taken back lets nobody in for longer.
  private static let cacheLimit: Int64 = 60_000

  enum Answer {
    case accepted(Caller)
    case refused(TokenRefusal)
    /// `resume` follows.
    case waiting
    /// There are no keys.
    case unavailable
  }

  let issuer: TokenIssuer
  private let check: TokenCheck
  private unowned let loop: Loop
  private let source: KeySetSource?
  private var keys: KeySet?
  private var version = 0
  private var verified = TokenCache<Caller>()

  init(_ issuer: TokenIssuer, in authentication: Authentication, on loop: Loop) {
    self.issuer = issuer
    self.loop = loop
    check = TokenCheck(issuer, in: authentication)
    switch issuer.keys {
    case .document(let text):
      keys = try? KeySet(text.utf8)
      source = nil
    case .fetched(let address): source = loop.shared.keySets.source(for: address)
    }
  }

  /// - Parameters:
  ///   - mayWait: whether `resume` may be called later, on the loop, after which this is to be asked again.
  /// - Returns: nil for what is no JSON Web Token.
  func verify(_ token: UnsafeRawBufferPointer, mayWait: Bool, resume: @escaping () -> Void) -> Answer? {
    // Neither dots nor the first letters say for sure what it is, but most gateway keys are told apart by them.
    guard token.count <= CompactToken.maximumBytes, token.first == UInt8(ascii: "e") else { return nil }
    let now = WallTime.current
    let digest = Identify.digest(of: token)
    if let caller = verified[digest, now: now] { return .accepted(caller) }
    guard let parsed = CompactToken(token) else { return nil }
    if let refusal = check.refusal(of: parsed) { return .refused(refusal) }
    takeNewKeys()
    guard let keys else {
      return mayWait && source?.seek(on: loop, resume: resume) == true ? .waiting : .unavailable
    }
    do throws(TokenRefusal) {
      let accepted = try check.check(parsed, with: keys, now: now)
      let until = min(accepted.until.milliseconds, now.milliseconds + Self.cacheLimit)
      verified.keep(accepted.caller, for: digest, until: WallTime(milliseconds: until), now: now)
      return .accepted(accepted.caller)
    } catch {
      // The issuer may have changed its keys.
      if case .unknownKey = error, mayWait, source?.seek(on: loop, resume: resume) == true { return .waiting }
      return .refused(error)
    }
  }

  private func takeNewKeys() {
    guard let source else { return }
    let newest = source.version.load(ordering: .acquiring)
    guard newest != version else { return }
    version = newest
    keys = source.keys
  }
}
