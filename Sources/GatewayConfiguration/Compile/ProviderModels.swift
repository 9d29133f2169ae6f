import GatewayCore
import GatewayProviders

/// The models of providers as they are, without a `models:` in a file: `provider/model` for what is known, `provider/*` for
/// the rest, and the plain names.
struct ProviderModels {
  /// In the order in which they win a plain name.
  let providers: [Provider]
  /// Models of each provider: those that it told, else those of its preset.
  let models: [String: [String]]
  let presets: [String: ProviderPreset]

  func routes(_ pool: inout TargetPool) -> [ModelRoute] {
    var routes: [ModelRoute] = []
    var plain: [ModelRoute] = []
    var seen: Set<String> = []
    for provider in providers {
      for model in models[provider.name] ?? [] {
        let type = presets[provider.name]?.type(ofModel: model) ?? .chat
        guard let target = pool.target(provider: provider.name, model: model, type: type, in: model) else { continue }
        let arm = ModelRoute.Arm(weight: 1, version: nil, steps: [.target(target)])
        let name = "\(provider.name)/\(model)"
        if seen.insert(name).inserted { routes.append(ModelRoute(name: name, type: type, arms: [arm])) }
        // The built-in model is for trying out; a plain `echo` would look like a real one.
        guard provider.pathStyle != .builtInEcho else { continue }
        plain.append(ModelRoute(name: model, type: type, arms: [arm]))
      }
      if provider.pathStyle != .builtInEcho { routes += pattern(provider, &pool) }
    }
    return routes + plain.filter { seen.insert($0.name).inserted }
  }

  private func pattern(_ provider: Provider, _ pool: inout TargetPool) -> [ModelRoute] {
    let name = "\(provider.name)/*"
    guard let target = pool.target(provider: provider.name, model: nil, type: .chat, in: name) else { return [] }
    return [ModelRoute(name: name, type: .chat, arms: [.init(weight: 1, version: nil, steps: [.target(target)])])]
  }
}
