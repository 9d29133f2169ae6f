package import GatewayCore

/// Phase 2: may they, now? Which models a caller may name, and from where and for what its key may be used. Every refusal says
/// what would be allowed.
package enum Admit {
  /// The route of the model that a request names.
  package static func route(
    for model: String, surface: Surface, caller: Caller, in snapshot: GatewaySnapshot
  ) throws(GatewayError) -> ModelRoute {
    let route = snapshot.models.route(for: model)
    guard let route else { throw unknown(model, caller: caller, in: snapshot) }
    guard caller.mayUse(model, on: surface) else { throw forbidden(model, on: surface, caller: caller) }
    guard route.type == surface.modelType else {
      throw GatewayError(
        .modelTypeMismatch,
        "'\(model)' is a model of type \(route.type.rawValue); \(surface.path) needs one of type \(surface.modelType.rawValue)",
        parameter: "model")
    }
    return route
  }

  /// The models that `GET /v1/models` lists for a consumer: exact names that it may use.
  ///
  /// - Parameter surface: nil: those of all surfaces.
  package static func visibleModels(
    for caller: Caller, on surface: Surface? = nil, in snapshot: GatewaySnapshot
  ) -> [String] {
    snapshot.models.names.filter { caller.mayUse($0, on: surface) }
  }

  /// `owned_by`: the provider of the first target.
  package static func owner(of model: String, in snapshot: GatewaySnapshot) -> String {
    func first(_ route: ModelRoute) -> String? {
      switch route.arms.first?.steps.first {
      case .target(let target): target.provider.name
      case .model(let inner): first(inner)
      case nil: nil
      }
    }
    return snapshot.models.route(for: model).flatMap(first) ?? "sluice"
  }

  /// Whether a caller may know of a model.
  ///
  /// - Parameter surface: nil: `GET /v1/models/{id}`, which shows what may be used on any.
  package static func describe(
    _ model: String, on surface: Surface?, caller: Caller, in snapshot: GatewaySnapshot
  ) throws(GatewayError) {
    guard snapshot.models.route(for: model) != nil else { throw unknown(model, caller: caller, in: snapshot) }
    guard caller.mayUse(model, on: surface) else { throw forbidden(model, on: surface, caller: caller) }
  }

  /// What the rules of a key and the caller's roles say before the body of a request is read.
  ///
  /// - Parameters:
  ///   - surface: nil for calls that list models.
  ///   - address: where the client is.
  package static func admit(_ caller: Caller, to surface: Surface?, from address: String?) throws(GatewayError) {
    if let key = caller.key, let policy = key.policy { try admit(key, policy, to: surface, from: address) }
    if let surface, let roles = caller.roles, !roles.allows(surface) {
      throw GatewayError(
        .surfaceNotAllowed, "\(words(of: roles, caller)) may not call \(surface.path)\(surfaces(of: roles))")
    }
  }

  private static func admit(
    _ key: GatewayKey, _ policy: KeyPolicy, to surface: Surface?, from address: String?
  ) throws(GatewayError) {
    if !policy.addresses.isEmpty {
      let address = address.flatMap { NetworkAddress(text: $0.prefix { $0 != "%" }) }
      guard let address, policy.addresses.contains(where: { $0.contains(address) }) else {
        throw GatewayError(.addressNotAllowed, "the API key '\(key.label)…' may not be used from this address")
      }
    }
    if let surface, let allowed = policy.surfaces, !allowed.contains(surface) {
      let names = allowed.map(\.path).sorted().joined(separator: ", ")
      throw GatewayError(
        .surfaceNotAllowed, "the API key '\(key.label)…' may not call \(surface.path); it may call \(names)")
    }
  }

  private static func unknown(
    _ model: String, caller: Caller, in snapshot: GatewaySnapshot
  ) -> GatewayError {
    let near = snapshot.models.nearest(to: model, among: { caller.mayUse($0) })
    let advice =
      near.isEmpty
      ? "GET /v1/models lists the models of this key"
      : "did you mean \(near.map { "'\($0)'" }.joined(separator: ", "))?"
    return GatewayError(.modelNotFound, "the model '\(model)' does not exist; \(advice)", parameter: "model")
  }
}
