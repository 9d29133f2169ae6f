import GatewayCore
import GatewayPolicies
import GatewayProviders

/// What one loop knows of tokens: for each method of `authentication`, what it has verified and asked lately. It begins anew with
/// each configuration, so that a rule takes effect at once.
final class Authenticator {
  enum Method {
    case keys
    case jwt(TokenVerifier)
    case introspection(TokenInquiry)
    case hmac(window: Duration)
    case mtls
  }

  let authentication: Authentication
  let methods: [Method]
  /// Whether requests can be signed.
  let takesSignatures: Bool

  init(_ snapshot: GatewaySnapshot, on loop: Loop) {
    let authentication = snapshot.authentication
    self.authentication = authentication
    methods = authentication.methods.map { method in
      switch method {
      case .keys: .keys
      case .jwt(let issuer): .jwt(TokenVerifier(issuer, in: authentication, on: loop))
      case .introspection(let introspection): .introspection(TokenInquiry(introspection, in: authentication, on: loop))
      case .hmac(let window): .hmac(window: window)
      case .mtls: .mtls
      }
    }
    takesSignatures = methods.contains { method in
      if case .hmac = method { true } else { false }
    }
  }
}
