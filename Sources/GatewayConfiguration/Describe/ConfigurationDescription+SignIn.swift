import GatewayCore

extension ConfigurationDescription {
  /// `server.admin.oidc`
  static func signIn(_ provider: SignInProvider) -> JSONValue {
    let roles = provider.roles
    return .object([
      ("issuer", .string(provider.issuer)), ("clientID", .string(provider.clientID)),
      ("clientSecret", provider.clientSecret == nil ? .null : .string(hidden)), ("name", .string(provider.name)),
      ("scopes", .strings(provider.scopes)), ("user", provider.user.map { .string($0) } ?? .null),
      (
        "roles",
        .object([
          ("claim", .string(roles.claim)), ("administrator", .strings(roles.administrators.sorted())),
          ("operator", .strings(roles.operators.sorted())),
          ("teamAdministrator", .object(roles.leads.map { ($0.value, .string($0.team)) })),
          ("viewer", .strings(roles.viewers.sorted())),
        ])
      ),
      ("passwords", .string(provider.takesPasswords ? "allow" : "refuse")), ("leeway", .duration(provider.leeway)),
    ])
  }
}
