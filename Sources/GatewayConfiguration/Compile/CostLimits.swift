import GatewayCore

/// The cost limits of a file, and whether the models that they are for have a price in their currency: what has none would not be
/// counted, and nobody would know.
final class CostLimits {
  private struct Entry {
    let limit: Limit
    let owner: LimitOwner
    let position: SourcePosition
    let path: String
  }

  private var entries: [Entry] = []

  /// - Parameter path: of the setting that it is from.
  func add(_ limit: Limit, of owner: LimitOwner, at position: SourcePosition, path: String) {
    entries.append(Entry(limit: limit, owner: owner, position: position, path: path))
  }

  func check(_ routes: [ModelRoute], _ consumers: [Consumer], _ tenants: Tenants, prices: PriceList, log: ProblemLog) {
    for entry in entries {
      let limit = entry.limit
      guard let currency = limit.currency else { continue }
      let counted = routes.filter { route in
        guard limit.models?.contains(route.name) ?? true else { return false }
        switch entry.owner {
        case .everyone, .provider: return true
        case .organisation(let name):
          return tenants.organisations.first { $0.name == name }?.models?.contains(route.name) ?? true
        case .team(let name): return tenants.team(named: name)?.allows(route.name) ?? true
        case .consumer(let name):
          return consumers.first { $0.name == name }.map { Caller(consumer: $0).mayUse(route.name) } ?? false
        case .model(let name): return route.name == name
        }
      }
      let unseen = counted.flatMap { Self.targets(of: $0) }.filter { target in
        if case .provider(let name) = entry.owner, target.provider.name != name { return false }
        // What a wildcard passes on is not known yet.
        guard let model = target.upstreamModel else { return false }
        let price = prices.price(provider: target.provider.name, kind: target.provider.kind, model: model)
        return price?.price.currency != currency
      }
      let missing = Set(unseen.map(\.label))
      guard let first = missing.min() else { continue }
      let others = missing.count > 1 ? " and \(missing.count - 1) more" : ""
      log.warning(
        "calls of '\(first)'\(others) are not counted: no price in \(currency.code) is known", at: entry.position,
        path: entry.path,
        advice: "add prices: { \"\(first)\": { input: 1 \(currency.code), output: 2 \(currency.code) } }")
    }
  }

  private static func targets(of route: ModelRoute) -> [Target] {
    var targets: [Target] = []
    for step in route.arms.flatMap(\.steps) {
      switch step {
      case .target(let target): targets.append(target)
      case .model(let inner): targets += Self.targets(of: inner)
      }
    }
    return targets
  }
}
