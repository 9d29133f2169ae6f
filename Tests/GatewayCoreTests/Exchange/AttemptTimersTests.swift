import GatewayCore
import Testing

@Suite struct AttemptTimersTests {
  private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: 1_000_000_000_000) + .seconds(seconds) }

  private func timers(isStream: Bool, deadline: Double? = nil, _ change: (inout Timeouts) -> Void = { _ in })
    -> AttemptTimers
  {
    var timeouts = Timeouts()
    change(&timeouts)
    return AttemptTimers(timeouts: timeouts, isStream: isStream, now: at(0), exchangeDeadline: deadline.map(at))
  }

  @Test func theConnectTimerEndsWithTheRequest() {
    var timers = timers(isStream: false)
    #expect(timers.expired(now: at(4.9)) == nil)
    #expect(timers.expired(now: at(5)) == .connect)
    timers.requestSent(now: at(4))
    #expect(timers.expired(now: at(100)) == nil)
  }

  @Test func theConnectTimerDoesNotRunWhileATokenIsFetched() {
    var timers = timers(isStream: false, deadline: 40)
    timers.authorizing()
    #expect(timers.expired(now: at(39.9)) == nil)
    #expect(timers.expired(now: at(40)) == .deadline)
    timers.connecting(now: at(20))
    #expect(timers.expired(now: at(25)) == .connect)
  }

  @Test func aPlainCallHasNoHeadTimerUnlessSet() {
    var plain = timers(isStream: false)
    plain.requestSent(now: at(1))
    #expect(plain.expired(now: at(599)) == nil)
    var set = timers(isStream: false) { $0.headers = .seconds(3) }
    set.requestSent(now: at(1))
    #expect(set.expired(now: at(4)) == .headers)
  }

  @Test func aStreamWaitsForItsHeadAMinute() {
    var timers = timers(isStream: true) { $0.firstToken = .seconds(90) }
    timers.requestSent(now: at(1))
    #expect(timers.expired(now: at(60.9)) == nil)
    #expect(timers.expired(now: at(61)) == .headers)
  }

  @Test func theFirstTokenTimerRunsFromTheRequestAndIsNotStoppedByOtherBytes() {
    var timers = timers(isStream: true) { $0.firstToken = .seconds(10) }
    timers.requestSent(now: at(1))
    timers.headReceived(now: at(5))
    timers.bytesReceived(now: at(10.5))
    #expect(timers.expired(now: at(10.9)) == nil)
    #expect(timers.expired(now: at(11)) == .firstToken)
    timers.contentReceived(now: at(10.9))
    #expect(timers.expired(now: at(60)) == nil)
  }

  @Test func anyByteStopsTheGapTimer() {
    var timers = timers(isStream: true) { $0.betweenTokens = .seconds(2) }
    timers.requestSent(now: at(0))
    timers.headReceived(now: at(1))
    #expect(timers.expired(now: at(3)) == .betweenTokens)
    timers.contentReceived(now: at(2))
    timers.bytesReceived(now: at(3.5))
    #expect(timers.expired(now: at(5.4)) == nil)
    #expect(timers.expired(now: at(5.5)) == .betweenTokens)
    timers.resumed(now: at(6))
    #expect(timers.expired(now: at(7.9)) == nil)
  }

  @Test func theTotalAndTheDeadlineBoundEverything() {
    var total = timers(isStream: true) { $0.total = .seconds(30) }
    total.requestSent(now: at(0))
    total.headReceived(now: at(1))
    total.contentReceived(now: at(29.9))
    #expect(total.expired(now: at(30)) == .total)
    #expect(timers(isStream: false, deadline: 2).expired(now: at(2)) == .deadline)
  }
}
