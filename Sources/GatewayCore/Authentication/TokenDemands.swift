/// What a token must say, and what is read of it.
package struct TokenDemands: Sendable {
  /// Where a token stands in a request.
  package enum Place: Hashable, Sendable {
    /// Where a gateway key may stand: `authorization: Bearer`, `x-api-key`, `api-key` …
    case bearer
    /// Lower-case name. With or without `Bearer`.
    case header(String)
    case cookie(String)
    case query(String)
  }

  /// Whom a token lets in.
  package enum Whom: Hashable, Sendable {
    /// The consumer that this claim names.
    case claim(String)
    /// Always this one.
    case consumer(String)
  }

  /// `iss`; nil: any.
  package var issuer: String?
  /// One of these is in `aud`. Empty: the token may name no audience.
  package var audience: [String]
  /// All of these are granted.
  package var scopes: [String]
  package var whom: Whom
  /// The claim that names the team.
  package var team: String?
  /// The claim that names roles: a text, or a list of texts.
  package var roles: String?
  package var place: Place

  package init(
    issuer: String? = nil, audience: [String] = [], scopes: [String] = [], whom: Whom, team: String? = nil,
    roles: String? = nil, place: Place = .bearer
  ) {
    self.issuer = issuer
    self.audience = audience
    self.scopes = scopes
    self.whom = whom
    self.team = team
    self.roles = roles
    self.place = place
  }
}

/// Where issuers of tokens answer.
package struct IssuerServer: Hashable, Sendable {
  package let endpoint: Provider.Endpoint
  /// Path and query.
  package let target: String
  /// PEM; nil: the system's authorities.
  package let privateCA: String?

  package init(endpoint: Provider.Endpoint, target: String, privateCA: String? = nil) {
    self.endpoint = endpoint
    self.target = target
    self.privateCA = privateCA
  }
}

/// Whose JSON Web Tokens are let in.
package final class TokenIssuer: Sendable {
  /// With what signatures are verified.
  package enum Keys: Hashable, Sendable {
    /// A JSON Web Key Set (RFC 7517), or public keys in PEM.
    case document(String)
    /// Fetched, and followed as they change.
    case fetched(KeySetAddress)

    package var server: IssuerServer? {
      guard case .fetched(let address) = self else { return nil }
      return address.server
    }
  }

  package let demands: TokenDemands
  package let keys: Keys
  package let algorithms: Set<SignatureAlgorithm>
  /// How far the clocks of issuer and gateway may differ.
  package let leeway: Duration

  package init(demands: TokenDemands, keys: Keys, algorithms: Set<SignatureAlgorithm>, leeway: Duration) {
    self.demands = demands
    self.keys = keys
    self.algorithms = algorithms
    self.leeway = leeway
  }
}

/// Where the keys of an issuer are.
package struct KeySetAddress: Hashable, Sendable {
  package let server: IssuerServer
  /// The server answers with a document of OpenID Connect Discovery for this issuer, which names the place of the keys.
  package let discovers: String?
  /// Between two fetches.
  package let refresh: Duration

  package init(server: IssuerServer, discovers: String? = nil, refresh: Duration) {
    self.server = server
    self.discovers = discovers
    self.refresh = refresh
  }
}

/// A server that says whether a token is good.
package final class Introspection: Sendable {
  package let demands: TokenDemands
  package let server: IssuerServer
  package let clientID: String
  package let clientSecret: Secret
  /// How long an answer serves.
  package let cache: Duration
  package let timeout: Duration

  package init(
    demands: TokenDemands, server: IssuerServer, clientID: String, clientSecret: Secret, cache: Duration,
    timeout: Duration
  ) {
    self.demands = demands
    self.server = server
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.cache = cache
    self.timeout = timeout
  }
}
