/// How the question who calls was answered, for metrics.
package struct AuthenticationRecord: Hashable, Sendable {
  package enum Method: String, CaseIterable, Sendable {
    case keys, jwt, introspection, hmac, mtls
    /// The request has no credential.
    case none
  }

  package enum Outcome: String, CaseIterable, Sendable {
    case accepted
    /// 401
    case refused
    /// 403: known, but not let in.
    case forbidden
    /// 503: could not be told.
    case unavailable
  }

  package let method: Method
  package let outcome: Outcome

  package init(_ method: Method, _ outcome: Outcome) {
    self.method = method
    self.outcome = outcome
  }

  package init(_ method: Method, refusedWith error: GatewayError) {
    self.method = method
    outcome =
      switch error.kind {
      case .authenticationUnavailable: .unavailable
      case .insufficientScope, .unknownConsumer, .teamNotAllowed: .forbidden
      default: .refused
      }
  }
}
