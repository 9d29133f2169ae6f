import GatewayProviders

extension ConfigurationSchema {
  static let provider = SchemaObject(
    "Where models run.",
    [
      SchemaField(
        "kind", .providerKind, "What it is, which brings URL, credential and known quirks; see docs/providers.md.",
        alsoCalled: ["type", "provider"]
      ).required(),
      SchemaField(
        "url", .text(.url), default: "the kind's",
        "The base URL, up to the call's own path (`/chat/completions` …).",
        alsoCalled: ["baseURL", "base_url", "api_base", "endpoint", "address", "host"]),
      SchemaField(
        "keys", .list(.secret(allowsDigest: false), minimum: 1),
        "Its API keys: `env:NAME` or `file:PATH`. Several are balanced, and set aside one by one. Without any, no credential is sent.",
        alsoCalled: ["key", "apiKey", "api_keys", "token", "credentials"]),
      SchemaField("timeouts", .object(timeouts), "How slow it may be.", alsoCalled: ["timeout"]),
      SchemaField("tls", .object(tls), "How its certificate is checked."),
      SchemaField(
        "proxy", .text(.proxy),
        "An HTTP proxy on the way to it: `http://[USER:PASSWORD@]HOST:PORT`, or a reference to that."),
      SchemaField(
        "apiVersion", .text(.apiVersion), default: ProviderPreset.azureAPIVersion,
        "`api-version` of Azure OpenAI; of the kind `azure-openai` only."),
      SchemaField(
        "forwardHeaders", .list(.text(.headerName)), default: "[]",
        "Further headers of the client that it receives.", alsoCalled: ["headers"]),
    ])

  static let tls = SchemaObject(
    "How a provider's certificate is checked.",
    [
      SchemaField(
        "ca", .text(.reference), default: "the system's",
        "The authorities that are trusted, in PEM: `file:PATH` or `env:NAME`.")
    ])

  static let timeouts = SchemaObject(
    "How slow a provider may be. Each timer belongs to one attempt, `deadline` to the whole exchange.",
    [
      SchemaField("connect", .duration(timer), default: "5s", "Until a connection stands."),
      SchemaField(
        "headers", .duration(timer), default: "60s for streams, none otherwise", "Until the head of the answer is here."
      ),
      SchemaField("firstToken", .duration(timer), default: "60s", "Until the first content or reasoning of a stream."),
      SchemaField("betweenTokens", .duration(timer), default: "60s", "Between any two pieces of the answer."),
      SchemaField("total", .duration(timer), default: "10m", "The whole attempt."),
      SchemaField("deadline", .duration(timer), default: "none", "The whole exchange, with all of its attempts."),
    ])

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
      .later("limits"), .later("team"), .later("jwt"), .later("cache"),
    ])
}
