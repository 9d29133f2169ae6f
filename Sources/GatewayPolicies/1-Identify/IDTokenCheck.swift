package import GatewayCore
package import GatewayProviders

/// Says what the ID token of a sign-in is worth (OpenID Connect Core §3.1.3.7).
package struct IDTokenCheck {
  private let issuer: String
  private let clientID: String
  private let leeway: Duration

  package init(issuer: String, clientID: String, leeway: Duration) {
    self.issuer = issuer
    self.clientID = clientID
    self.leeway = leeway
  }

  /// - Parameter nonce: that the sign-in began with.
  /// - Throws: `unknownKey` where other keys of the issuer might verify it.
  package func claims(
    of text: String, with keys: KeySet, nonce: String, now: WallTime
  ) throws(TokenRefusal) -> TokenClaims {
    guard text.utf8.count <= CompactToken.maximumBytes else { throw .tooLong(text.utf8.count) }
    guard let token = Array(text.utf8).withUnsafeBytes({ CompactToken($0) }) else { throw .notAToken }
    guard let algorithm = SignatureAlgorithm(rawValue: token.algorithm) else {
      throw .unsupportedAlgorithm(token.algorithm, allowed: SignatureAlgorithm.allCases.map(\.rawValue).sorted())
    }
    guard token.critical.isEmpty else { throw .critical(token.critical) }
    guard let claims = token.claims else { throw .malformed("its payload is not one JSON object") }
    try token.verify(by: algorithm, with: keys)
    try claims.check(TokenDemands(issuer: issuer, audience: [clientID], whom: .consumer("")))
    // Who is named beside others must be the one that asked for it.
    if let party = claims.text("azp") {
      guard party == clientID else { throw .otherParty(party) }
    } else if claims.texts("aud").count > 1 {
      throw .missingClaim("azp")
    }
    try checkTimes(claims, now: now)
    guard let found = claims.text("nonce") else { throw .missingClaim("nonce") }
    guard found == nonce else { throw .wrongNonce }
    guard let subject = claims.text("sub"), (1...255).contains(subject.utf8.count) else { throw .missingClaim("sub") }
    return claims
  }

  private func checkTimes(_ claims: TokenClaims, now: WallTime) throws(TokenRefusal) {
    guard try claims.checkTimes(now: now, leeway: leeway) != nil else { throw .missingClaim("exp") }
    guard let issued = claims.moment("iat") else { throw .missingClaim("iat") }
    // A clock that goes ahead: the issuer's, or ours goes behind.
    if issued.milliseconds > now.milliseconds + leeway.wholeNanoseconds / 1_000_000 { throw .notYetValid(issued) }
  }
}

extension TokenClaims {
  /// `sub`
  package var subject: String? { text("sub") }

  /// `email`, where the issuer says that it is the user's.
  package var verifiedEmail: String? {
    // Some issuers write the flag as a text.
    guard flag("email_verified") == true || text("email_verified") == "true" else { return nil }
    return text("email")
  }

  /// The issuer has left out groups because there are too many (Microsoft Entra).
  package var hasTooManyGroups: Bool { isThere("_claim_names") || flag("hasgroups") == true }

  /// A text, or the texts of a list, each as it stands: a blank within is no separator.
  package func wholeTexts(at path: String) -> [String] {
    if path == "email" { return verifiedEmail.map { [$0] } ?? [] }
    return node(at: path).map { Self.texts($0) } ?? []
  }

  package func wholeText(at path: String) -> String? {
    if path == "email" { return verifiedEmail }
    return value(at: path)
  }
}
