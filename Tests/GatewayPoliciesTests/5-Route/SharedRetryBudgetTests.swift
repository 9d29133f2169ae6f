import GatewayCore
import GatewayPolicies
import Testing

@Suite struct SharedRetryBudgetTests {
  private let now = Instant(nanoseconds: 5_000_000_000)

  @Test func allThreadsTogetherGetNoMoreThanTheBudget() async {
    let budget = SharedRetryBudget()
    for _ in 0..<100 { budget.exchangeStarted(now: now) }
    let taken = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { (0..<100).count { _ in budget.takeRetry(now: now) } } }
      return await group.reduce(0, +)
    }
    #expect(taken == 30)
  }

  @Test func aReloadedPolicyAppliesAtOnce() {
    let budget = SharedRetryBudget()
    var policy = RetryBudgetPolicy()
    policy.floor = 1
    budget.adopt(policy)
    #expect(budget.takeRetry(now: now))
    #expect(!budget.takeRetry(now: now))
  }
}
