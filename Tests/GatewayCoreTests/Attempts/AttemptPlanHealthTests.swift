import GatewayCore
import Testing

/// What is set aside, what is waited for, and what happens when nothing is well.
@Suite struct AttemptPlanHealthTests {
  @Test func aTargetThatIsSetAsideIsPassedOver() {
    let fixture = AttemptFixture(keys: [0, 0])
    fixture.setAside(0, now: .at(0))
    var plan = fixture.plan()
    #expect(plan.start(now: .at(1)).target == 1)
  }

  @Test func aTargetWhoseKeysAreAllSetAsideIsPassedOverAndItsProbeHandedBack() {
    let fixture = AttemptFixture(keys: [1, 0])
    fixture.setAside(0, now: .at(0))
    fixture.keyCells[0][0].contents.health.failed(.limited(for: 60), now: .at(0))
    var plan = fixture.plan()
    #expect(plan.start(now: .at(10)).target == 1)
    #expect(fixture.targetCells[0].contents.health.status(now: .at(10)) == .due)
  }

  @Test func whenAllAreSetAsideTheOneDueSoonestIsTried() {
    let fixture = AttemptFixture(keys: [0, 0, 0])
    fixture.setAside(0, now: .at(2))
    fixture.setAside(1, now: .at(0))
    fixture.setAside(2, now: .at(1))
    var plan = fixture.plan()
    #expect(plan.start(now: .at(3)).target == 1)
    plan.attemptSucceeded(now: .at(4))
    #expect(fixture.targetCells[1].contents.health.isWell)
  }

  @Test func aForcedTryThatIsAbandonedLeavesTheProbeOfAnotherAlone() {
    let fixture = AttemptFixture(keys: [0])
    fixture.setAside(0, now: .at(0))
    var probe = fixture.plan()
    #expect(probe.start(now: .at(5)).target == 0)
    var forced = fixture.plan()
    #expect(forced.start(now: .at(6)).target == 0)
    forced.abandoned(now: .at(7))
    #expect(fixture.targetCells[0].contents.health.status(now: .at(7)) == .probing)
  }

  @Test func whenAllKeysAreRefusedTheOneDueSoonestIsTried() {
    let fixture = AttemptFixture(keys: [3])
    for (key, second) in [(0, 2.0), (1, 0.0), (2, 1.0)] {
      fixture.keyCells[0][key].contents.health.failed(.refused, now: .at(second))
    }
    var plan = fixture.plan()
    #expect(plan.start(now: .at(3)).credential == 1)
    #expect(plan.failed(.refused, at: 3.5).error?.code == "provider_auth_failed")
  }

  @Test func whenEveryProviderNamedATimeNothingIsSent() {
    let fixture = AttemptFixture(keys: [0, 2])
    fixture.targetCells[0].contents.health.failed(.limited(for: 30), now: .at(0))
    fixture.keyCells[1][0].contents.health.failed(.limited(for: 20), now: .at(0))
    fixture.keyCells[1][1].contents.health.failed(.limited(for: 12), now: .at(0))
    var plan = fixture.plan()
    let error = plan.start(now: .at(2)).error
    #expect(error?.status == 429)
    #expect(error?.retryAfter == .seconds(10))
    #expect(error?.message == "every target of model 'fast' is rate-limited by its provider; try again in 10 s")
    #expect(plan.attempts == 0)
    #expect(plan.triedTargets == 0)
  }

  @Test func aTargetThatWasSetAsideIsTriedOnceWhenTheOthersHaveFailed() {
    let fixture = AttemptFixture(keys: [0, 0, 0], attempts: 0)
    fixture.setAside(1, now: .at(0))
    fixture.setAside(2, now: .at(0.5))
    var plan = fixture.plan()
    #expect(plan.start(now: .at(1)).target == 0)
    #expect(plan.failed(.broken, at: 2).target == 1)
    #expect(plan.failed(.down, at: 3).error?.status == 502)
  }

  @Test func aTargetThatHasJustBeenSetAsideIsNotRetriedWhileAnotherIsWell() {
    let fixture = AttemptFixture(keys: [0, 0], attempts: 3)
    for _ in 0..<4 { fixture.targetCells[0].contents.health.failed(.down, now: .at(0)) }
    var plan = fixture.plan()
    _ = plan.start(now: .at(1))
    #expect(plan.failed(.down, at: 2).target == 1)
  }

  @Test func theOnlyTargetIsRetriedEvenWhenItHasJustBeenSetAside() {
    let fixture = AttemptFixture(keys: [0])
    fixture.setAside(0, now: .at(0))
    var plan = fixture.plan()
    _ = plan.start(now: .at(1))
    #expect(plan.failed(.down, at: 2).wait != nil)
    #expect(plan.waited(now: .at(2.2)).target == 0)
    #expect(plan.failed(.down, at: 2.3).error?.code == "provider_unreachable")
  }

  @Test(arguments: [UpstreamFailure.limited(for: 2), .overloaded])
  func retryAfterIsWaitedForWhenNothingElseIsLeft(_ failure: UpstreamFailure) {
    var plan = AttemptFixture(keys: [1]).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(failure, at: 1) == .wait(.seconds(2)))
    #expect(plan.waited(now: .at(3)).target == 0)
    #expect(plan.failed(failure, at: 4).error?.retryAfter == .seconds(2))
  }

  @Test func aRetryAfterLongerThanTheMaximumIsHandedToTheClientAtOnce() {
    var plan = AttemptFixture(keys: [1]).plan()
    _ = plan.start(now: .at(0))
    let error = plan.failed(.limited(for: 6), at: 1).error
    #expect(error?.status == 429)
    #expect(error?.code == "provider_rate_limited")
    #expect(error?.retryAfter == .seconds(6))
  }

  @Test func aRetryAfterWithoutTriesLeftIsHandedToTheClientAtOnce() {
    var plan = AttemptFixture(keys: [1], attempts: 0).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.limited(for: 1), at: 1).error?.retryAfter == .seconds(1))
  }

  @Test(arguments: [UpstreamFailure.limited, .limited(for: 1), .overloaded])
  func aRateLimitIsNotWaitedForWhileAnotherTargetIsLeft(_ failure: UpstreamFailure) {
    var plan = AttemptFixture(keys: [1, 0]).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(failure, at: 1).target == 1)
  }

  @Test func aRateLimitWithoutATimeIsRetriedAfterAnOrdinaryBackoff() throws {
    var plan = AttemptFixture(keys: [1]).plan()
    _ = plan.start(now: .at(0))
    let wait = try #require(plan.failed(.limited, at: 1).wait)
    #expect(wait <= .milliseconds(200))
    #expect(plan.waited(now: .at(1.2)).target == 0)
    let error = plan.failed(.limited, at: 1.3).error
    #expect(error?.status == 429)
    #expect(error?.retryAfter == .milliseconds(4700))
  }

  @Test func aRetryAfterOfNothingIsStillABackoff() throws {
    var plan = AttemptFixture(keys: [0]).plan()
    _ = plan.start(now: .at(0))
    #expect(try #require(plan.failed(.limited(for: 0), at: 1).wait) >= .milliseconds(100))
  }

  @Test func ofSeveralRateLimitedTargetsTheFirstToBeFreeIsWaitedFor() {
    var plan = AttemptFixture(keys: [1, 1]).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.limited(for: 2), at: 1).target == 1)
    #expect(plan.failed(.limited(for: 4), at: 1) == .wait(.seconds(2)))
    #expect(plan.waited(now: .at(3)).target == 0)
    #expect(plan.failed(.limited(for: 9), at: 3) == .wait(.seconds(2)))
    #expect(plan.waited(now: .at(5)).target == 1)
    #expect(plan.failed(.limited(for: 9), at: 5).error?.retryAfter == .seconds(7))
  }

  @Test func ofSeveralRateLimitedKeysTheFirstToBeFreeIsWaitedFor() {
    var plan = AttemptFixture(keys: [2]).plan()
    let first = plan.start(now: .at(0)).credential
    #expect(plan.failed(.limited(for: 3), at: 0).credential != first)
    #expect(plan.failed(.limited(for: 5), at: 0) == .wait(.seconds(3)))
    #expect(plan.waited(now: .at(3)).credential == first)
  }

  @Test func aRateLimitedTargetIsReturnedToWhenTheOthersHaveFailed() {
    var plan = AttemptFixture(keys: [0, 0]).plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.limited(for: 2), at: 0).target == 1)
    #expect(plan.failed(.down, at: 0.5).wait != nil)
    #expect(plan.waited(now: .at(1)).target == 1)
    #expect(plan.failed(.down, at: 1) == .wait(.seconds(1)))
    #expect(plan.waited(now: .at(2)).target == 0)
    plan.attemptSucceeded(now: .at(3))
    #expect(plan.attempts == 4)
  }

  @Test func aPauseSetDuringTheWaitIsRespected() {
    let fixture = AttemptFixture(keys: [0])
    var plan = fixture.plan()
    _ = plan.start(now: .at(0))
    _ = plan.failed(.limited(for: 1), at: 0)
    fixture.targetCells[0].contents.health.failed(.limited(for: 30), now: .at(0.5))
    let error = plan.waited(now: .at(1)).error
    #expect(error?.status == 429)
    #expect(error?.retryAfter == .seconds(29.5))
  }

  @Test func afterAWaitATargetThatHasBecomeFreeIsPreferredToOneThatIsSetAside() {
    let fixture = AttemptFixture(keys: [0, 0])
    fixture.targetCells[1].contents.health.failed(.limited(for: 1), now: .at(0))
    var plan = fixture.plan()
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.down, at: 0.9).wait != nil)
    fixture.setAside(0, now: .at(0.95))
    #expect(plan.waited(now: .at(1)).target == 1)
  }

  @Test func noWaitPassesTheDeadline() {
    var plan = AttemptFixture(keys: [0, 0]).plan(deadline: .at(1.05))
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.down, at: 1).target == 1)
    #expect(plan.failed(.down, at: 1).error?.status == 502)
    var limited = AttemptFixture(keys: [0]).plan(deadline: .at(2.5))
    _ = limited.start(now: .at(0))
    #expect(limited.failed(.limited(for: 2), at: 1).error?.status == 429)
  }

  @Test func pastTheDeadlineNothingIsSent() {
    let fixture = AttemptFixture(keys: [0, 0])
    var early = fixture.plan(deadline: .at(1))
    #expect(early.start(now: .at(1)).error?.status == 504)
    var failing = fixture.plan(deadline: .at(1))
    _ = failing.start(now: .at(0))
    let error = failing.failed(.broken, at: 1).error
    #expect(error?.status == 504)
    #expect(
      error?.message
        == "the deadline of model 'fast' passed before a target answered (1 tried; last: 503 from p0/m)")
    var waiting = fixture.plan(deadline: .at(1))
    _ = waiting.start(now: .at(0))
    #expect(waiting.failed(.broken, at: 0.1).wait != nil)
    #expect(waiting.waited(now: .at(1)).error?.status == 504)
  }

  @Test func theCallersFaultIsPassedThroughEvenPastTheDeadline() {
    var plan = AttemptFixture(keys: [0]).plan(deadline: .at(1))
    _ = plan.start(now: .at(0))
    #expect(plan.failed(.callers, at: 2) == .passThrough)
  }

  @Test func aModelWithoutTargetsIsAnError() {
    var plan = AttemptFixture(keys: []).plan()
    #expect(plan.start(now: .at(0)).error?.status == 502)
  }
}
