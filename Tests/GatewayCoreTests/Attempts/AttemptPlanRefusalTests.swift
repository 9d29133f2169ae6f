import GatewayCore
import Testing

/// What the client is told when all have failed.
@Suite struct AttemptPlanRefusalTests {
  struct Case: CustomTestStringConvertible {
    let failure: UpstreamFailure
    let status: Int
    let code: String
    var testDescription: String { failure.reason }
  }

  static let cases = [
    Case(failure: .down, status: 502, code: "provider_unreachable"),
    Case(failure: .hung, status: 504, code: "provider_timeout"),
    Case(failure: .init(.timeout, status: 408, reason: "408"), status: 504, code: "provider_timeout"),
    Case(failure: .broken, status: 503, code: "provider_error"),
    Case(failure: .overloaded, status: 503, code: "provider_error"),
    Case(failure: .init(.serverError, status: 529, reason: "529"), status: 529, code: "provider_error"),
    Case(failure: .errorInside, status: 502, code: "provider_error"),
    Case(failure: .nonsense, status: 502, code: "provider_error"),
    Case(failure: .redirect, status: 502, code: "provider_error"),
    Case(failure: .limited, status: 429, code: "provider_rate_limited"),
    Case(failure: .refused, status: 502, code: "provider_auth_failed"),
  ]

  /// Fails every attempt: the first `before.count` with those, the rest with `last`.
  private func end(_ fixture: AttemptFixture, before: [UpstreamFailure], last: UpstreamFailure) -> AttemptPlan.Action {
    var plan = fixture.plan()
    var action = plan.start(now: .at(0))
    var before = before[...]
    for step in 1..<50 {
      let now = Instant.at(Double(step) * 0.01)
      switch action {
      case .send: action = plan.attemptFailed(before.popFirst() ?? last, now: now) { true }
      case .wait: action = plan.waited(now: now)
      case .passThrough, .giveUp: return action
      }
    }
    return action
  }

  @Test(arguments: cases) func theLastFailureDecidesTheStatus(_ item: Case) {
    for fixture in [AttemptFixture(keys: [0]), AttemptFixture(keys: [2]), AttemptFixture(keys: [1, 0, 2])] {
      let error = end(fixture, before: [], last: item.failure).error
      #expect(error?.status == item.status)
      #expect(error?.code == item.code)
    }
  }

  @Test(arguments: cases, cases) func itIsTheLastOfSeveralThatCounts(_ first: Case, _ last: Case) {
    let fixture = AttemptFixture(keys: [0, 0], attempts: 0)
    let error = end(fixture, before: [first.failure], last: last.failure).error
    #expect(error?.status == last.status)
    #expect(error?.code == last.code)
  }

  @Test func theMessageSaysWhatWasTried() {
    let three = end(AttemptFixture(keys: [0, 0, 0], attempts: 0), before: [], last: .broken).error
    #expect(three?.message == "no target of model 'fast' answered (3 tried; last: 503 from p2/m)")
    let retried = end(AttemptFixture(keys: [0]), before: [], last: .down).error
    #expect(
      retried?.message == "no target of model 'fast' answered (1 tried, 2 attempts; last: connection refused at p0/m)")
    let inside = end(AttemptFixture(keys: [0], attempts: 0), before: [], last: .errorInside).error
    #expect(inside?.message == "no target of model 'fast' answered (1 tried; last: error inside a 200 at p0/m)")
  }

  @Test func theMessageOfARefusedKeySaysWhereToLookAndHoldsNoKey() throws {
    let error = try #require(end(AttemptFixture(keys: [2]), before: [], last: .refused).error)
    #expect(error.message.contains("check `keys`"))
    #expect(!error.message.contains("sk-"))
  }

  @Test func a503WithRetryAfterHandsItOn() {
    let error = end(AttemptFixture(keys: [0], attempts: 0), before: [], last: .overloaded).error
    #expect(error?.status == 503)
    #expect(error?.retryAfter == .seconds(2))
  }
}
