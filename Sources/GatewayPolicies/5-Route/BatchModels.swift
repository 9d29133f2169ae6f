package import GatewayCore

/// The models that the lines of a batch file name, as the provider knows that is to run them.
package struct BatchModels {
  private let caller: Caller
  private let snapshot: GatewaySnapshot
  private let surface: Surface
  /// What was found, by the name that the caller wrote.
  private var known: [String: String] = [:]

  /// - Parameter surface: that the file is sent to.
  package init(caller: Caller, snapshot: GatewaySnapshot, surface: Surface) {
    self.caller = caller
    self.snapshot = snapshot
    self.surface = surface
  }

  /// The first of `providers` at which the model has a target.
  package func keeper(of model: String, among providers: [Provider]) throws(GatewayError) -> Provider? {
    try route(of: model).targets.lazy.map(\.provider).first { provider in
      providers.contains { $0 === provider }
    }
  }

  /// The provider's name of a model of the gateway, or of one of its own that a model of the gateway stands for.
  package mutating func name(of model: String, at provider: Provider) throws(GatewayError) -> String {
    if let name = known[model] { return name }
    let name = try find(model, at: provider)
    known[model] = name
    return name
  }

  private func find(_ model: String, at provider: Provider) throws(GatewayError) -> String {
    if snapshot.models.route(for: model) == nil, let own = ownName(model, at: provider) { return own }
    guard let target = try route(of: model).targets.first(where: { $0.provider === provider }) else {
      throw GatewayError(
        .invalidParameter,
        "'\(model)' has no target at provider '\(provider.name)', which is to run the batch", parameter: "model")
    }
    let name = target.upstreamModel(for: model)
    // At Azure a line names the deployment.
    return provider.deployments[name] ?? name
  }

  private func route(of model: String) throws(GatewayError) -> ModelRoute {
    try Admit.describe(model, on: surface, caller: caller, in: snapshot)
    guard let route = snapshot.models.route(for: model) else {
      throw GatewayError(.modelNotFound, "the model '\(model)' does not exist", parameter: "model")
    }
    return route
  }

  /// `gpt-4o` or `openai/gpt-4o`, where a model that the caller may use goes there.
  private func ownName(_ model: String, at provider: Provider) -> String? {
    let prefix = "\(provider.name)/"
    let bare = model.hasPrefix(prefix) ? String(model.dropFirst(prefix.count)) : model
    let visible = snapshot.models.names.lazy.filter { caller.mayUse($0, on: surface) }.compactMap(snapshot.models.route)
    for target in visible.flatMap(\.targets) where target.provider === provider {
      guard let name = target.upstreamModel else { continue }
      let own = provider.deployments[name] ?? name
      if name == bare || own == bare { return own }
    }
    return nil
  }
}

extension ModelRoute {
  /// All that a call may reach, those of other models among them, in the order of the configuration.
  package var targets: [Target] {
    arms.flatMap(\.steps).flatMap { step in
      switch step {
      case .target(let target): [target]
      case .model(let inner): inner.targets
      }
    }
  }
}
