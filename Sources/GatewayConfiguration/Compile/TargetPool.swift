import GatewayCore

/// Makes the targets of a snapshot: the same one for the same model at the same provider, wherever it is named.
struct TargetPool {
  private struct Key: Hashable {
    let provider: String
    let model: String?
    let type: ModelType
    let droppedPrefix: String
    let capabilities: Set<Capability>?
  }

  let providers: [String: Provider]
  let context: LoadContext
  let policy: HealthPolicy
  private var targets: [Key: Target] = [:]
  private var cells: [String: any HealthCell] = [:]

  init(providers: [Provider], context: LoadContext, policy: HealthPolicy) {
    self.providers = Dictionary(providers.map { ($0.name, $0) }) { first, _ in first }
    self.context = context
    self.policy = policy
  }

  /// - Parameters:
  ///   - model: `nil` passes the caller's name on.
  ///   - name: of the model that names the target. Of `deepseek/*` the provider's own part is not passed on to `deepseek`.
  mutating func target(
    provider name: String, model: String?, type: ModelType, capabilities: Set<Capability>? = nil, in route: String
  ) -> Target? {
    guard let provider = providers[name] else { return nil }
    let prefix = model == nil && route.hasPrefix("\(name)/") ? "\(name)/" : ""
    let key = Key(provider: name, model: model, type: type, droppedPrefix: prefix, capabilities: capabilities)
    if let target = targets[key] { return target }
    // Another URL is another server, whose health is not yet known.
    let endpoint = provider.endpoint
    let scheme = endpoint.isTLS ? "https" : "http"
    let cell = "target \(name)/\(model ?? "*") \(scheme)://\(endpoint.authority)\(endpoint.basePath)"
    let health = cells[cell] ?? context.health(cell, policy)
    cells[cell] = health
    let target = Target(
      provider: provider, upstreamModel: model, type: type, health: health, droppedPrefix: prefix,
      capabilities: capabilities)
    targets[key] = target
    return target
  }
}
