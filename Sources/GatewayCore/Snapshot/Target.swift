/// One model at one provider.
package final class Target: Sendable {
  package let provider: Provider
  /// The name at the provider; `nil` in a wildcard target (`provider/*`): the caller's name is passed on.
  package let upstreamModel: String?
  package let type: ModelType
  package let health: any HealthCell
  /// `provider/model`, as in `x-sluice-target`, logs and metrics.
  package let label: String
  /// What a wildcard target does not pass on of the caller's name: `deepseek/` of `deepseek/*` at the provider `deepseek`.
  package let droppedPrefix: String
  /// What it can do beyond text; `nil`: nothing is known, so everything is tried.
  package let capabilities: Set<Capability>?

  package init(
    provider: Provider, upstreamModel: String?, type: ModelType, health: any HealthCell, droppedPrefix: String = "",
    capabilities: Set<Capability>? = nil
  ) {
    self.provider = provider
    self.upstreamModel = upstreamModel
    self.type = type
    self.health = health
    self.label = "\(provider.name)/\(upstreamModel ?? "*")"
    self.droppedPrefix = droppedPrefix
    self.capabilities = capabilities
  }

  /// The name at the provider for a caller who wrote `name`.
  package func upstreamModel(for name: String) -> String {
    if let upstreamModel { return upstreamModel }
    return name.hasPrefix(droppedPrefix) ? String(name.dropFirst(droppedPrefix.count)) : name
  }

  /// `provider/model` for a caller who wrote `name`: that of a wildcard, too.
  package func name(for name: String) -> String {
    upstreamModel == nil ? "\(provider.name)/\(upstreamModel(for: name))" : label
  }
}

/// A target in the order of one exchange, with the policies of the model that named it. An object, since a call hands it about.
package final class PlannedTarget: Sendable {
  package let target: Target
  package let policy: RoutePolicy
  /// `version` of the split that was chosen, for metrics.
  package let version: String?

  package init(target: Target, policy: RoutePolicy, version: String?) {
    self.target = target
    self.policy = policy
    self.version = version
  }

  /// Those of the provider, and above them what the model names.
  package var timeouts: Timeouts {
    let own = target.provider.timeouts
    return policy.timeouts?.over(own) ?? own
  }
}

/// The policies of one model of the configuration.
package final class RoutePolicy: Sendable {
  package let retry: RetryPolicy
  package let fallback: FallbackPolicy
  /// Of the model; see `PlannedTarget.timeouts`. `nil`: the provider's.
  package let timeouts: Timeouts?
  package let parameters: ParameterPolicy
  package let effortBudgets: ReasoningBudgets

  package init(
    retry: RetryPolicy = RetryPolicy(), fallback: FallbackPolicy = FallbackPolicy(), timeouts: Timeouts? = nil,
    parameters: ParameterPolicy = ParameterPolicy(), effortBudgets: ReasoningBudgets = ReasoningBudgets()
  ) {
    self.retry = retry
    self.fallback = fallback
    self.timeouts = timeouts
    self.parameters = parameters
    self.effortBudgets = effortBudgets
  }
}
