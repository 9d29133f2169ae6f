import GatewayCore
import GatewayProviders

/// What a pattern is known to reach: an exact route for each such name, so that it is listed and suggested.
struct KnownNames {
  /// Models of each provider: those that it told, else those of its preset.
  let models: [String: [String]]
  let presets: [String: ProviderPreset]

  func routes(besides routes: [ModelRoute]) -> [ModelRoute] {
    let table = ModelTable(routes: routes)
    var seen = Set(routes.map(\.name))
    var found: [ModelRoute] = []
    for route in routes where route.name.hasSuffix("*") {
      for target in route.arms.flatMap(\.steps).compactMap(\.wildcard) {
        for model in models[target.provider.name] ?? [] {
          let name = target.droppedPrefix + model
          let type = presets[target.provider.name]?.type(ofModel: model) ?? .chat
          // A longer pattern may be the one that answers to it.
          guard type == route.type, table.route(for: name) === route, seen.insert(name).inserted else { continue }
          found.append(
            ModelRoute(
              name: name, type: route.type, arms: route.arms, sticky: route.sticky, policy: route.policy,
              limits: route.limits, reserveOutput: route.reserveOutput))
        }
      }
    }
    return found
  }
}

extension ModelRoute.Step {
  fileprivate var wildcard: Target? {
    guard case .target(let target) = self, target.upstreamModel == nil else { return nil }
    return target
  }
}
