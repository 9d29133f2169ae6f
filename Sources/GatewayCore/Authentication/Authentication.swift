/// `authentication:` compiled: how callers say who they are.
package final class Authentication: Sendable {
  /// In the order in which they are tried; at least one.
  package let methods: [AuthenticationMethod]
  /// Whether gateway keys are the only way in, so that nothing else has to be looked at.
  package let isKeysOnly: Bool
  /// Those that tokens may name.
  package let consumers: [String: Consumer]
  /// Teams and roles that tokens may name.
  package let tenants: Tenants
  /// Secrets that requests are signed with, by the key's id.
  package let signingKeys: [String: SigningKey]
  /// Claims that limits count by.
  package let countedClaims: [String]

  package init(
    methods: [AuthenticationMethod], consumers: [Consumer] = [], tenants: Tenants = Tenants(),
    signingKeys: [String: SigningKey] = [:], countedClaims: [String] = []
  ) {
    self.methods = methods
    isKeysOnly = methods.allSatisfy { if case .keys = $0 { true } else { false } }
    self.consumers = Dictionary(consumers.map { ($0.name, $0) }) { first, _ in first }
    self.tenants = tenants
    self.signingKeys = signingKeys
    self.countedClaims = countedClaims
  }

  package static let keysOnly = Authentication(methods: [.keys])

  /// Servers that methods ask.
  package var servers: [IssuerServer] {
    methods.compactMap { method in
      switch method {
      case .keys, .hmac, .mtls: nil
      case .jwt(let issuer): issuer.keys.server
      case .introspection(let introspection): introspection.server
      }
    }
  }

  /// Parameters of a request's query that hold a token: they go no further.
  package var queryParameters: [String] {
    methods.compactMap { method in
      guard case .query(let name) = method.demands?.place else { return nil }
      return name
    }
  }
}

/// One of the ways in.
package enum AuthenticationMethod: Sendable {
  /// Gateway keys, of the file and issued.
  case keys
  /// JSON Web Tokens (RFC 7519), verified with the issuer's keys.
  case jwt(TokenIssuer)
  /// Tokens that their issuer is asked about (RFC 7662).
  case introspection(Introspection)
  /// Requests that are signed with a consumer's secret.
  ///
  /// - Parameter window: how far a request's time may be from ours, either way.
  case hmac(window: Duration)
  /// Client certificates that consumers name; see `server.tls`.
  case mtls

  /// What is asked of a token; nil where there is none.
  package var demands: TokenDemands? {
    switch self {
    case .keys, .hmac, .mtls: nil
    case .jwt(let issuer): issuer.demands
    case .introspection(let introspection): introspection.demands
    }
  }

  /// For messages and metrics.
  package var kind: AuthenticationRecord.Method {
    switch self {
    case .keys: .keys
    case .jwt: .jwt
    case .introspection: .introspection
    case .hmac: .hmac
    case .mtls: .mtls
    }
  }
}

/// A secret that a consumer signs its requests with.
package final class SigningKey: Sendable {
  package let id: String
  package let consumer: Consumer
  package let secret: Secret

  package init(id: String, consumer: Consumer, secret: Secret) {
    self.id = id
    self.consumer = consumer
    self.secret = secret
  }
}
