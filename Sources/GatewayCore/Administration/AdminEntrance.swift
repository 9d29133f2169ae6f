/// How people come into the console: what of `server.admin` takes effect with a reload.
package struct AdminEntrance: Sendable {
  /// `server.admin.url`; nil: browsers call the admin plane by its own address.
  package var url: ConsoleURL?
  /// `server.admin.oidc`; nil: there are passwords only.
  package var provider: SignInProvider?
  /// `server.admin.tls`; nil: the admin plane speaks plain HTTP.
  package var tls: ListenerTLS?

  package init(url: ConsoleURL? = nil, provider: SignInProvider? = nil, tls: ListenerTLS? = nil) {
    self.url = url
    self.provider = provider
    self.tls = tls
  }

  /// Of the URLs at which the plane itself answers.
  package var scheme: String { tls == nil ? "http" : "https" }

  /// Whether a name and a password let anybody in.
  package var takesPasswords: Bool { provider?.takesPasswords ?? true }
}

/// Where browsers reach the console.
package struct ConsoleURL: Hashable, Sendable {
  package let endpoint: Provider.Endpoint

  package init(_ endpoint: Provider.Endpoint) { self.endpoint = endpoint }

  /// Without a `/` at its end.
  package var text: String { "\(endpoint.isTLS ? "https" : "http")://\(endpoint.authority)\(endpoint.basePath)" }
}

/// An OpenID Connect provider that says who signs in to the console: `server.admin.oidc`.
package struct SignInProvider: Sendable {
  /// What stands in `iss`, letter by letter.
  package var issuer: String
  /// Where its discovery document is.
  package var discovery: IssuerServer
  package var clientID: String
  /// nil: a public client, which shows nothing but PKCE.
  package var clientSecret: Secret?
  /// What the console calls it.
  package var name: String
  package var scopes: [String]
  /// The claim that names the user; nil: `email` where it is verified, else `sub`.
  package var user: String?
  package var roles: RoleClaims
  /// Whether passwords let in people, too.
  package var takesPasswords: Bool
  /// How far the clocks may differ.
  package var leeway: Duration

  package init(
    issuer: String, discovery: IssuerServer, clientID: String, clientSecret: Secret? = nil, name: String,
    scopes: [String] = Self.standardScopes, user: String? = nil, roles: RoleClaims, takesPasswords: Bool = true,
    leeway: Duration = .seconds(30)
  ) {
    self.issuer = issuer
    self.discovery = discovery
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.name = name
    self.scopes = scopes
    self.user = user
    self.roles = roles
    self.takesPasswords = takesPasswords
    self.leeway = leeway
  }

  package static let standardScopes = ["openid", "profile", "email"]
}

/// Which values of a claim give which role.
package struct RoleClaims: Hashable, Sendable {
  /// Who leads a team.
  package struct Lead: Hashable, Sendable {
    package var value: String
    package var team: String

    package init(value: String, team: String) {
      self.value = value
      self.team = team
    }
  }

  /// A name or a path: `realm_access.roles`.
  package var claim: String
  package var administrators: Set<String> = []
  package var operators: Set<String> = []
  package var viewers: Set<String> = []
  /// In the order of the file.
  package var leads: [Lead] = []

  package init(claim: String) { self.claim = claim }

  package var isEmpty: Bool { administrators.isEmpty && operators.isEmpty && viewers.isEmpty && leads.isEmpty }

  /// The role that may do most; nil: none of the values gives one.
  package func role(of values: [String]) -> (role: AdminRole, team: String?)? {
    if !administrators.isDisjoint(with: values) { return (.administrator, nil) }
    if !operators.isDisjoint(with: values) { return (.operator, nil) }
    if let lead = leads.first(where: { values.contains($0.value) }) { return (.teamAdministrator, lead.team) }
    if !viewers.isDisjoint(with: values) { return (.viewer, nil) }
    return nil
  }
}
