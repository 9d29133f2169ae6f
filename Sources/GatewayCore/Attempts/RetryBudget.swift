/// Keeps retries a small share of the traffic: while everything fails, retrying every call would multiply the load on providers
/// that are already in trouble. Counts over a sliding window of ten one-second slots.
package struct RetryBudget: Sendable {
  private struct Slot: Sendable {
    var exchanges = 0
    var retries = 0
  }

  private static let slots = 10

  package var policy: RetryBudgetPolicy
  private var ring = [Slot](repeating: Slot(), count: slots)
  private var total = Slot()
  /// The second of the process's clock that the newest slot stands for.
  private var second: UInt64 = 0

  package init(policy: RetryBudgetPolicy = RetryBudgetPolicy()) { self.policy = policy }

  package mutating func exchangeStarted(now: Instant) {
    let slot = slot(now: now)
    ring[slot].exchanges += 1
    total.exchanges += 1
  }

  /// Takes one retry, if one is left.
  package mutating func takeRetry(now: Instant) -> Bool {
    let slot = slot(now: now)
    guard Double(total.retries) < Double(policy.floor) + policy.ratio * Double(total.exchanges) else { return false }
    ring[slot].retries += 1
    total.retries += 1
    return true
  }

  /// Moves the window so that it ends with `now`. A clock reading that is older than the window's end counts in its newest slot.
  private mutating func slot(now: Instant) -> Int {
    let current = now.nanoseconds / 1_000_000_000
    if current > second {
      for passed in 1...min(current - second, UInt64(Self.slots)) {
        let index = Int((second + passed) % UInt64(Self.slots))
        total.exchanges -= ring[index].exchanges
        total.retries -= ring[index].retries
        ring[index] = Slot()
      }
      second = current
    }
    return Int(second % UInt64(Self.slots))
  }
}
