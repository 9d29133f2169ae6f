import GatewayCore
import Testing

/// The order of tries: retries, other keys, next targets.
@Suite struct AttemptPlanTests {
  @Test func theFirstTargetIsTheFirstToBeTried() {
    let fixture = AttemptFixture(keys: [0, 0])
    var plan = fixture.plan()
    #expect(plan.start(now: .at(0)) == .send(targetIndex: 0, credentialIndex: nil, attempt: 1))
    plan.attemptSucceeded(now: .at(1))
    #expect(plan.attempts == 1)
    #expect(plan.triedTargets == 1)
    #expect(fixture.targetCells[0].log == ["succeeded"])
  }

  @Test(arguments: [UpstreamFailure.down, .hung, .broken, .nonsense, .redirect, .errorInside])
  func aFailureIsRetriedAfterABackoffThenTheNextTargetIsTried(_ failure: UpstreamFailure) throws {
    let fixture = AttemptFixture(keys: [0, 1], attempts: 2)
    var plan = fixture.plan()
    _ = plan.start(now: .at(0))
    let first = try #require(plan.failed(failure, at: 1).wait)
    #expect(first >= .milliseconds(100) && first <= .milliseconds(200))
    #expect(plan.waited(now: .at(2)) == .send(targetIndex: 0, credentialIndex: nil, attempt: 2))
    let second = try #require(plan.failed(failure, at: 3).wait)
    #expect(second >= .milliseconds(200) && second <= .milliseconds(400))
    #expect(plan.waited(now: .at(4)) == .send(targetIndex: 0, credentialIndex: nil, attempt: 3))
    #expect(plan.failed(failure, at: 5) == .send(targetIndex: 1, credentialIndex: 0, attempt: 4))
    #expect(plan.triedTargets == 2)
    plan.attemptSucceeded(now: .at(6))
    #expect(fixture.targetCells[0].log == Array(repeating: "failed \(failure.kind.rawValue)", count: 3))
    #expect(fixture.keyCells[1][0].log == ["succeeded"])
  }

  @Test func withoutRetriesTheNextTargetIsTriedAtOnce() {
    var plan = AttemptFixture(keys: [0, 0], attempts: 0).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.broken, at: 1) == .send(targetIndex: 1, credentialIndex: nil, attempt: 2))
  }

  @Test func eachTargetFollowsThePolicyOfTheModelThatNamedIt() {
    let patient = AttemptFixture(keys: [0], attempts: 1)
    let strict = AttemptFixture(keys: [0], attempts: 0, on: [.connect])
    var plan = AttemptPlan(
      model: "fast", targets: strict.targets + patient.targets, deadline: nil, seed: 1)
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.down, at: 1).target == 1)
    #expect(plan.failed(.broken, at: 2).wait != nil)
    var other = AttemptPlan(
      model: "fast", targets: strict.targets + patient.targets, deadline: nil, seed: 1)
    _ = other.start(now: .at(3))
    #expect(other.failed(.broken, at: 4) == .passThrough)
  }

  @Test func anExhaustedBudgetSkipsRetriesButNotTargets() {
    var plan = AttemptFixture(keys: [0, 0]).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.attemptFailed(.broken, now: .at(1)) { false }.target == 1)
    #expect(plan.attemptFailed(.broken, now: .at(2)) { false }.error?.status == 503)
  }

  @Test func theBudgetIsAskedOnlyForRetries() {
    var asked = 0
    var plan = AttemptFixture(keys: [2, 0]).plan()
    _ = plan.start(now: .at(0))
    let budget = {
      asked += 1
      return true
    }
    #expect(plan.attemptFailed(.limited, now: .at(1), mayRetry: budget).target == 0)
    #expect(plan.attemptFailed(.refused, now: .at(2), mayRetry: budget).target == 1)
    #expect(asked == 0)
    #expect(plan.attemptFailed(.broken, now: .at(3), mayRetry: budget).wait != nil)
    #expect(asked == 1)
  }

  @Test(arguments: [UpstreamFailure.refused, .limited, .limited(for: 30)])
  func anotherKeyOfTheSameTargetIsUsedAtOnceThenTheNextTarget(_ failure: UpstreamFailure) {
    let fixture = AttemptFixture(keys: [3, 0])
    var plan = fixture.plan()
    var keys = [plan.start(now: .at(0)).credential]
    for second in 1...2 {
      let action = plan.failed(failure, at: Double(second))
      #expect(action.target == 0)
      keys.append(action.credential)
    }
    #expect(Set(keys) == [0, 1, 2])
    #expect(plan.failed(failure, at: 3) == .send(targetIndex: 1, credentialIndex: nil, attempt: 4))
    #expect(fixture.keyCells[0].allSatisfy { $0.log == ["failed \(failure.kind.rawValue)"] })
    #expect(fixture.targetCells[0].log == ["abandoned", "abandoned", "abandoned"])
  }

  @Test func keysAreBalanced() {
    let fixture = AttemptFixture(keys: [4])
    var counts = [0, 0, 0, 0]
    for seed in 0..<4000 {
      var plan = fixture.plan(seed: UInt64(seed))
      if let key = plan.start(now: .at(0)).credential { counts[key] += 1 }
      plan.attemptSucceeded(now: .at(0))
    }
    #expect(counts.allSatisfy { (900...1100).contains($0) }, "\(counts)")
  }

  @Test func aKeyThatIsSetAsideIsPassedOver() {
    let fixture = AttemptFixture(keys: [2])
    fixture.keyCells[0][1].contents.health.failed(.refused, now: .at(0))
    for seed in 0..<20 {
      var plan = fixture.plan(seed: UInt64(seed))
      #expect(plan.start(now: .at(1)).credential == 0)
      plan.attemptSucceeded(now: .at(1))
    }
  }

  @Test func aRetryKeepsTheKeyThatWasNotAtFault() {
    let fixture = AttemptFixture(keys: [3])
    var plan = fixture.plan()
    let key = plan.start(now: .at(0)).credential
    _ = plan.failed(.down, at: 1)
    #expect(plan.waited(now: .at(2)).credential == key)
    plan.attemptSucceeded(now: .at(3))
    #expect(fixture.keyCells[0][key ?? 0].log == ["abandoned", "succeeded"])
  }

  @Test func theCallersFaultIsPassedThroughAndProvesTheTargetAlive() {
    let fixture = AttemptFixture(keys: [1, 0])
    var plan = fixture.plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.callers, at: 1) == .passThrough)
    #expect(fixture.targetCells[0].log == ["succeeded"])
    #expect(fixture.keyCells[0][0].log == ["succeeded"])
  }

  @Test(arguments: [UpstreamFailure.broken, .limited, .missing, .init(.timeout, status: 408, reason: "408")])
  func anAnswerThatTheModelDoesNotFailOverIsPassedThrough(_ failure: UpstreamFailure) {
    var plan = AttemptFixture(keys: [1, 1], on: []).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(failure, at: 1) == .passThrough)
  }

  @Test(arguments: [
    (UpstreamFailure.down, 502), (.hung, 504), (.nonsense, 502), (.redirect, 502), (.errorInside, 502),
  ])
  func aFailureWithoutAnAnswerThatTheModelDoesNotFailOverIsAnError(_ failure: UpstreamFailure, _ status: Int) {
    var plan = AttemptFixture(keys: [1, 1], on: []).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(failure, at: 1).error?.status == status)
  }

  @Test func aRefusedKeyMovesOnWhateverTheModelSays() {
    var plan = AttemptFixture(keys: [1, 1], on: []).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.refused, at: 1).target == 1)
  }

  @Test func exactCodesAreFailedOver() {
    var plan = AttemptFixture(keys: [0, 0], attempts: 0, on: [], statuses: [503, 409]).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.broken, at: 1).target == 1)
    #expect(plan.failed(.init(.serverError, status: 500, reason: ""), at: 2) == .passThrough)
    var conflict = AttemptFixture(keys: [0, 0], attempts: 0, on: [], statuses: [409]).plan()
    _ = conflict.start(now: .at(0))
    #expect(conflict.failed(.init(.callerError, status: 409, reason: ""), at: 1).target == 1)
    #expect(conflict.failed(.init(.callerError, status: 409, reason: ""), at: 2) == .passThrough)
  }

  @Test func aMissingModelIsNotRetriedAtTheSameTarget() {
    var plan = AttemptFixture(keys: [0, 0], attempts: 3, on: [.notFound]).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.missing, at: 1).target == 1)
    #expect(plan.failed(.missing, at: 2) == .passThrough)
  }

  @Test func nothingMoreHappensWhenTheClientHasGone() {
    let fixture = AttemptFixture(keys: [1])
    var plan = fixture.plan()
    _ = plan.start(now: .at(0))
    plan.abandoned(now: .at(1))
    plan.abandoned(now: .at(1))
    plan.attemptSucceeded(now: .at(1))
    #expect(fixture.targetCells[0].log == ["abandoned"])
    #expect(fixture.keyCells[0][0].log == ["abandoned"])
    #expect(plan.failed(.down, at: 2).error?.kind == .internalError)
  }

  @Test func aStreamThatBreaksAfterItsContentCountsAgainstTheTarget() {
    let fixture = AttemptFixture(keys: [1])
    var plan = fixture.plan()
    _ = plan.start(now: .at(0))
    plan.broke(.hung, now: .at(1))
    plan.attemptSucceeded(now: .at(1))
    #expect(fixture.targetCells[0].log == ["failed timeout"])
    #expect(fixture.keyCells[0][0].log == ["abandoned"])
  }

  @Test func anEventOutOfTurnIsAnErrorAndNotACrash() {
    var plan = AttemptFixture(keys: [0]).plan()
    #expect(plan.waited(now: .at(0)).error?.kind == .internalError)
    #expect(plan.start(now: .at(0)).error?.kind == .internalError)
  }

  @Test func theSameSeedMakesTheSameDecisions() {
    func waits(_ seed: UInt64) -> [AttemptPlan.Action] {
      var plan = AttemptFixture(keys: [5], attempts: 3).plan(seed: seed)
      return [plan.start(now: .at(0)), plan.failed(.down, at: 1), plan.waited(now: .at(2)), plan.failed(.down, at: 3)]
    }
    #expect(waits(4) == waits(4))
    #expect(waits(4) != waits(5))
  }
}
