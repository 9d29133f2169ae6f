import GatewayCore

extension ConfigurationSchema {
  static let authenticationList = SchemaKind.list(
    .shorthand(
      .authentication,
      .init(
        "One way in: a name, or a map with one of these.",
        [
          SchemaField(
            "jwt", .object(jwt), "JSON Web Tokens of an issuer, verified with its keys.",
            alsoCalled: ["oidc", "jwtAuth"]),
          SchemaField(
            "introspection", .object(introspection), "Tokens that their issuer is asked about (RFC 7662).",
            alsoCalled: ["oauth2", "oauth"]),
          SchemaField("hmac", .object(hmac), "Requests that are signed with the `signing` keys of a consumer."),
        ])), minimum: 1)

  private static let tokenFields: [SchemaField] = [
    SchemaField(
      "issuer", .text(.plain), default: "any", "The `iss` that is wanted, letter by letter.", alsoCalled: ["iss"]),
    SchemaField(
      "audience", .list(.text(.plain), minimum: 1), default: "none: tokens that name an audience are refused",
      "What this gateway is called in `aud`; one of them is enough.", alsoCalled: ["audiences", "aud"]),
    SchemaField(
      "from", .text(.tokenPlace), default: "bearer",
      "Where the token stands: `bearer` is where a gateway key may stand, such as `authorization: Bearer`."),
    SchemaField(
      "scopes", .list(.text(.plain), minimum: 1), default: "[]",
      "All that the token must be granted, in `scope`, `scopes` or `scp`.", alsoCalled: ["scope", "requiredScopes"]),
    SchemaField("claims", .object(claims), "Which claim names what."),
    SchemaField(
      "consumer", .text(.plain), default: "that of `claims.consumer`", "The consumer of all who come this way."),
    SchemaField("tls", .object(issuerTLS), "How the issuer's certificate is checked."),
  ]

  static let jwt = SchemaObject(
    "JSON Web Tokens of an issuer. Each needs an `exp`.",
    [
      SchemaField(
        "keys", .text(.keySource), default: "those that OpenID Connect discovery of the `issuer` names",
        "The issuer's public keys: the URL of a JSON Web Key Set, or `file:PATH` of one or of keys in PEM.",
        alsoCalled: ["jwks", "jwksURL", "jwks_uri", "publicKey"]),
      SchemaField(
        "algorithms", .list(.choice(SignatureAlgorithm.allCases.map(\.rawValue)), minimum: 1),
        default: "all that fit the keys", "Signatures that are accepted.", alsoCalled: ["algorithm", "alg"]),
      SchemaField(
        "leeway", .duration(.zero ... .seconds(600)), default: "30s",
        "How far the clocks of issuer and gateway may differ.", alsoCalled: ["clockSkew"]),
      SchemaField(
        "refresh", .duration(.seconds(10) ... .seconds(86_400)), default: "10m",
        "How often keys are fetched from a URL; a token with an unknown key has them fetched, too, at most every 30 s."),
    ] + tokenFields)

  static let introspection = SchemaObject(
    "Tokens that their issuer is asked about (RFC 7662).",
    [
      SchemaField("url", .text(.webAddress), "Where it answers.", alsoCalled: ["endpoint", "uri"]).required(),
      SchemaField(
        "clientID", .text(.plain), "What it calls this gateway.", alsoCalled: ["client_id", "clientId"]
      ).required(),
      SchemaField(
        "clientSecret", .secret(allowsDigest: false), "The secret of that: `env:NAME` or `file:PATH`.",
        alsoCalled: ["client_secret", "secret"]
      ).required(),
      SchemaField(
        "cache", .duration(.zero ... .seconds(3600)), default: "30s",
        "How long an answer serves, but no longer than its token; a refusal serves 5 s at most."),
      SchemaField(
        "timeout", .duration(.milliseconds(10) ... .seconds(60)), default: "2s",
        "For the whole answer; then the call is refused with 503."),
    ] + tokenFields)

  static let claims = SchemaObject(
    "Which claim of a token names what: a name, or a path such as `realm_access.roles`.",
    [
      SchemaField("consumer", .text(.plain), "The consumer that the caller is."),
      SchemaField("team", .text(.plain), "The caller's team."),
      SchemaField("roles", .text(.plain), "The caller's roles: a list, or a text with blanks.", alsoCalled: ["role"]),
    ])

  static let issuerTLS = SchemaObject(
    "How the issuer's certificate is checked.",
    [
      SchemaField(
        "ca", .text(.reference), default: "the system's",
        "The authorities that are trusted, in PEM: `file:PATH` or `env:NAME`.")
    ])

  static let hmac = SchemaObject(
    "Signed requests; see [authentication.md](authentication.md).",
    [
      SchemaField(
        "window", .duration(.seconds(10) ... .seconds(3600)), default: "5m",
        "How far a request's time may be from this gateway's clock.")
    ])

  static let signing = SchemaObject(
    "Secrets that the consumer signs its requests with.",
    [
      SchemaField(
        "keys", .map(.signingKey, .secret(allowsDigest: false)),
        "By the key's id, which the request names: `env:NAME` or `file:PATH`. At least 16 bytes."
      ).required()
    ])
}

extension SchemaText {
  static let authentication = SchemaText(name: "`keys`, `mtls` or `hmac`", pattern: "^(keys|mtls|hmac)$")
  static let tokenPlace = SchemaText(
    name: "`bearer`, `header:NAME`, `cookie:NAME` or `query:NAME`", pattern: "^(bearer|(header|cookie|query):.+)$")
  static let keySource = SchemaText(name: "URL or reference", pattern: "^(https?://|file:|env:).+$")
  static let webAddress = SchemaText(name: "URL", pattern: "^https?://[^#@]+$")
}

extension SchemaNames {
  static let signingKey = SchemaNames(
    placeholder: "KEY-ID", what: "signing key", pattern: "^[A-Za-z0-9._-]{1,64}$",
    fault: { name in
      let isFine =
        (1...64).contains(name.utf8.count)
        && name.utf8.allSatisfy { byte in
          switch byte {
          case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
          default: false
          }
        }
      return isFine ? nil : "a signing key's id has 1 to 64 letters, digits, '.', '_' and '-'"
    })
}
