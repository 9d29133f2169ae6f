/// Why an attempt at one target failed, as far as the decision "what next" needs it.
package struct UpstreamFailure: Error, Hashable, Sendable {
  /// The classes of `fallback.on`; `callerError` is never failed over.
  package enum Class: String, CaseIterable, Hashable, Sendable {
    case connect, timeout
    case rateLimit = "rate-limit"
    case serverError = "server-error"
    case notFound = "not-found"
    case auth
    /// Any other 4xx: the caller's own fault, passed through with status and text.
    case callerError = "caller-error"
  }

  /// Which timer ran out; `deadline` is the exchange's, and no fault of the target.
  package enum Timer: String, Hashable, Sendable {
    case connect, headers, firstToken = "first-token", betweenTokens = "between-tokens", total, deadline
  }

  package var kind: Class
  /// The provider's status code, where one arrived.
  package var status: Int?
  package var timer: Timer?
  /// From now; from `Retry-After` of the provider.
  package var retryAfter: Duration?
  /// What happened, in a few words without secrets or prompts: `503 from azure-eu`, `connection refused`.
  package var reason: String

  package init(_ kind: Class, status: Int? = nil, timer: Timer? = nil, retryAfter: Duration? = nil, reason: String) {
    self.kind = kind
    self.status = status
    self.timer = timer
    self.retryAfter = retryAfter
    self.reason = reason
  }

  /// The class of a provider's status code; `nil` for 2xx.
  package static func classify(status: Int) -> Class? {
    switch status {
    case 200..<300: nil
    case 401, 402, 403: .auth
    case 404: .notFound
    case 408, 425: .timeout
    case 429: .rateLimit
    // Redirects are never followed, so a 3xx is a fault of the provider's configuration.
    case 300..<400, 500...: .serverError
    default: .callerError
    }
  }
}
