/// An application or person that calls the gateway with keys of its own.
package final class Consumer: Sendable {
  package let name: String
  /// Which model names it may write; `nil` means all.
  package let models: ModelAllowList?
  /// Of calls.
  package let limits: [Limit]
  /// Of stored bytes.
  package let stored: [Limit]
  /// nil: it belongs to none.
  package let team: Team?
  /// nil: it has none, and no role restricts it.
  package let roles: RolePolicy?
  /// nil: that of its team.
  package let cache: CacheRule?
  /// Whether its conversations are kept; nil: as its team has it.
  package let conversations: Bool?

  package init(
    name: String, models: ModelAllowList?, limits: [Limit] = [], team: Team? = nil, roles: RolePolicy? = nil,
    cache: CacheRule? = nil, conversations: Bool? = nil
  ) {
    self.name = name
    self.models = models
    self.limits = limits.ofCalls
    stored = limits.ofStored
    self.team = team
    self.roles = roles
    self.cache = cache
    self.conversations = conversations
  }
}

/// Names and `prefix*` patterns.
package struct ModelAllowList: Hashable, Sendable {
  package let exact: Set<String>
  package let prefixes: [String]

  package init(_ patterns: [String]) {
    exact = Set(patterns.filter { !$0.hasSuffix("*") })
    prefixes = patterns.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
  }

  package func contains(_ model: String) -> Bool {
    exact.contains(model) || prefixes.contains { model.hasPrefix($0) }
  }

  /// Names, then patterns with their `*`, each sorted.
  package var patterns: [String] { exact.sorted() + prefixes.sorted().map { "\($0)*" } }
}
