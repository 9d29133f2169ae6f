import GatewayCore

/// The whole of `sluice.yaml`, as data.
package enum ConfigurationSchema {
  package static let root = SchemaObject(
    "The whole file.",
    [
      SchemaField("server", .object(server), "Where the gateway listens, and its limits."),
      SchemaField("storage", .object(storage), "Where keys and usage are kept."),
      SchemaField(
        "audit", .object(audit), "Records of changes and calls that must not be lost, nor changed unseen.",
        alsoCalled: ["auditLog", "audit_log"]),
      SchemaField("media", .object(media), "Images and other media that a request names by URL."),
      SchemaField(
        "conversations", .object(conversations),
        "How conversations are kept of those who have it switched on. See [conversations.md](conversations.md).",
        alsoCalled: ["conversationLog", "promptLog", "transcripts"]),
      SchemaField(
        "providers", .map(.provider, .object(provider)), "Where models run. At least one is needed.",
        alsoCalled: ["backends", "upstreams", "services"]
      ).required(),
      SchemaField(
        "models", .map(.model, .object(model)), default: "each provider's own models",
        "What a caller may write as `model`, and where those calls go. A name may end with `*`.",
        alsoCalled: ["routes", "model_list"]),
      SchemaField(
        "consumers", .map(.consumer, .object(consumer)),
        "Who may call. Without any, everybody who reaches the gateway may, and it listens on this machine only.",
        alsoCalled: ["users", "clients"]),
      SchemaField(
        "organisations", .map(.organisation, .object(organisation)), "Tenants, to which teams belong.",
        alsoCalled: ["organizations", "orgs", "tenants"]),
      SchemaField(
        "teams", .map(.team, .object(team)), "Consumers that share models and limits.", alsoCalled: ["groups"]),
      SchemaField(
        "roles", .map(.role, .object(role)),
        "Surfaces and models that belong together: a caller with roles may do what one of them allows.",
        alsoCalled: ["permissions"]),
      SchemaField(
        "authentication", authenticationList, default: "[keys]",
        "How callers say who they are, in the order in which it is tried: gateway `keys`, `jwt`, `introspection`, `hmac`. See [authentication.md](authentication.md).",
        alsoCalled: ["auth", "authn", "jwt"]),
      SchemaField(
        "limits", limitList, "How much everyone together may call, or everyone by itself with `by`.",
        alsoCalled: ["rateLimits", "rate_limits", "quotas"]),
      SchemaField(
        "timeZone", .text(.timeZone), default: "UTC", "Where days, weeks and months of limits begin: `Asia/Shanghai`.",
        alsoCalled: ["timezone", "tz"]),
      SchemaField(
        "prices", .map(.price, .object(price)), default: "the built-in list",
        "What models cost, by `PROVIDER/MODEL` or a prefix: `\"deepseek/*\": { input: 2 CNY, output: 8 CNY }`. See [prices.md](prices.md)."
      ),
      SchemaField(
        "cache", .object(cache),
        "Answers that are given again. It is off until `cache` of a model, an organisation, a team, a consumer or a key switches it on."
      ),
      SchemaField(
        "telemetry", .object(telemetry), "What the gateway tells other systems of its calls.",
        alsoCalled: ["observability", "tracing", "opentelemetry"]),
      .later("policies"),
    ])

  static let server = SchemaObject(
    "Where the gateway listens, and its limits.",
    [
      SchemaField("gateway", .object(gateway), "The inference API."),
      SchemaField("admin", .object(admin), "The admin API: health, metrics, configuration."),
      SchemaField(
        "tls", .object(listenerTLS),
        "TLS 1.3 on the gateway's address, and the certificates of clients. Followed when its files change.",
        alsoCalled: ["https", "ssl"]),
      SchemaField("limits", .object(limits), "The largest things that the gateway accepts."),
      SchemaField("timeouts", .object(clientTimeouts), "How slow a client may be."),
      SchemaField("retryBudget", .object(retryBudget), "How many retries the whole process may add to its load."),
      SchemaField("health", .object(health), "When a failing target or provider key is set aside."),
      SchemaField(
        "drain", .duration(.zero ... .seconds(3600)), default: "30s",
        "How long running calls may take to finish after SIGTERM."),
      SchemaField(
        "objects", .choice(["consumer", "shared"]), default: "consumer",
        "Who reaches files, batches, stored responses and whatever else providers keep: callers of the same consumer, or all."
      ),
    ])

  static let gateway = SchemaObject(
    "The inference API.",
    [
      SchemaField(
        "address", .text(.address), default: "0.0.0.0:8080; 127.0.0.1:8080 while nobody needs a key",
        "Where it listens. Needs a restart.", alsoCalled: ["listen", "bind", "port"]),
      SchemaField(
        "url", .text(.webAddress), default: "the address",
        "Where callers reach it, if not at `address`: `https://ai.example.com`. The console's samples have it.",
        alsoCalled: ["baseURL", "externalURL", "publicURL"]),
      SchemaField("cors", .list(.text(.origin)), default: "[]", "Origins whose web pages may call it; `*` for all."),
      SchemaField(
        "trustedProxies", .list(.text(.network)), default: "[]",
        "Addresses of proxies in front of the gateway: the client of a call that comes from one of them is the last address "
          + "in `addressHeader` that is none of them.",
        alsoCalled: ["trusted_proxies", "proxies", "setRealIPFrom"]),
      SchemaField(
        "addressHeader", .choice(TrustedProxies.Header.allCases.map(\.rawValue)), default: "x-forwarded-for",
        "The header in which trusted proxies say whom they speak for; the other one is not looked at.",
        alsoCalled: ["realIPHeader", "real_ip_header"]),
    ])

  /// What a listener shows of itself.
  private static let identity: [SchemaField] = [
    SchemaField(
      "certificate", .text(.reference), "The certificate and those between it and its authority, in PEM.",
      alsoCalled: ["cert", "certFile", "chain"]
    ).required(),
    SchemaField("key", .text(.reference), "Its private key, in PEM without a passphrase.", alsoCalled: ["keyFile"])
      .required(),
  ]

  static let listenerTLS = SchemaObject(
    "TLS 1.3 on the gateway's address, and the certificates of clients. Followed when its files change.",
    identity + [
      SchemaField(
        "clientCA", .text(.reference), default: "clients are not asked",
        "Authorities whose certificates clients may show, in PEM. Consumers name theirs with `certificates`.",
        alsoCalled: ["ca", "clientCAs", "client_ca"]),
      SchemaField(
        "clientCertificates", .choice(ListenerTLS.ClientCertificates.allCases.map(\.rawValue)), default: "required",
        "Whether there is no connection without a client's certificate, or only none with a wrong one.",
        alsoCalled: ["clientAuth"]),
    ])

  static let adminTLS = SchemaObject(
    "TLS 1.3 on the admin plane's address. Followed when its files change.",
    identity + [
      SchemaField(
        "clientCA", .text(.reference), default: "clients are not asked",
        "Authorities in PEM: only who has a certificate of one of them gets a connection, probes and scrapers too.",
        alsoCalled: ["ca", "clientCAs", "client_ca"])
    ])

  static let admin = SchemaObject(
    "The admin API: health, metrics, configuration.",
    [
      SchemaField(
        "address", .text(.address), default: "127.0.0.1:8081", "Where it listens. Needs a restart.",
        alsoCalled: ["listen", "bind", "port"]),
      SchemaField(
        "token", .secret(allowsDigest: false),
        "What programs send as `authorization: Bearer TOKEN`, as an administrator; required, unless it listens on a loopback address, there is an administrator (`sluice admin create`) or `oidc`."
      ),
      SchemaField(
        "url", .text(.webAddress), default: "the address",
        "Where browsers reach the console, if not at `address`: `https://console.example.com`.",
        alsoCalled: ["baseURL", "externalURL", "publicURL"]),
      SchemaField(
        "oidc", .object(oidc),
        "Sign-in to the console by an OpenID Connect provider. See [console.md](console.md#sign-in-by-oidc).",
        alsoCalled: ["sso", "openid", "signIn"]),
      SchemaField(
        "tls", .object(adminTLS),
        "TLS 1.3 on the admin plane's address. Followed when its files change. See [tls.md](tls.md#the-admin-plane).",
        alsoCalled: ["https", "ssl"]),
    ])

  static let limits = SchemaObject(
    "The largest things that the gateway accepts.",
    [
      SchemaField("body", .size(1 << 10...1 << 30), default: "64MiB", "A request's body."),
      SchemaField(
        "head", .size(1 << 10...1 << 20), default: "64KiB", "The head of a request or of a provider's answer."),
      SchemaField("connections", .integer(1...1_000_000), default: "10000", "Open client connections."),
      SchemaField("answer", .size(1 << 10...1 << 30), default: "64MiB", "The body of an answer that is not streamed."),
      SchemaField("event", .size(1 << 10...1 << 26), default: "1MiB", "One event of a stream."),
      SchemaField(
        "message", .size(1 << 10...1 << 28), default: "16MiB", "One message of a realtime session, in either direction."
      ),
      SchemaField(
        "counters", .integer(1_000...100_000_000), default: "1000000",
        "Counters of `limits` in memory, about 300 bytes each; callers beyond them share one. Needs a restart."),
    ])

  static let clientTimeouts = SchemaObject(
    "How slow a client may be.",
    [
      SchemaField("head", .duration(pause), default: "10s", "For the head of a request."),
      SchemaField("body", .duration(pause), default: "30s", "Between two pieces of a request's body."),
      SchemaField("idle", .duration(pause), default: "75s", "Between two requests of a connection."),
      SchemaField("write", .duration(pause), default: "60s", "Without taking any of its answer."),
    ])

  static let retryBudget = SchemaObject(
    "How many retries the whole process may add to its load: `floor` plus `ratio` of the exchanges of the last 10 s.",
    [
      SchemaField("ratio", .number(0...10), default: "0.2", "Retries for each exchange."),
      SchemaField("floor", .integer(0...1_000_000), default: "10", "Retries that are always allowed."),
    ])

  static let health = SchemaObject(
    "When a failing target or provider key is set aside; one live call then tries it again.",
    [
      SchemaField("failures", .integer(1...1_000), default: "5", "Failures in a row before it is set aside."),
      SchemaField("setAside", .duration(pause), default: "5s", "The first pause; it doubles with each failed try."),
      SchemaField("maximum", .duration(pause), default: "60s", "The longest pause."),
    ])

  static let media = SchemaObject(
    "Images and other media that a request names by URL, and that the provider takes as bytes only: the gateway fetches them, "
      + "by https, from public addresses, without following redirects.",
    [
      SchemaField(
        "fetch", .flag, default: "true",
        "Whether it does. If not, such a request goes to the next target or is refused."),
      SchemaField("maximum", .size(1 << 10...1 << 30), default: "20MiB", "All media of one request together."),
      SchemaField("timeout", .duration(pause), default: "10s", "For all media of one request."),
      SchemaField(
        "hosts", .list(.text(.host)), default: "[]",
        "Hosts that may have private addresses and be called by http, as `host` or `host:port`.",
        alsoCalled: ["allow", "allowed", "allowedHosts"]),
    ])

  static let storage = SchemaObject(
    "Where keys and usage are kept. Needs a restart.",
    [
      SchemaField(
        "database", .text(.database), default: "sqlite:sluice.db",
        "A file of this node, or a PostgreSQL that several gateways may share, at `postgres://user@host:5432/database?sslmode=verify-full`. "
          + "See [storage.md](storage.md)."),
      SchemaField("postgres", .object(postgres), "How PostgreSQL is used."),
      SchemaField(
        "pepper", .text(.reference), default: "a file beside the database, or beside this file with PostgreSQL",
        "The secret under which issued keys are hashed: a file of 32 bytes, or 64 hexadecimal digits. The same for all gateways of a "
          + "database."),
      SchemaField(
        "shared", .text(.shared), default: "memory",
        "Where limits are counted and [answers](cache.md) kept: in each gateway, or for several together in Redis, at `redis://[[user]:password@]host[:port][/database]`, "
          + "with `rediss` for TLS."),
      SchemaField("redis", .object(redis), "How Redis is used."),
      SchemaField(
        "masterKey", .text(.masterKey),
        "The 32 bytes, in base64 or hexadecimal, that secrets of the database (`secret:NAME`) are sealed with; a `command:` is "
          + "run by `/bin/sh` and prints them."),
      SchemaField(
        "previousMasterKeys", .list(.text(.masterKey)), default: "[]",
        "Keys that secrets may still be sealed with, until `sluice secrets rotate-key`."),
      SchemaField(
        "ledger", .flag, default: "true", "Whether a row is kept of every exchange, and sums by hour and day."),
      SchemaField(
        "journal", .size(64 << 20...1 << 40), default: "1GiB",
        "How large the ledger's journal may become while the database takes nothing; later exchanges are lost."),
      SchemaField("retention", .object(retention), "How long the ledger keeps what."),
    ])

  static let postgres = SchemaObject(
    "How the PostgreSQL of `storage.database` is used.",
    [
      SchemaField("password", .secret(allowsDigest: false), "In the place of one in the URL."),
      SchemaField(
        "ca", .text(.reference), default: "libpq's own",
        "Certificate authorities that are trusted, in PEM: `file:PATH`. With it, and without `sslmode` in the URL, the server's "
          + "certificate and name are verified."),
      SchemaField(
        "pool", .integer(1...64), default: "4",
        "Connections of this gateway for keys, counters and objects. One more listens, and one is for the ledger."),
      SchemaField(
        "timeout", .duration(.milliseconds(100) ... .seconds(60)), default: "5s",
        "For a connection, and for the answer to a statement."),
    ])

  static let redis = SchemaObject(
    "How the Redis of `storage.shared` is used.",
    [
      SchemaField(
        "installation", .text(.installation), default: "default",
        "Gateways with the same name count together; begins the names of all keys.",
        alsoCalled: ["prefix", "namespace"]),
      SchemaField(
        "ca", .text(.reference), default: "the system's", "Certificate authorities that are trusted, in PEM."),
      SchemaField(
        "timeout", .duration(.milliseconds(10) ... .seconds(60)), default: "1s",
        "For an answer, and twice as long for a connection. Later, a limit does what its `whenStoreFails` says."),
      SchemaField(
        "lease", .duration(.seconds(3) ... .seconds(3600)), default: "30s",
        "When the slots of a gateway that was killed come back (`concurrent`)."),
    ])

  static let retention = SchemaObject(
    "How long the ledger keeps what.",
    [
      SchemaField("exchanges", .duration(age), default: "90d", "Rows of single exchanges."),
      SchemaField("hours", .duration(age), default: "400d", "Sums by hour."),
      SchemaField("days", .duration(age), default: "3650d", "Sums by day."),
    ])

  static let audit = SchemaObject(
    "Records of changes and calls that must not be lost, nor changed unseen. Needs a restart. See [observability.md](observability.md#audit).",
    [
      SchemaField(
        "exchanges", .flag, default: "false",
        "Whether every call of somebody who is known gets a record, with the caller's address."),
      SchemaField(
        "directory", .text(.plain), default: "beside the database: `sluice.db.audit`",
        "Where this gateway keeps the records of calls, and those of changes that have left the database.",
        alsoCalled: ["path", "file", "archive"]),
      SchemaField(
        "archiveAfter", .duration(age), default: "never",
        "How old records of changes are when they leave the database for a file of the directory."),
      SchemaField(
        "retention", .duration(age), default: "forever",
        "How old files of the directory are when they are deleted: `5y`."),
    ])

  /// Of what the ledger keeps.
  private static let age: ClosedRange<Duration> = .seconds(86_400) ... .seconds(36_500 * 86_400)

  /// Pauses of clients, targets and keys.
  static let pause: ClosedRange<Duration> = .milliseconds(1) ... .seconds(86_400)
  /// Timers of attempts, and the pauses between them.
  static let timer: ClosedRange<Duration> = .milliseconds(1) ... .seconds(7 * 86_400)
}
