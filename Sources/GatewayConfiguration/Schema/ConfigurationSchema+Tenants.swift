import GatewayCore

extension ConfigurationSchema {
  static let consumer = SchemaObject(
    "An application or person that calls the gateway.",
    [
      SchemaField(
        "keys", .list(.secret(allowsDigest: true)), default: "those in the database",
        "Its gateway keys: `env:NAME`, `file:PATH`, or the `sha256:…` that `sluice keys create` prints.",
        alsoCalled: ["key", "apiKey", "api_keys", "tokens"]),
      SchemaField(
        "models", .list(.text(.modelPattern), minimum: 1), default: "all", "The model names that it may write.",
        alsoCalled: ["allowedModels"]),
      SchemaField(
        "certificates", .list(.text(.certificateName), minimum: 1),
        "Client certificates that let it in (`server.tls.clientCA`), by the subject's common name, by a name in the certificate, or by "
          + "its SHA-256.", alsoCalled: ["certs", "mtls"]),
      SchemaField(
        "limits", limitList, "How much the consumer may call.", alsoCalled: ["quota", "quotas", "rateLimits"]),
      SchemaField(
        "team", .text(.plain), default: "none", "The team that it belongs to: what that forbids, it may not.",
        alsoCalled: ["group", "tenant"]),
      SchemaField(
        "roles", .list(.text(.plain), minimum: 1), default: "none, and no role restricts it",
        "Its roles, of which one must allow a call's surface and model.", alsoCalled: ["role", "scopes"]),
      SchemaField(
        "signing", .object(signing), "Secrets that it signs its requests with; needs `hmac` in `authentication`.",
        alsoCalled: ["hmac", "signingKeys"]),
      SchemaField(
        "cache", .flagOr(cacheRule), default: "that of its team",
        "Whether an earlier answer to the same request may be given again; `{ ttl: 1h }` says for how long, too. See [cache.md](cache.md)."
      ),
      keepsConversations("as its team has it"),
    ])

  static let organisation = SchemaObject(
    "A tenant, to which teams belong.",
    [
      SchemaField(
        "models", .list(.text(.modelPattern), minimum: 1), default: "all", "The models that its teams may use.",
        alsoCalled: ["allowedModels"]),
      SchemaField(
        "limits", limitList, "How much all of its teams together may call.",
        alsoCalled: ["quota", "quotas", "rateLimits"]),
      SchemaField(
        "cache", .flagOr(cacheRule), default: "that of the model",
        "Whether an earlier answer to the same request may be given again; `{ ttl: 1h }` says for how long, too. See [cache.md](cache.md)."
      ),
      keepsConversations("false"),
    ])

  static let team = SchemaObject(
    "Consumers that share models and limits.",
    [
      SchemaField(
        "organisation", .text(.plain), default: "none", "The organisation that it belongs to.",
        alsoCalled: ["organization", "org", "tenant"]),
      SchemaField(
        "models", .list(.text(.modelPattern), minimum: 1), default: "those of its organisation",
        "The models that its consumers may use.", alsoCalled: ["allowedModels"]),
      SchemaField(
        "limits", limitList, "How much all of its consumers together may call.",
        alsoCalled: ["quota", "quotas", "rateLimits"]),
      SchemaField(
        "cache", .flagOr(cacheRule), default: "that of its organisation",
        "Whether an earlier answer to the same request may be given again; `{ ttl: 1h }` says for how long, too. See [cache.md](cache.md)."
      ),
      keepsConversations("as its organisation has it"),
    ])

  static let role = SchemaObject(
    "What who has the role may call; at least one of both is named.",
    [
      SchemaField(
        "surfaces", .list(.text(.plain), minimum: 1), default: "all",
        "`chat`, `embeddings`, `rerank`, `images`, `audio`, `videos`, `responses`, `files`, or one surface by its name in the access log, "
          + "such as `batches`.", alsoCalled: ["endpoints", "apis"]),
      SchemaField(
        "models", .list(.text(.modelPattern), minimum: 1), default: "all", "The models that it may call there.",
        alsoCalled: ["allowedModels"]),
    ])
}
