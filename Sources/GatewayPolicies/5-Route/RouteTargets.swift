package import GatewayCore

/// Phase 5: the targets of one exchange, in order.
package enum RouteTargets {
  /// - Parameters:
  ///   - model: the name that the caller wrote.
  ///   - random: chooses the arm of a split where no sticky value does.
  ///   - stickyValue: the caller's value of a sticky key.
  package static func plan(
    _ route: ModelRoute, model: String, surface: Surface, caller: Caller, in snapshot: GatewaySnapshot,
    random: @autoclosure () -> UInt64, stickyValue: (ModelRoute.StickyKey) -> String?
  ) throws(GatewayError) -> [PlannedTarget] {
    var planned = route.fixedPlan ?? RoutePlanner.plan(for: route, random: random(), stickyValue: stickyValue)
    if let policy = caller.key?.policy {
      for name in policy.successors(of: model) where caller.mayUse(name, on: surface) {
        guard let next = snapshot.models.route(for: name), next.type == route.type else { continue }
        append(next.fixedPlan ?? RoutePlanner.plan(for: next, random: random(), stickyValue: stickyValue), to: &planned)
      }
      planned = planned.map(policy.applied)
    }
    // A conversation is translated for a provider that has no such surface.
    guard surface.dialect == nil else { return planned }
    let operation = surface.operationOfProvider
    guard planned.contains(where: { $0.target.provider.quirks.missing.contains(operation) }) else { return planned }
    let able = planned.filter { !$0.target.provider.quirks.missing.contains(operation) }
    if able.isEmpty {
      let names = planned.map(\.target.label).joined(separator: ", ")
      throw GatewayError(
        .invalidParameter, "no target of the model '\(route.name)' answers on \(surface.path): \(names)",
        parameter: "model")
    }
    return able
  }

  private static func append(_ further: [PlannedTarget], to planned: inout [PlannedTarget]) {
    // A target without a name of its own would be called by that of the model before it.
    for next in further where next.target.upstreamModel != nil {
      if !planned.contains(where: { $0.target.label == next.target.label }) { planned.append(next) }
    }
  }
}

extension Surface {
  /// The surface that a provider must have: vectors and ranks are translated between all formats.
  fileprivate var operationOfProvider: Surface {
    switch self {
    case .embedContent, .batchEmbedContents, .cohereEmbed: .embeddings
    case .cohereRerank: .rerank
    default: self
    }
  }
}
