/// Turns a model's routing into the ordered targets of one exchange: chooses an arm of every split on the way and puts the
/// targets of other models in place of their names. The same target appears once, where it comes first.
package enum RoutePlanner {
  /// - Parameters:
  ///   - random: uniform over all of `UInt64`; used where no sticky value decides.
  ///   - stickyValue: the caller's value of a sticky key; `nil` or empty when there is none.
  package static func plan(
    for route: ModelRoute, random: UInt64, stickyValue: (ModelRoute.StickyKey) -> String?
  ) -> [PlannedTarget] {
    if let fixed = route.fixedPlan { return fixed }
    var builder = Builder(random: RandomSequence(seed: random))
    builder.append(route, version: nil, stickyValue: stickyValue)
    return builder.plan
  }

  /// The plan of a model in which nothing is left to choose; `nil` when it is split or names one that is.
  static func fixedPlan(arms: [ModelRoute.Arm], policy: RoutePolicy) -> [PlannedTarget]? {
    let open = arms.filter { $0.weight > 0 }
    guard open.count == 1, let arm = open.first else { return nil }
    var builder = Builder(random: RandomSequence(seed: 0))
    for step in arm.steps {
      switch step {
      case .target(let target): builder.append(PlannedTarget(target: target, policy: policy, version: arm.version))
      case .model(let route):
        guard let fixed = route.fixedPlan else { return nil }
        builder.append(fixed, version: arm.version)
      }
    }
    return builder.plan
  }

  private struct Builder {
    var random: RandomSequence
    var plan: [PlannedTarget] = []
    /// Models that are in the plan: a second visit would add nothing, and many of them would add up.
    var visited: [ObjectIdentifier] = []

    mutating func append(
      _ route: ModelRoute, version: String?, stickyValue: (ModelRoute.StickyKey) -> String?
    ) {
      guard !visited.contains(ObjectIdentifier(route)) else { return }
      visited.append(ObjectIdentifier(route))
      if let fixed = route.fixedPlan { return append(fixed, version: version) }
      guard let arm = chooseArm(of: route, stickyValue: stickyValue) else { return }
      let version = arm.version ?? version
      for step in arm.steps {
        switch step {
        case .target(let target): append(PlannedTarget(target: target, policy: route.policy, version: version))
        case .model(let inner): append(inner, version: version, stickyValue: stickyValue)
        }
      }
    }

    /// - Parameter version: of the split outside; the innermost label wins.
    mutating func append(_ fixed: [PlannedTarget], version: String?) {
      for planned in fixed {
        append(
          PlannedTarget(target: planned.target, policy: planned.policy, version: planned.version ?? version))
      }
    }

    mutating func append(_ planned: PlannedTarget) {
      let isKnown = plan.contains { $0.target === planned.target || $0.target.label == planned.target.label }
      if !isKnown { plan.append(planned) }
    }

    private mutating func chooseArm(
      of route: ModelRoute, stickyValue: (ModelRoute.StickyKey) -> String?
    ) -> ModelRoute.Arm? {
      var position = random.next()
      if let key = route.sticky, let value = stickyValue(key), !value.isEmpty {
        position = ArmChooser.position(of: value, model: route.name)
      }
      return ArmChooser.choose(route.arms, position: position).map { route.arms[$0] }
    }
  }
}
