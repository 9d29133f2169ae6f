package import GatewayPolicies
import Synchronization

/// What the loops share: counters and locks, none of which is held longer than a few instructions.
package final class SharedState: Sendable {
  let openConnections = Atomic<Int>(0)
  let retryBudget: SharedRetryBudget
  let tlsContexts = TLSContexts()
  let names = NameResolver()

  package init(retryBudget: SharedRetryBudget) { self.retryBudget = retryBudget }
}
