import GatewayCore
import Testing

@Suite struct HealthTests {
  private func aside(_ until: Double, firm: Bool = false) -> HealthAdmission {
    .setAside(until: .at(until), isFirm: firm)
  }
  private func failing(_ times: Int, at seconds: Double = 0) -> Health {
    var health = Health()
    for _ in 0..<times { health.failed(.down, now: .at(seconds)) }
    return health
  }

  @Test func staysInUseUntilItFailsFiveTimesInARow() {
    var health = failing(4)
    #expect(health.admit(now: .at(0)) == .granted)
    health.failed(.broken, now: .at(0))
    #expect(health.admit(now: .at(0)) == aside(5))
  }

  @Test func aSuccessStartsTheCountAnew() {
    var health = failing(4)
    health.succeeded(now: .at(0))
    #expect(health.isWell)
    health.failed(.hung, now: .at(0))
    #expect(health.admit(now: .at(0)) == .granted)
  }

  @Test(arguments: [UpstreamFailure.callers, .missing]) func theCallersFaultDoesNotCount(_ failure: UpstreamFailure) {
    var health = failing(4)
    for _ in 0..<10 { health.failed(failure, now: .at(0)) }
    #expect(health.status(now: .at(0)) == .well(failures: 4))
  }

  @Test func letsExactlyOneRequestProbeWhenThePauseIsOver() {
    var health = failing(5)
    #expect(health.admit(now: .at(4.999)) == aside(5))
    #expect(health.peek(now: .at(5)) == .granted)
    #expect(health.status(now: .at(5)) == .due)
    #expect(health.admit(now: .at(5)) == .granted)
    #expect(health.admit(now: .at(5)) == aside(125))
    #expect(health.peek(now: .at(6)) == aside(125))
    #expect(health.status(now: .at(6)) == .probing)
  }

  @Test func anAnsweredProbeMakesItWell() {
    var health = failing(5)
    _ = health.admit(now: .at(5))
    health.succeeded(now: .at(6))
    #expect(health.isWell)
    for _ in 0..<4 { health.failed(.down, now: .at(7)) }
    #expect(health.admit(now: .at(7)) == .granted)
  }

  @Test func aFailedProbeDoublesThePauseUpToTheMaximum() {
    var health = failing(5)
    var now = 5.0
    for length in [10.0, 20, 40, 60, 60] {
      #expect(health.admit(now: .at(now)) == .granted)
      health.failed(.down, now: .at(now))
      #expect(health.admit(now: .at(now)) == aside(now + length))
      now += length
    }
  }

  @Test func thePauseIsShortAgainAfterARecovery() {
    var health = failing(5)
    _ = health.admit(now: .at(5))
    health.failed(.down, now: .at(5))
    _ = health.admit(now: .at(15))
    health.succeeded(now: .at(15))
    for _ in 0..<5 { health.failed(.down, now: .at(16)) }
    #expect(health.peek(now: .at(16)) == aside(21))
  }

  @Test func anAbandonedProbeFreesTheSlot() {
    var health = failing(5)
    _ = health.admit(now: .at(5))
    health.abandoned()
    #expect(health.admit(now: .at(5)) == .granted)
  }

  @Test func anAbandonedRequestSaysNothingElse() {
    var health = failing(4)
    health.abandoned()
    #expect(health.status(now: .at(0)) == .well(failures: 4))
    health.failed(.down, now: .at(0))
    health.abandoned()
    #expect(health.peek(now: .at(0)) == aside(5))
  }

  @Test func aProbeWithoutAnAnswerForTwoMinutesFreesTheSlot() {
    var health = failing(5)
    _ = health.admit(now: .at(5))
    #expect(health.admit(now: .at(124.9)) == aside(125))
    #expect(health.admit(now: .at(125)) == .granted)
    #expect(health.admit(now: .at(125)) == aside(245))
  }

  @Test func aBurstOfFailuresIsOnePause() {
    var health = failing(50)
    #expect(health.peek(now: .at(0)) == aside(5))
    health.failed(.refused, now: .at(4))
    #expect(health.peek(now: .at(4)) == aside(5))
  }

  @Test func aRefusedKeyIsSetAsideAtOnceAndLongerEachTime() {
    var health = Health()
    health.failed(.refused, now: .at(0))
    #expect(health.admit(now: .at(0)) == aside(5))
    #expect(health.admit(now: .at(5)) == .granted)
    health.failed(.refused, now: .at(5))
    #expect(health.admit(now: .at(5)) == aside(15))
  }

  @Test func aRateLimitWithoutATimeIsAnOrdinaryPause() {
    var health = Health()
    health.failed(.limited, now: .at(0))
    #expect(health.admit(now: .at(0)) == aside(5))
  }

  @Test(arguments: [
    UpstreamFailure.limited(for: 30), .init(.serverError, status: 503, retryAfter: .seconds(30), reason: "503"),
  ])
  func retryAfterIsFirm(_ failure: UpstreamFailure) {
    var health = Health()
    health.failed(failure, now: .at(0))
    #expect(health.admit(now: .at(29.9)) == aside(30, firm: true))
    #expect(health.admit(now: .at(30)) == .granted)
    #expect(health.status(now: .at(30)) == .probing)
  }

  @Test func theLaterDeadlineWinsInEitherOrder() {
    var health = Health()
    health.failed(.limited(for: 30), now: .at(0))
    health.failed(.limited(for: 3), now: .at(1))
    #expect(health.peek(now: .at(2)) == aside(30, firm: true))
    health.failed(.limited(for: 40), now: .at(2))
    #expect(health.peek(now: .at(2)) == aside(42, firm: true))
  }

  @Test func anOrdinaryPauseOutlastsAShorterRetryAfter() {
    var health = Health()
    health.failed(.limited(for: 1), now: .at(0))
    health.failed(.limited, now: .at(0))
    #expect(health.peek(now: .at(0)) == aside(1, firm: true))
    #expect(health.peek(now: .at(1)) == aside(5))
    #expect(health.peek(now: .at(5)) == .granted)
  }

  @Test func anOlderSuccessDoesNotCutARetryAfterShort() {
    var health = Health()
    health.failed(.limited(for: 30), now: .at(0))
    health.succeeded(now: .at(1))
    #expect(health.admit(now: .at(2)) == aside(30, firm: true))
    #expect(health.admit(now: .at(30)) == .granted)
  }

  @Test func anOlderSuccessEndsAnOrdinaryPause() {
    var health = failing(5)
    health.succeeded(now: .at(1))
    #expect(health.isWell)
  }

  @Test func aRetryAfterDuringAProbeOutlivesTheProbesSuccess() {
    var health = failing(5)
    _ = health.admit(now: .at(5))
    health.failed(.limited(for: 30), now: .at(6))
    health.succeeded(now: .at(7))
    #expect(health.admit(now: .at(8)) == aside(36, firm: true))
  }

  @Test func aRetryAfterDoesNotLengthenLaterPauses() {
    var health = Health()
    health.failed(.limited(for: 30), now: .at(0))
    _ = health.admit(now: .at(30))
    health.failed(.limited, now: .at(30))
    #expect(health.peek(now: .at(30)) == aside(35))
  }

  @Test func aRetryAfterOfYearsIsADay() {
    var health = Health()
    health.failed(.limited(for: 1 << 40), now: .at(0))
    #expect(health.peek(now: .at(0)) == aside(86_400, firm: true))
    var past = Health()
    past.failed(.limited(for: -5), now: .at(0))
    #expect(past.peek(now: .at(0)) == .granted)
  }

  @Test func aReloadedPolicyAppliesToTheNextFailure() {
    var health = failing(1)
    health.policy.failures = 2
    health.policy.setAside = .seconds(1)
    health.failed(.down, now: .at(0))
    #expect(health.peek(now: .at(0)) == aside(1))
  }

  @Test(arguments: [0, -3, 1]) func aThresholdBelowOneMeansTheFirstFailure(_ failures: Int) {
    var policy = HealthPolicy()
    policy.failures = failures
    var health = Health(policy: policy)
    health.failed(.down, now: .at(0))
    #expect(health.peek(now: .at(0)) == aside(5))
  }

  @Test func whateverHappensNothingIsSentBeforeAFirmPauseIsOverAndNoPauseIsShortened() {
    // Random walks over all events but success, which alone may end an ordinary pause.
    let failures: [UpstreamFailure] = [
      .down, .hung, .broken, .overloaded, .limited, .limited(for: 9), .refused, .callers,
    ]
    var random = RandomSequence(seed: 7)
    for _ in 0..<300 {
      var health = Health()
      var now = Instant.at(0)
      var firmUntil = now
      for _ in 0..<40 {
        now = now + .milliseconds(Int.random(in: 0..<4000, using: &random))
        #expect(health.admit(now: now) != .granted || now >= firmUntil)
        let before = health.status(now: now)
        health.failed(failures.randomElement(using: &random) ?? .down, now: now)
        if case .setAside(let promised, _) = before {
          guard case .setAside(let until, _) = health.status(now: now) else {
            Issue.record("a failure ended a pause")
            continue
          }
          #expect(until >= promised)
        }
        if Bool.random(using: &random) { health.abandoned() }
        if case .setAside(let until, isFirm: true) = health.peek(now: now) { firmUntil = max(firmUntil, until) }
      }
    }
  }

  @Test func noSuccessCutsAFirmPauseShort() {
    var random = RandomSequence(seed: 8)
    for _ in 0..<300 {
      var health = Health()
      health.failed(.limited(for: 20), now: .at(0))
      for second in 1..<20 {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: health.succeeded(now: .at(Double(second)))
        case 1: health.abandoned()
        case 2: health.failed(.down, now: .at(Double(second)))
        default: health.failed(.limited, now: .at(Double(second)))
        }
        #expect(health.admit(now: .at(Double(second))) == aside(20, firm: true))
      }
    }
  }
}
