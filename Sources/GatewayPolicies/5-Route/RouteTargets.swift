package import GatewayCore

/// Phase 5: the targets of one exchange, in order.
package enum RouteTargets {
  /// - Parameters:
  ///   - random: chooses the arm of a split where no sticky value does.
  ///   - stickyValue: the caller's value of a sticky key.
  package static func plan(
    _ route: ModelRoute, surface: Surface, random: @autoclosure () -> UInt64,
    stickyValue: (ModelRoute.StickyKey) -> String?
  ) throws(GatewayError) -> [PlannedTarget] {
    let planned = route.fixedPlan ?? RoutePlanner.plan(for: route, random: random(), stickyValue: stickyValue)
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
