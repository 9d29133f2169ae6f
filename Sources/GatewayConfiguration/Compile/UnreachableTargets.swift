/// Finds targets that no call ever gets to: nothing is wrong with the rest, so these are warnings.
struct UnreachableTargets {
  /// Targets of one model that are looked at; no real model has as many.
  private static let limit = 256

  let log: ProblemLog
  /// Targets that every call of a model tries before it gives up; `nil` when a split decides.
  private var reached: [String: [String]] = [:]

  init(log: ProblemLog) { self.log = log }

  /// - Parameter order: every model after those that it names.
  mutating func check(_ order: [ModelDraft]) {
    for draft in order {
      for arm in draft.arms where arm.weight == 0 {
        guard let weight = arm.weightSetting else { continue }
        log.warning("no call reaches these targets: their weight is 0", at: weight)
      }
      let lists = draft.arms.filter { $0.weight > 0 }.map { targets(of: $0) }
      reached[draft.name] = lists.count == 1 ? lists[0] : nil
    }
  }

  private func targets(of arm: ModelDraft.Arm) -> [String]? {
    var targets: [String: String] = [:]
    var isWhole = true
    for step in arm.steps {
      switch step.aim {
      case .target:
        if let through = targets[step.aim.text] {
          log.warning(
            "no call reaches this target: '\(step.aim.text)' has been tried through '\(through)' before",
            at: step.setting, advice: "remove it")
        }
        targets[step.aim.text] = step.aim.text
      case .model(let name):
        for target in reached[name] ?? [] where targets[target] == nil { targets[target] = name }
        isWhole = isWhole && reached[name] != nil
      }
    }
    return isWhole && targets.count <= Self.limit ? Array(targets.keys) : nil
  }
}
