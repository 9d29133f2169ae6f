import GatewayCore
import Testing

@Suite struct BackoffTests {
  @Test func doublesUpToTheMaximum() {
    let waits = (0..<8).map { Backoff.nominal(RetryPolicy(), retry: $0) }
    #expect(waits == [200, 400, 800, 1600, 3200, 5000, 5000, 5000].map { .milliseconds($0) })
  }

  @Test func jitterLiesBetweenHalfAndTheWholeAndReachesBothEnds() {
    let policy = RetryPolicy()
    #expect(Backoff.jittered(policy, retry: 0, random: 0) == .milliseconds(100))
    #expect(Backoff.jittered(policy, retry: 0, random: .max) == .milliseconds(200))
    var random = RandomSequence(seed: 3)
    var sum = Duration.zero
    for _ in 0..<1000 {
      let wait = Backoff.jittered(policy, retry: 1, random: random.next())
      #expect(wait >= .milliseconds(200) && wait <= .milliseconds(400))
      sum += wait
    }
    #expect(abs(sum.inSeconds / 1000 - 0.3) < 0.01)
  }

  @Test func oddPoliciesStayWithinTheirMaximum() {
    var policy = RetryPolicy()
    policy.backoff = .seconds(60)
    #expect(Backoff.nominal(policy, retry: 0) == .seconds(5))
    policy.factor = .infinity
    #expect(Backoff.nominal(policy, retry: 9) == .seconds(5))
    policy.backoff = .zero
    #expect(Backoff.jittered(policy, retry: .max, random: .max) == .zero)
    policy.backoff = .seconds(-1)
    #expect(Backoff.jittered(policy, retry: -1, random: .max) == .zero)
  }

  @Test func aFactorBelowOneShrinks() {
    var policy = RetryPolicy()
    policy.factor = 0.5
    #expect(Backoff.nominal(policy, retry: 2) == .milliseconds(50))
  }
}
