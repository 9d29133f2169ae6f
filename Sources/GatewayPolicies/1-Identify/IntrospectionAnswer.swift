package import GatewayCore
import GatewayProviders

/// What a server says of a token (RFC 7662 §2.2).
package enum IntrospectionAnswer {
  /// Bytes of an answer.
  package static let maximumBytes = 64 << 10
  /// How long a refusal serves at most: a token may be issued a moment after somebody guessed it.
  static let negativeLimit: Duration = .seconds(5)

  /// The server cannot say it.
  package struct Unusable: Error, Hashable {
    package let reason: String
  }

  /// What is kept of an answer.
  package struct Verdict: Sendable {
    package let result: Result<Caller, TokenRefusal>
    package let until: WallTime
  }

  /// The form that asks about a token (RFC 7662 §2.1).
  package static func question(_ token: String) -> String {
    "token=\(UpstreamCall.percentEncoded(token))&token_type_hint=access_token"
  }

  /// `Authorization: Basic …` (RFC 6749 §2.3.1): both parts as in a form.
  package static func credential(_ introspection: Introspection) -> String {
    let plain = introspection.clientSecret.reveal { secret in
      "\(UpstreamCall.percentEncoded(introspection.clientID)):\(UpstreamCall.percentEncoded(secret))"
    }
    return "Basic \(Base64.encoded(plain))"
  }

  package static func read(
    status: Int, body: [UInt8], for introspection: Introspection, in authentication: Authentication, now: WallTime
  ) throws(Unusable) -> Verdict {
    guard status == 200 else {
      throw Unusable(
        reason: status == 401 || status == 403
          ? "it answered \(status): clientID or clientSecret is wrong" : "it answered \(status)")
    }
    guard let claims = TokenClaims(body), let isActive = claims.flag("active") else {
      throw Unusable(reason: "its answer is no JSON object with 'active'")
    }
    let longest = now.milliseconds + introspection.cache.wholeNanoseconds / 1_000_000
    let shortest = min(longest, now.milliseconds + negativeLimit.wholeNanoseconds / 1_000_000)
    do throws(TokenRefusal) {
      guard isActive else { throw .inactive }
      let end = try claims.checkTimes(now: now, leeway: .zero)
      try claims.check(introspection.demands)
      let caller = try claims.caller(introspection.demands, in: authentication)
      return Verdict(
        result: .success(caller), until: WallTime(milliseconds: min(longest, end?.milliseconds ?? longest)))
    } catch {
      return Verdict(result: .failure(error), until: WallTime(milliseconds: shortest))
    }
  }
}
