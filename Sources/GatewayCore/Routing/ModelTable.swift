/// The model names of a configuration: exact names win, then the longest `prefix*`. A lookup takes the same time whether there
/// are three models or ten thousand.
package struct ModelTable: Sendable {
  private let exact: [String: ModelRoute]
  private let patterns: PrefixTable<ModelRoute>
  /// The exact names, sorted: what `/v1/models` lists.
  package let names: [String]

  /// Each name answers once: of two equal ones the first stays. (The configuration refuses duplicates.)
  package init(routes: [ModelRoute]) {
    var exact: [String: ModelRoute] = [:]
    var patterns: [(prefix: String, value: ModelRoute)] = []
    for route in routes {
      if route.name.hasSuffix("*") {
        patterns.append((String(route.name.dropLast()), route))
      } else if exact[route.name] == nil {
        exact[route.name] = route
      }
    }
    self.exact = exact
    self.patterns = PrefixTable(patterns)
    self.names = exact.keys.sorted()
    limits = routes.flatMap(\.limits)
    usesCache = routes.contains { $0.cache?.isOn == true }
  }

  /// Of all models and patterns.
  package let limits: [Limit]

  /// Whether one of them switches the cache on.
  package let usesCache: Bool

  package func route(for model: String) -> ModelRoute? {
    exact[model] ?? patterns.longestPrefix(of: model)
  }

  /// The exact names that a caller may have meant, nearest first.
  /// - Parameter isAllowed: names that the caller must not learn of are left out.
  package func nearest(to model: String, among isAllowed: (String) -> Bool, limit: Int = 3) -> [String] {
    nearestNames(to: model, among: names, limit: limit, where: isAllowed)
  }
}
