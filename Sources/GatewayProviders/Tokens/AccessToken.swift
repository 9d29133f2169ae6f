package import GatewayCore

/// What a provider's authorization server issued: a bearer token (RFC 6750).
package struct AccessToken: Sendable {
  package let secret: Secret
  package let obtainedAt: Instant
  /// From then on a new one is fetched, while this one still serves.
  package let refreshAt: Instant
  /// From then on it is not sent any more: a little before the server forgets it, for the request has still to arrive.
  package let expiresAt: Instant

  /// - Parameters:
  ///   - lifetime: of `expires_in`.
  ///   - now: when the token was asked for: it is not younger than that.
  package init(_ secret: Secret, lifetime: Duration, now: Instant) {
    self.secret = secret
    obtainedAt = now
    refreshAt = now + (lifetime * 4 / 5)
    expiresAt = now + (lifetime - min(.seconds(10), lifetime / 10))
  }
}

/// Why there is no access token, in a sentence without secrets.
package struct TokenFailure: Error, Hashable, Sendable {
  package let reason: String

  package init(_ reason: String) { self.reason = reason }
}
