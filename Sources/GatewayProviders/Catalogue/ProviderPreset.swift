package import GatewayCore

/// What is known of one `kind:` of the configuration before a user writes a line about it.
package struct ProviderPreset: Sendable {
  /// How the path of a call is made; becomes a `Provider.PathStyle` once the URL and the API version are known.
  package enum PathStyle: Hashable, Sendable { case openAI, azure, vertex, dify, echo }

  /// Where the models of an account are listed.
  package enum ModelList: Hashable, Sendable {
    /// `models`, beside `chat/completions`.
    case standard
    /// A path of the host, from its root.
    case path(String)
    /// Nowhere, or not under the names that calls use.
    case none
  }

  package let kind: String
  /// As its maker writes it.
  package let displayName: String
  /// `nil`: there is none that fits every account or installation, so `url:` is required.
  package var defaultURL: String?
  package var credentialStyle: Provider.CredentialStyle = .bearer
  package var pathStyle: PathStyle = .openAI
  /// The formats of conversations that it speaks, the best one first; empty: chat and, unless `missing`, completions of OpenAI.
  package var spoken: [Dialect] = []
  /// The format of its embedding calls.
  package var embeddings = EmbeddingsDialect.openAI
  /// The format of its rerank calls.
  package var rerank = RerankDialect.jina
  /// What it keeps for its callers, under OpenAI's paths.
  package var keeps: Set<Surface> = []
  /// Whether the provider answers nobody without a key.
  package var requiresKey = true
  /// The usual names of the variable that holds a key; the first is the canonical one.
  package var environmentVariables: [String] = []
  /// The usual name of the variable that replaces the default URL.
  package var urlEnvironmentVariable: String?
  package var quirks = Provider.Quirks()
  package var modelList = ModelList.standard
  /// Well-known models: what `/v1/models` lists while the provider cannot be asked.
  package var models: [(name: String, type: ModelType)] = []
  /// The provider's own document; empty for `echo`, which is part of the gateway.
  package var documentation = ""
  /// What a user should know, in one or two sentences; shown in the provider table.
  package var note: String?

  package init(_ kind: String, _ displayName: String) {
    self.kind = kind
    self.displayName = displayName
  }

  /// The formats of conversations that it speaks, the best one first.
  package var dialects: [Dialect] {
    if !spoken.isEmpty { return spoken }
    return quirks.missing.contains(.completions) ? [.openAIChat] : [.openAIChat, .openAICompletions]
  }

  /// Whether a key in the environment is enough to use it without a configuration file.
  package var isFoundByKey: Bool {
    requiresKey && defaultURL != nil && !environmentVariables.isEmpty
  }

  /// The type of a model that the preset knows by its exact name, or that its name gives away; `nil`: unknown, so chat.
  package func type(ofModel name: String) -> ModelType? {
    if let known = models.first(where: { $0.name == name }) { return known.type }
    return ModelNaming.type(suggestedBy: name)
  }
}
