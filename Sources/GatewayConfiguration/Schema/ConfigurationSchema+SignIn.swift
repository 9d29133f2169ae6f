import GatewayCore

extension ConfigurationSchema {
  static let oidc = SchemaObject(
    "An OpenID Connect provider that says who signs in to the console.",
    [
      SchemaField(
        "issuer", .text(.webAddress),
        "Its name, letter by letter as in its discovery document, which is at ISSUER`/.well-known/openid-configuration`.",
        alsoCalled: ["iss", "url", "authority"]
      ).required(),
      SchemaField(
        "clientID", .text(.plain), "What it calls this gateway.", alsoCalled: ["client_id", "clientId"]
      ).required(),
      SchemaField(
        "clientSecret", .secret(allowsDigest: false), default: "none: a public client",
        "The secret of that: `env:NAME` or `file:PATH`.", alsoCalled: ["client_secret", "secret"]),
      SchemaField(
        "name", .text(.plain), default: "the host of the issuer", "What the console calls it: `Sign in with NAME`.",
        alsoCalled: ["title", "displayName"]),
      SchemaField(
        "scopes", .list(.text(.plain), minimum: 1), default: "[openid, profile, email]",
        "What is asked for; `openid` is among them.", alsoCalled: ["scope"]),
      SchemaField(
        "user", .text(.plain), default: "`email` where `email_verified` is true, else `sub`",
        "The claim that names the user here: printable ASCII without blanks.", alsoCalled: ["username", "userClaim"]),
      SchemaField("roles", .object(signInRoles), "Who may do what. Nobody else gets in.").required(),
      SchemaField(
        "passwords", .choice(["allow", "refuse"]), default: "allow", "Whether passwords let in people, too.",
        alsoCalled: ["password", "passwordLogin"]),
      SchemaField(
        "leeway", .duration(.zero ... .seconds(600)), default: "30s", "How far the clocks may differ.",
        alsoCalled: ["clockSkew"]),
      SchemaField("tls", .object(issuerTLS), "How the issuer's certificate is checked."),
    ])

  static let signInRoles = SchemaObject(
    "Values of a claim, and the role that they give. Who has several gets the one that may do most.",
    [
      SchemaField(
        "claim", .text(.plain), default: "groups",
        "The claim: a name, or a path such as `realm_access.roles`; a text, or a list of texts."),
      SchemaField("administrator", .list(.text(.plain), minimum: 1), "May do everything.", alsoCalled: ["admin"]),
      SchemaField("operator", .list(.text(.plain), minimum: 1), "May read, and change objects, keys and quotas."),
      SchemaField(
        "teamAdministrator", .map(.claimValue, .text(.plain)),
        "The team that each value leads: may read and change the keys of its consumers.", alsoCalled: ["teams", "team"]),
      SchemaField("viewer", .list(.text(.plain), minimum: 1), "May read.", alsoCalled: ["user", "reader"]),
    ])
}

extension SchemaNames {
  static let claimValue = SchemaNames(
    placeholder: "VALUE", what: "value", pattern: "^.{1,256}$",
    fault: { (1...256).contains($0.utf8.count) ? nil : "a value of a claim has 1 to 256 bytes" })
}
