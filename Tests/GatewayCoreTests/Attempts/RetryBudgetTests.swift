import GatewayCore
import Testing

@Suite struct RetryBudgetTests {
  private func taken(_ budget: inout RetryBudget, at seconds: Double, of wishes: Int = 10_000) -> Int {
    (0..<wishes).count { _ in budget.takeRetry(now: .at(seconds)) }
  }

  @Test func withoutTrafficTheFloorIsAllowed() {
    var budget = RetryBudget()
    #expect(taken(&budget, at: 0) == 10)
  }

  @Test func growsWithTheExchanges() {
    var budget = RetryBudget()
    for _ in 0..<1000 { budget.exchangeStarted(now: .at(0)) }
    #expect(taken(&budget, at: 0) == 210)
  }

  @Test func whatIsOlderThanTenSecondsIsForgotten() {
    var budget = RetryBudget()
    for _ in 0..<1000 { budget.exchangeStarted(now: .at(0)) }
    #expect(taken(&budget, at: 9.9) == 210)
    // The exchanges of second 0 have left the window, the retries of second 9 have not.
    #expect(taken(&budget, at: 10) == 0)
    #expect(taken(&budget, at: 19) == 10)
  }

  @Test func aLongSilenceEmptiesTheWindow() {
    var budget = RetryBudget()
    #expect(taken(&budget, at: 0.5) == 10)
    #expect(taken(&budget, at: 100_000) == 10)
  }

  @Test func aReadingFromThePastCountsNow() {
    var budget = RetryBudget()
    #expect(taken(&budget, at: 5, of: 4) == 4)
    #expect(taken(&budget, at: 3) == 6)
    #expect(taken(&budget, at: 14.9) == 0)
    #expect(taken(&budget, at: 15) == 10)
  }

  @Test func zeroAllowsNothing() {
    var policy = RetryBudgetPolicy()
    policy.floor = 0
    policy.ratio = 0
    var budget = RetryBudget(policy: policy)
    for _ in 0..<1000 { budget.exchangeStarted(now: .at(0)) }
    #expect(taken(&budget, at: 0) == 0)
  }

  @Test func overTimeRetriesStayWithinTheRatio() {
    var policy = RetryBudgetPolicy()
    policy.floor = 0
    var budget = RetryBudget(policy: policy)
    var retries = 0
    for step in 0..<100_000 {
      budget.exchangeStarted(now: .at(Double(step) / 1000))
      if budget.takeRetry(now: .at(Double(step) / 1000)) { retries += 1 }
    }
    #expect(abs(Double(retries) / 100_000 - 0.2) < 0.01)
  }
}
