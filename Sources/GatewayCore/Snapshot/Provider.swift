/// A provider as the data plane sees it: where it is, how to authenticate, and what it is known to do differently.
package final class Provider: Sendable {
  /// How the path of a call is made from the base path.
  package enum PathStyle: Hashable, Sendable {
    /// `{basePath}/chat/completions`; other dialects have paths of their own, which begin at the root or in `basePath`.
    case openAI
    /// Google Cloud: `{basePath}/v1/projects/{project}/locations/{location}/publishers/…`
    case vertex(project: String, location: String)
    /// The same with an express key, which belongs to a project: `{basePath}/v1/publishers/…`
    case vertexExpress
    /// `{basePath}/deployments/{model}/chat/completions?api-version=…` (Azure OpenAI)
    case azureDeployments(apiVersion: String)
    /// `{basePath}/chat-messages`, or the path of another kind of app (Dify).
    case dify(DifyApp)
    /// Answered inside the gateway (`kind: echo`).
    case builtInEcho

    package var isVertex: Bool {
      switch self {
      case .vertex, .vertexExpress: true
      case .openAI, .azureDeployments, .dify, .builtInEcho: false
      }
    }
  }

  /// How a key is presented.
  package enum CredentialStyle: Hashable, Sendable {
    /// `authorization: Bearer KEY`
    case bearer
    /// `NAME: KEY`, e.g. `api-key` of Azure OpenAI, or a bare `authorization`.
    case header(String)
    /// Each request is signed with it (see `signing`).
    case signature
  }

  /// What a signature needs beside the secret key.
  package struct Signing: Sendable {
    package enum Method: Hashable, Sendable {
      /// AWS Signature Version 4.
      case aws(region: String)
      /// `TC3-HMAC-SHA256` of Tencent Cloud; the region is only named where one is wanted.
      case tencentCloud(region: String?)
    }

    package let method: Method
    /// Tencent Cloud calls it the secret's id.
    package let accessKeyID: String
    /// Of temporary credentials (AWS).
    package let sessionToken: Secret?

    package init(method: Method, accessKeyID: String, sessionToken: Secret? = nil) {
      self.method = method
      self.accessKeyID = accessKeyID
      self.sessionToken = sessionToken
    }
  }

  package struct Endpoint: Hashable, Sendable {
    package var isTLS: Bool
    package var host: String
    package var port: Int
    /// Begins with `/` and does not end with one; empty for the root.
    package var basePath: String

    package init(isTLS: Bool, host: String, port: Int, basePath: String) {
      self.isTLS = isTLS
      self.host = host
      self.port = port
      self.basePath = basePath
    }

    /// The `Host` header: the port is left out when it is the scheme's own; IPv6 literals are bracketed.
    package var authority: String {
      let name = host.contains(":") ? "[\(host)]" : host
      return port == (isTLS ? 443 : 80) ? name : "\(name):\(port)"
    }
  }

  package struct ForwardProxy: Hashable, Sendable {
    package var host: String
    package var port: Int
    /// `user:password` in base64, for `Proxy-Authorization: Basic`.
    package var basicCredential: String?

    package init(host: String, port: Int, basicCredential: String? = nil) {
      self.host = host
      self.port = port
      self.basicCredential = basicCredential
    }
  }

  /// One of a provider's keys, with its own health.
  package struct Credential: Sendable {
    package let secret: Secret
    /// How logs and metrics name it: `deepseek#1` (position in the file, from 1).
    package let label: String
    package let health: any HealthCell

    package init(secret: Secret, label: String, health: any HealthCell) {
      self.secret = secret
      self.label = label
      self.health = health
    }
  }

  /// Deviations from the dialect that the gateway compensates.
  package struct Quirks: Hashable, Sendable {
    /// Understands `stream_options.include_usage`; when false the gateway does not add it.
    package var acceptsStreamOptions: Bool = true
    /// Ends a streamed chat with `[DONE]` alone, without a finish reason (Spark): that it came is all there is to know.
    package var finishesByDone = false
    /// Takes media as bytes only, although its dialect has words for URLs.
    package var refusesMediaURLs = false
    /// Surfaces that the provider does not have.
    package var missing: Set<Surface> = []
    /// Members that OpenAI's chat does not have and that this provider would refuse, when a request is translated for it.
    package var refused: Set<String> = ["top_k", "min_p", "repetition_penalty", "cache_control"]
    /// Path below the base path, where it is not the dialect's own.
    package var paths: [Surface: String] = [:]

    package init() {}
  }

  package let name: String
  /// The `kind:` it was made from, `deepseek`, `openai-compatible` …; `gen_ai.provider.name` in metrics is `name`.
  package let kind: String
  package let endpoint: Endpoint
  package let pathStyle: PathStyle
  package let credentialStyle: CredentialStyle
  package let signing: Signing?
  /// Where the credential is an access token that has to be fetched: how. It is sent as `authorization: Bearer TOKEN`.
  package let tokenGrant: TokenGrant?
  /// Of Azure OpenAI: what the path has for a model, where that is another name.
  package let deployments: [String: String]
  /// The formats of conversations that it speaks; the first is used where it does not speak the caller's.
  package let dialects: [Dialect]
  private let embeddings: EmbeddingsDialect
  /// The format of its rerank calls.
  package let rerank: RerankDialect
  /// What it keeps for its callers.
  package let keeps: Set<Surface>
  /// Empty: no credential is sent.
  package let credentials: [Credential]
  package let timeouts: Timeouts
  package let proxy: ForwardProxy?
  /// PEM text of a private CA; `nil`: the system's roots.
  package let privateCA: String?
  /// Lower-case names of further client headers that may pass.
  package let forwardHeaders: [String]
  package let quirks: Quirks

  package init(
    name: String, kind: String, endpoint: Endpoint, pathStyle: PathStyle = .openAI,
    credentialStyle: CredentialStyle = .bearer, signing: Signing? = nil, tokenGrant: TokenGrant? = nil,
    deployments: [String: String] = [:], dialects: [Dialect] = [.openAIChat, .openAICompletions],
    embeddings: EmbeddingsDialect = .openAI, rerank: RerankDialect = .jina,
    keeps: Set<Surface> = [],
    credentials: [Credential] = [], timeouts: Timeouts = Timeouts(),
    proxy: ForwardProxy? = nil, privateCA: String? = nil, forwardHeaders: [String] = [], quirks: Quirks = Quirks()
  ) {
    self.name = name
    self.kind = kind
    self.endpoint = endpoint
    self.pathStyle = pathStyle
    self.credentialStyle = credentialStyle
    self.signing = signing
    self.tokenGrant = tokenGrant
    self.deployments = deployments
    self.dialects = dialects
    self.embeddings = embeddings
    self.rerank = rerank
    self.keeps = keeps
    self.credentials = credentials
    self.timeouts = timeouts
    self.proxy = proxy
    self.privateCA = privateCA
    self.forwardHeaders = forwardHeaders
    self.quirks = quirks
  }

  /// The format of its embedding calls: Amazon's differs from model to model.
  package func embeddings(model: String) -> EmbeddingsDialect {
    embeddings == .bedrockTitan && model.contains("cohere.") ? .bedrockCohere : embeddings
  }

  /// In which format a caller's conversation goes on to it.
  package func dialect(for client: Dialect) -> Dialect { dialects.contains(client) ? client : dialects.first ?? client }

  /// The same for one of its models: on Vertex AI the model's publisher decides, unless the configuration did.
  package func dialect(for client: Dialect, model: String) -> Dialect {
    guard pathStyle.isVertex, dialects.count > 1 else { return dialect(for: client) }
    return VertexModel(model).dialect
  }
}
