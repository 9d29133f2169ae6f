/// The model names of a configuration: exact names win, then the longest `prefix*`.
package struct ModelTable: Sendable {
  private let exact: [String: ModelRoute]
  /// Longest prefix first.
  private let patterns: [(prefix: String, route: ModelRoute)]

  package init(routes: [ModelRoute]) {
    var exact: [String: ModelRoute] = [:]
    var patterns: [(prefix: String, route: ModelRoute)] = []
    for route in routes {
      if route.name.hasSuffix("*") {
        patterns.append((String(route.name.dropLast()), route))
      } else {
        exact[route.name] = route
      }
    }
    self.exact = exact
    self.patterns = patterns.sorted { $0.prefix.utf8.count > $1.prefix.utf8.count }
  }

  package func route(for model: String) -> ModelRoute? {
    if let route = exact[model] { return route }
    return patterns.first { model.hasPrefix($0.prefix) }?.route
  }
}
