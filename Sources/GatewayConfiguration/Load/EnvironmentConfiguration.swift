import GatewayCore
import GatewayProviders

extension ConfigurationLoader {
  /// No-file mode: the providers whose usual variables are set, a local Ollama, and the built-in model.
  ///
  /// A key is always needed: the one that was issued at the first start is among `context.storedKeys`.
  /// - Parameter ollamaModels: what a running Ollama answered; `nil` when none runs.
  package static func environmentConfiguration(_ context: LoadContext, ollamaModels: [String]?) -> LoadResult {
    let log = ProblemLog(file: "environment")
    let compilation = Compilation(log: log, context: context, directory: "")
    let server = ServerCompiler(compilation, root: nil)
    let settings = server.settings()
    var discovered = context.discovered
    discovered["ollama"] = ollamaModels
    let found = EnvironmentProviders(compilation, health: settings.health, hasOllama: ollamaModels != nil)
    let providers = found.providers()
    let presets = Dictionary(
      providers.compactMap { provider in ProviderCatalogue.preset(kind: provider.kind).map { (provider.name, $0) } }
    ) { first, _ in first }
    let known = presets.mapValues { $0.models.map(\.name) }.merging(discovered) { $1 }
    var pool = TargetPool(providers: providers, context: context, policy: settings.health)
    let routes = ProviderModels(providers: providers, models: known, presets: presets).routes(&pool)
    let names = routes.map(\.name)
    let limits = LimitCompiler(
      log: compilation.log, zone: .utc, models: names, costs: CostLimits(), quotas: QuotaLimits())
    let models = AllowedModels(log: compilation.log, models: names)
    let callers = ConsumerCompiler(compilation, models: models, limits: limits).callers(nil)
    let start = server.start(needsKey: true)
    guard !log.hasErrors else {
      return LoadResult(snapshot: nil, start: nil, database: nil, routes: [], problems: log.problems, source: nil)
    }
    let snapshot = GatewaySnapshot(
      revision: context.revision, createdAt: context.createdAt, server: settings, providers: providers,
      models: ModelTable(routes: routes),
      consumers: callers.consumers, keys: callers.keys, issuedKeys: callers.issued, isOpen: false,
      prices: PriceList(builtIn: BuiltInPrices.all))
    return LoadResult(
      snapshot: snapshot, start: start, database: start.database, routes: routes, problems: log.problems, source: nil)
  }
}

/// The providers that the environment names, in the order of the catalogue.
struct EnvironmentProviders {
  let compilation: Compilation
  let health: HealthPolicy
  let hasOllama: Bool
  private var environment: [String: String] { compilation.context.environment }

  init(_ compilation: Compilation, health: HealthPolicy, hasOllama: Bool) {
    self.compilation = compilation
    self.health = health
    self.hasOllama = hasOllama
  }

  func providers() -> [Provider] {
    ProviderCatalogue.presets.compactMap { preset in
      switch preset.kind {
      case "echo": provider(preset, name: "sluice", keys: [])
      case "ollama": hasOllama ? provider(preset, name: "ollama", keys: keys(preset)) : nil
      default: preset.isFoundByKey ? found(preset) : nil
      }
    }
  }

  private func found(_ preset: ProviderPreset) -> Provider? {
    let keys = keys(preset)
    return keys.isEmpty ? nil : provider(preset, name: preset.kind, keys: keys)
  }

  /// Of all the variables that are set, each key once.
  private func keys(_ preset: ProviderPreset) -> [Secret] {
    var seen: Set<String> = []
    return preset.environmentVariables.compactMap { name in
      guard let value = environment[name]?.trimmed, !value.isEmpty, seen.insert(value).inserted else { return nil }
      let secret = Secret(value)
      if let problem = UpstreamCall.credentialProblem(secret) {
        compilation.log.warning("\(problem); it is left out", at: nil, source: name)
        return nil
      }
      return secret
    }
  }

  private func provider(_ preset: ProviderPreset, name: String, keys: [Secret]) -> Provider? {
    guard let endpoint = endpoint(preset) else { return nil }
    let credentials = keys.enumerated().map { index, key in
      ProviderCompiler.credential(
        key, provider: name, index: index, context: compilation.context, policy: health)
    }
    return Provider(
      name: name, kind: preset.kind, endpoint: endpoint,
      pathStyle: preset.pathStyle(at: endpoint, apiVersion: nil), credentialStyle: preset.credentialStyle,
      dialects: preset.dialects, embeddings: preset.embeddings, rerank: preset.rerank, keeps: preset.keeps,
      credentials: credentials, quirks: preset.quirks)
  }

  private func endpoint(_ preset: ProviderPreset) -> Provider.Endpoint? {
    var url = preset.urlEnvironmentVariable.flatMap { environment[$0]?.trimmed }
    if url?.isEmpty == true { url = nil }
    if preset.kind == "ollama" { url = OllamaAddress.baseURL(host: url) }
    do throws(UpstreamURL.Problem) {
      return try preset.endpoint(url: url)
    } catch {
      compilation.log.warning(
        "\(error.sentence); \(preset.displayName) is left out", at: nil,
        source: preset.urlEnvironmentVariable ?? preset.kind)
      return nil
    }
  }
}
