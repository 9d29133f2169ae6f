package import GatewayCore
package import GatewayProviders

/// Says whom a JSON Web Token lets in (RFC 7519 §7.2, RFC 8725).
package struct TokenCheck {
  package struct Accepted: Sendable {
    package let caller: Caller
    /// The token's end, leeway included.
    package let until: WallTime
  }

  private let issuer: TokenIssuer
  private let authentication: Authentication

  package init(_ issuer: TokenIssuer, in authentication: Authentication) {
    self.issuer = issuer
    self.authentication = authentication
  }

  /// What can be refused without a key.
  package func refusal(of token: CompactToken) -> TokenRefusal? {
    guard let algorithm = SignatureAlgorithm(rawValue: token.algorithm), issuer.algorithms.contains(algorithm) else {
      return .unsupportedAlgorithm(token.algorithm, allowed: issuer.algorithms.map(\.rawValue).sorted())
    }
    guard token.critical.isEmpty else { return .critical(token.critical) }
    guard let claims = token.claims else { return .malformed("its payload is not one JSON object") }
    // Not verified yet, but good enough to refuse: the token of another issuer needs no look at this one's keys.
    if let wanted = issuer.demands.issuer, let found = claims.text("iss"), found != wanted {
      return .wrongIssuer(found, wanted: wanted)
    }
    return nil
  }

  /// - Throws: `unknownKey` where other keys of the issuer might verify it.
  package func check(_ token: CompactToken, with keys: KeySet, now: WallTime) throws(TokenRefusal) -> Accepted {
    if let refusal = refusal(of: token) { throw refusal }
    guard let algorithm = SignatureAlgorithm(rawValue: token.algorithm) else {
      throw .malformed("its header or payload cannot be read")
    }
    try token.verify(by: algorithm, with: keys)
    return try judge(token, now: now)
  }

  /// What the token says, whoever has signed it: for explanations, and for callers behind its signature only.
  func judge(_ token: CompactToken, now: WallTime) throws(TokenRefusal) -> Accepted {
    if let refusal = refusal(of: token) { throw refusal }
    guard let claims = token.claims else { throw .malformed("its header or payload cannot be read") }
    guard let end = try claims.checkTimes(now: now, leeway: issuer.leeway) else { throw .missingClaim("exp") }
    try claims.check(issuer.demands)
    let until = WallTime(milliseconds: end.milliseconds + issuer.leeway.wholeNanoseconds / 1_000_000)
    return Accepted(caller: try claims.caller(issuer.demands, in: authentication), until: until)
  }
}

extension CompactToken {
  /// - Throws: `unknownKey` where other keys of the issuer might verify it, `badSignature`.
  func verify(by algorithm: SignatureAlgorithm, with keys: KeySet) throws(TokenRefusal) {
    let candidates = keys.keys(for: algorithm, id: keyID)
    guard !candidates.isEmpty else { throw .unknownKey(keyID) }
    // A token without a `kid` may be of each key; the bound keeps strangers from making it dear.
    guard candidates.prefix(8).contains(where: { $0.verifies(signature, of: signed, by: algorithm) }) else {
      throw .badSignature
    }
  }
}
