import GatewayCore
import GatewayProviders

extension ConfigurationLoader {
  /// No-file mode: the providers whose usual variables are set, a local Ollama, and the built-in model.
  ///
  /// A key is always needed: the one that was issued at the first start is among `context.storedKeys`.
  /// - Parameter ollamaModels: what a running Ollama answered; `nil` when none runs.
  package static func environmentConfiguration(_ context: LoadContext, ollamaModels: [String]?) -> LoadResult {
    let log = ProblemLog(file: "environment")
    var context = context
    if let ollamaModels { context.discovered["ollama"] = ollamaModels }
    let compilation = Compilation(log: log, context: context, directory: "")
    let start = SourcePosition(line: 1, column: 1)
    let empty = YAMLNode(.mapping([]), at: start)
    let merged = StoredMerge(log: log).merge(empty, context.storedObjects) ?? empty
    let root =
      SchemaCheck(log: log, needsProviders: false).root(merged)
      ?? Setting(value: .object([:]), position: start, keyPosition: start, path: "")
    let found = EnvironmentProviders(compilation, hasOllama: ollamaModels != nil)
    var result = FileCompiler(compilation, root: root, file: nil, offersOwnModels: true, found: found).compile()
    result.foundObjects = found.objects
    return result
  }
}

/// The providers that the environment names, in the order of the catalogue.
struct EnvironmentProviders {
  let compilation: Compilation
  private var found: [Found] = []
  private var environment: [String: String] { compilation.context.environment }

  init(_ compilation: Compilation, hasOllama: Bool) {
    self.compilation = compilation
    found = ProviderCatalogue.presets.compactMap { preset in
      switch preset.kind {
      case "echo": return Found(preset: preset, name: "sluice", keys: [])
      case "ollama": return hasOllama ? Found(preset: preset, name: "ollama", keys: keys(preset)) : nil
      default:
        let keys = preset.isFoundByKey ? keys(preset) : []
        return keys.isEmpty ? nil : Found(preset: preset, name: preset.kind, keys: keys)
      }
    }
  }

  func providers(health: HealthPolicy) -> [Provider] {
    found.compactMap { provider($0.preset, name: $0.name, keys: $0.keys.map(\.secret), health) }
  }

  /// As they would stand in a file.
  var objects: StoredObjects {
    var objects = StoredObjects()
    for found in found {
      var members = [ConfigurationValue.Member("kind", .text(found.preset.kind))]
      if !found.keys.isEmpty { members.append(.init("keys", .list(found.keys.map { .text("env:\($0.variable)") }))) }
      objects[.providers, found.name] = .map(members)
    }
    return objects
  }

  private struct Found {
    let preset: ProviderPreset
    let name: String
    let keys: [(variable: String, secret: Secret)]
  }

  /// Of all the variables that are set, each key once.
  private func keys(_ preset: ProviderPreset) -> [(variable: String, secret: Secret)] {
    var seen: Set<String> = []
    return preset.environmentVariables.compactMap { name in
      guard let value = environment[name]?.trimmed, !value.isEmpty, seen.insert(value).inserted else { return nil }
      let secret = Secret(value)
      if let problem = UpstreamCall.credentialProblem(secret) {
        compilation.log.warning("\(problem); it is left out", at: nil, source: name)
        return nil
      }
      return (name, secret)
    }
  }

  private func provider(
    _ preset: ProviderPreset, name: String, keys: [Secret], _ health: HealthPolicy
  ) -> Provider? {
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
