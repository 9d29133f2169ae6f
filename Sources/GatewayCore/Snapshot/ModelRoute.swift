/// A model name that a caller may write, compiled: where its requests go, in which order.
package final class ModelRoute: Sendable {
  /// One step of a list of targets.
  package enum Step: Sendable {
    case target(Target)
    /// Another model of the configuration, with all of its routing.
    case model(ModelRoute)
  }

  /// One arm of a `split`; a plain `targets:` list is a single arm.
  package struct Arm: Sendable {
    package let weight: Int
    package let version: String?
    package let steps: [Step]

    package init(weight: Int, version: String?, steps: [Step]) {
      self.weight = weight
      self.version = version
      self.steps = steps
    }
  }

  /// What keeps a caller on the same arm.
  package enum StickyKey: Hashable, Sendable {
    /// Lower-case header name.
    case header(String)
    case consumer
  }

  /// The name, or the pattern with its `*`.
  package let name: String
  package let type: ModelType
  package let arms: [Arm]
  package let sticky: StickyKey?
  package let policy: RoutePolicy
  package let limits: [Limit]
  /// Tokens of output that a call without a bound of its own reserves.
  package let reserveOutput: Int
  /// nil: it says nothing, and the cache is off unless somebody inside switches it on.
  package let cache: CacheRule?
  /// The targets in order, when no split leaves anything to choose; made once, so that a request need not.
  package let fixedPlan: [PlannedTarget]?

  package init(
    name: String, type: ModelType, arms: [Arm], sticky: StickyKey? = nil, policy: RoutePolicy = RoutePolicy(),
    limits: [Limit] = [], reserveOutput: Int = 1024, cache: CacheRule? = nil
  ) {
    self.name = name
    self.type = type
    self.arms = arms
    self.sticky = sticky
    self.policy = policy
    self.limits = limits
    self.reserveOutput = reserveOutput
    self.cache = cache
    self.fixedPlan = RoutePlanner.fixedPlan(arms: arms, policy: policy)
  }
}
