/// One model at one provider.
package final class Target: Sendable {
  package let provider: Provider
  /// The name at the provider; `nil` in a wildcard target (`provider/*`): the caller's name is passed on.
  package let upstreamModel: String?
  package let type: ModelType
  package let health: any HealthCell
  /// `provider/model`, as in `x-sluice-target`, logs and metrics.
  package let label: String

  package init(provider: Provider, upstreamModel: String?, type: ModelType, health: any HealthCell) {
    self.provider = provider
    self.upstreamModel = upstreamModel
    self.type = type
    self.health = health
    self.label = "\(provider.name)/\(upstreamModel ?? "*")"
  }
}

/// A target in the order of one exchange, with the policies of the model that named it.
package struct PlannedTarget: Sendable {
  package let target: Target
  package let policy: RoutePolicy
  /// `version` of the split that was chosen, for metrics.
  package let version: String?

  package init(target: Target, policy: RoutePolicy, version: String?) {
    self.target = target
    self.policy = policy
    self.version = version
  }
}

/// The policies of one model of the configuration.
package final class RoutePolicy: Sendable {
  package let retry: RetryPolicy
  package let fallback: FallbackPolicy
  /// Of the model; `nil`: the provider's.
  package let timeouts: Timeouts?
  package let parameters: ParameterPolicy

  package init(
    retry: RetryPolicy = RetryPolicy(), fallback: FallbackPolicy = FallbackPolicy(), timeouts: Timeouts? = nil,
    parameters: ParameterPolicy = ParameterPolicy()
  ) {
    self.retry = retry
    self.fallback = fallback
    self.timeouts = timeouts
    self.parameters = parameters
  }
}
