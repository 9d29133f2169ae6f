/// Picks the arm of a `split`.
///
/// A position between 0 and 1 falls into one of the arms, which lie side by side in the order of the file, each as wide as its
/// share of the weights. A sticky value always has the same position, so that a change of weights moves only those callers whose
/// position a border passes over.
package enum ArmChooser {
  // Far above any weight in use, and thousands of them still add up without overflow.
  private static let greatestWeight = 1_000_000_000_000

  /// - Parameter position: a fraction of the whole range of `UInt64`; random, or `position(of:model:)`.
  /// - Returns: an index; `nil` when no arm has a weight above zero.
  package static func choose(_ arms: [ModelRoute.Arm], position: UInt64) -> Int? {
    var total: UInt64 = 0
    for arm in arms { total += weight(arm) }
    guard total > 0 else { return nil }
    var point = position.multipliedFullWidth(by: total).high
    for (index, arm) in arms.enumerated() {
      let weight = weight(arm)
      if point < weight { return index }
      point -= weight
    }
    return nil
  }

  /// Where a caller stands in the split of a model: the same on every node and after every restart. The model's name is part
  /// of it, so that the same callers are not the first to try every canary.
  package static func position(of stickyValue: String, model: String) -> UInt64 {
    var hash = StableHash()
    hash.combine(model)
    hash.combine(stickyValue)
    return hash.value
  }

  private static func weight(_ arm: ModelRoute.Arm) -> UInt64 {
    UInt64(min(max(arm.weight, 0), greatestWeight))
  }
}
