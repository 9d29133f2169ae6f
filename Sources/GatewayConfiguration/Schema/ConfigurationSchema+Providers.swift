import GatewayCore
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
        "dialect", .choice(dialects.map(\.rawValue)),
        default: "the kind's",
        "The format of conversations that the server speaks, where it is not the kind's.",
        alsoCalled: ["api", "format"]),
      SchemaField(
        "keys", .list(.secret(allowsDigest: false), minimum: 1),
        "Its API keys: `env:NAME` or `file:PATH`. Several are balanced, and set aside one by one. Without any, no credential is sent.",
        alsoCalled: ["key", "apiKey", "api_keys", "token", "credentials"]),
      SchemaField(
        "region", .text(.region),
        "Of Amazon Bedrock: makes the URL, and is part of the signature. Of Hunyuan: named where requests are signed.",
        alsoCalled: ["awsRegion", "aws_region", "aws_region_name"]),
      SchemaField(
        "accessKey", .secret(allowsDigest: false),
        "Of Amazon Bedrock, instead of `keys`: the id of the access key that requests are signed with.",
        alsoCalled: ["accessKeyID", "aws_access_key_id", "awsAccessKey"]),
      SchemaField(
        "secretID", .secret(allowsDigest: false),
        "Of Tencent Hunyuan, instead of `keys`: the id of the secret that requests to its own API are signed with.",
        alsoCalled: ["secretId", "secret_id", "tencent_secret_id"]),
      SchemaField(
        "secretKey", .secret(allowsDigest: false), "The secret of `accessKey` or `secretID`.",
        alsoCalled: ["tencent_secret_key", "secretAccessKey", "aws_secret_access_key", "awsSecretKey"]),
      SchemaField(
        "sessionToken", .secret(allowsDigest: false), "Where `accessKey` is a temporary one.",
        alsoCalled: ["aws_session_token"]),
      SchemaField(
        "project", .text(.plain), default: "that of `serviceAccount`",
        "Of Vertex AI: the id of the Google Cloud project that is charged.",
        alsoCalled: ["projectID", "project_id", "vertex_project"]),
      SchemaField(
        "location", .text(.region), default: "global",
        "Of Vertex AI: `global`, `eu`, `us` or a region such as `europe-west4`; makes the URL.",
        alsoCalled: ["vertex_location"]),
      SchemaField(
        "serviceAccount", .secret(allowsDigest: false),
        "Of Vertex AI, instead of `keys`: the JSON key file of a Google service account, `file:PATH` or `env:NAME`.",
        alsoCalled: ["service_account", "vertex_credentials", "credentialsFile"]),
      SchemaField(
        "tokenURL", .text(.url), default: "the issuer's",
        "Where `serviceAccount` or `entra` gets its access tokens, if not at the usual place.",
        alsoCalled: ["token_uri", "tokenUri", "token_url"]),
      SchemaField(
        "deployments", .map(.deployment, .text(.plain)), default: "each model's own name",
        "Of Azure OpenAI: the deployments of models whose name is another.",
        alsoCalled: ["deployment", "azure_deployment"]),
      SchemaField(
        "entra", .object(entra),
        "Of Azure OpenAI, instead of `keys`: the application of Microsoft Entra that calls it.",
        alsoCalled: ["azureAD", "azure_ad", "entraID"]),
      SchemaField(
        "account", .text(.account), "Of Cloudflare Workers AI: the account's id, which makes the URL.",
        alsoCalled: ["accountID", "account_id"]),
      SchemaField(
        "app", .choice(DifyApp.allCases.map(\.rawValue)), default: "chat",
        "Of Dify: what kind of app the key belongs to.", alsoCalled: ["appType", "app_type"]),
      SchemaField("timeouts", .object(timeouts), "How slow it may be.", alsoCalled: ["timeout"]),
      SchemaField(
        "limits", limitList,
        "How much it may be called. While a limit is reached, calls go to their next target; without any they are refused.",
        alsoCalled: ["quota", "quotas", "rateLimits"]),
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

  /// Those of callers, and those of providers that have another one too.
  private static var dialects: [Dialect] {
    Dialect.allCases.filter { $0 == .minimax || $0.isForCallers && $0 != .openAICompletions }
  }

  static let entra = SchemaObject(
    "An application of Microsoft Entra, which gets access tokens for a client secret.",
    [
      SchemaField(
        "tenant", .text(.plain), "The id of the directory, or one of its domains.",
        alsoCalled: ["tenantID", "tenant_id"]
      ).required(),
      SchemaField(
        "clientID", .text(.plain), "The id of the application.", alsoCalled: ["client_id", "clientId", "appID"]
      ).required(),
      SchemaField(
        "clientSecret", .secret(allowsDigest: false), "Its secret: `env:NAME` or `file:PATH`.",
        alsoCalled: ["client_secret", "secret"]
      ).required(),
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
}
