/// The rules of issued keys, compiled; keys with the same rules share one.
package final class KeyPolicy: Sendable {
  package let models: ModelAllowList?
  /// Of `models`, as they were written.
  package let order: [String]
  /// nil: all.
  package let surfaces: Set<Surface>?
  /// Empty: all.
  package let addresses: [NetworkRange]
  /// Of calls.
  package let limits: [Limit]
  /// Of stored bytes.
  package let stored: [Limit]
  package let retries: Int?
  package let timeout: Duration?
  package let cache: CacheRule?

  package init(_ rules: KeyRules, zone: ZoneOffsets = .utc) {
    models = rules.models.isEmpty ? nil : ModelAllowList(rules.models)
    order = rules.models
    surfaces = rules.surfaces.isEmpty ? nil : rules.surfaces.reduce(into: []) { $0.formUnion($1.surfaces) }
    addresses = rules.addresses
    let limits = rules.limits.map { $0.compiled(zone: zone) }
    self.limits = limits.ofCalls
    stored = limits.ofStored
    retries = rules.retries
    timeout = rules.timeout
    cache = rules.cache
  }

  /// The rules of a call in place of the model's.
  package func applied(to planned: PlannedTarget) -> PlannedTarget {
    guard retries != nil || timeout != nil else { return planned }
    let policy = planned.policy
    var retry = policy.retry
    if let retries { retry.attempts = retries }
    var timeouts = policy.timeouts ?? Timeouts()
    if let timeout {
      timeouts.total = timeout
      timeouts.deadline = timeout
    }
    return PlannedTarget(
      target: planned.target,
      policy: RoutePolicy(
        retry: retry, fallback: policy.fallback, timeouts: timeouts, parameters: policy.parameters,
        effortBudgets: policy.effortBudgets), version: planned.version)
  }

  /// The models that take the place of `model` when it fails for good: those behind it in the list, but for patterns.
  package func successors(of model: String) -> ArraySlice<String> {
    guard let place = order.firstIndex(of: model) else { return [] }
    return order[(place + 1)...].filter { !$0.hasSuffix("*") }[...]
  }
}
