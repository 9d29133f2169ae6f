package import GatewayCore
package import GatewayPolicies
import GatewayProviders
package import Logging
import Synchronization

/// What the loops share: counters and locks, none of which is held longer than a few instructions.
package final class SharedState: Sendable {
  let openConnections = Atomic<Int>(0)
  let retryBudget: SharedRetryBudget
  let tlsContexts = TLSContexts()
  let names = NameResolver()
  /// Of hosts that callers name: they must not hold up the look-ups for providers.
  let mediaNames = NameResolver()
  let tokens: AccessTokenSources
  let objects: any ObjectDirectory
  let objectProof: ObjectProof

  let logger: Logger

  /// - Parameter logger: is told of budgets, and of access tokens that could not be fetched.
  package init(
    retryBudget: SharedRetryBudget, objects: any ObjectDirectory, logger: Logger
  ) {
    self.retryBudget = retryBudget
    self.logger = logger
    self.objects = objects
    objectProof = ObjectProof(key: objects.proofKey)
    tokens = AccessTokenSources { provider, failure in
      logger.warning(
        "no access token", metadata: ["provider": "\(provider)", "reason": "\(failure.reason)"])
    }
  }

  func budgetReached(_ notice: BudgetNotice) {
    let used = "\(Money.decimal(notice.used)) of \(notice.limit.words)"
    logger.warning(
      "a budget is nearly used up",
      metadata: ["percent": "\(notice.percent)", "used": "\(used)", "subject": "\(notice.subject)"])
  }
}
