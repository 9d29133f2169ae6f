import GatewayCore
import GatewayProviders

/// Sound drafts → the routes of the snapshot.
struct RouteBuilder {
  private var pool: TargetPool
  private var routes: [String: ModelRoute] = [:]

  init(_ pool: TargetPool) { self.pool = pool }

  /// - Parameters:
  ///   - order: every model after those that it names.
  ///   - types: of every model.
  /// - Returns: in the order of `order`.
  mutating func build(_ order: [ModelDraft], types: [String: ModelType]) -> [ModelRoute] {
    order.map { draft in
      let type = types[draft.name] ?? .chat
      let arms = draft.arms.map { arm in
        ModelRoute.Arm(
          weight: arm.weight, version: arm.version, steps: arm.steps.compactMap { step($0, type, in: draft.name) })
      }
      let route = ModelRoute(
        name: draft.name, type: type, arms: arms, sticky: draft.sticky, policy: draft.policy,
        limits: draft.limits + limitsOfNamesake(arms), reserveOutput: draft.reserveOutput,
        cache: cache(draft, arms))
      routes[draft.name] = route
      return route
    }
  }

  /// Another name for a model has the limits of the model, too.
  private func limitsOfNamesake(_ arms: [ModelRoute.Arm]) -> [Limit] {
    guard arms.count == 1, arms[0].steps.count == 1, case .model(let route) = arms[0].steps[0] else { return [] }
    return route.limits
  }

  /// Another name for a model has its cache, too; and what is off for a model is off wherever its answers may go.
  private func cache(_ draft: ModelDraft, _ arms: [ModelRoute.Arm]) -> CacheRule? {
    let inner = arms.flatMap(\.steps).compactMap { step -> CacheRule? in
      guard case .model(let route) = step else { return nil }
      return route.cache
    }
    if let off = inner.first(where: { !$0.isOn }) { return off }
    if let own = draft.cache { return own }
    guard arms.count == 1, arms[0].steps.count == 1 else { return nil }
    return inner.first
  }

  private mutating func step(_ step: ModelDraft.Step, _ type: ModelType, in name: String) -> ModelRoute.Step? {
    switch step.aim {
    case .model(let other): routes[other].map { .model($0) }
    case .target(let provider, let model):
      pool.target(provider: provider, model: model, type: type, capabilities: step.capabilities, in: name).map {
        .target($0)
      }
    }
  }
}
