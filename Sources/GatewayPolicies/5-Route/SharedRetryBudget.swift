package import GatewayCore
import Synchronization

/// The retry budget of the whole process, shared by all event loops.
package final class SharedRetryBudget: Sendable {
  private let budget: Mutex<RetryBudget>

  package init(policy: RetryBudgetPolicy = RetryBudgetPolicy()) { budget = Mutex(RetryBudget(policy: policy)) }

  /// Call once for each exchange that reaches a target.
  package func exchangeStarted(now: Instant) { budget.withLock { $0.exchangeStarted(now: now) } }

  /// Takes one retry, if one is left.
  package func takeRetry(now: Instant) -> Bool { budget.withLock { $0.takeRetry(now: now) } }

  /// Takes over a reloaded policy; the window stays.
  package func adopt(_ policy: RetryBudgetPolicy) { budget.withLock { $0.policy = policy } }
}
