import GatewayCore
import GatewayPolicies
import GatewayProviders
import Testing

@Suite struct KeySetRefreshTests {
  private let start = Instant(nanoseconds: 1_000_000_000_000)
  private let keys = KeySet([])

  private func made() -> KeySetRefresh<Int> { KeySetRefresh(interval: .seconds(600)) }

  @Test func keysAreFetchedAtOnceAndThenByTheInterval() {
    var refresh = made()
    #expect(refresh.tick(now: start) == true)
    #expect(refresh.tick(now: start) == false)
    #expect(refresh.fetched(keys, now: start) == [])
    #expect(refresh.tick(now: start + .seconds(599)) == false)
    #expect(refresh.tick(now: start + .seconds(600)) == true)
  }

  @Test func callsWaitForTheFetchThatIsUnderWay() {
    var refresh = made()
    #expect(refresh.seek(now: start, waiter: 1) == .wait(startsFetch: true))
    #expect(refresh.seek(now: start, waiter: 2) == .wait(startsFetch: false))
    #expect(refresh.fetched(keys, now: start) == [1, 2])
    #expect(refresh.failed(now: start) == [])
  }

  @Test func withoutKeysAFailureIsToldUntilThePauseIsOver() {
    var refresh = made()
    #expect(refresh.seek(now: start, waiter: 1) == .wait(startsFetch: true))
    #expect(refresh.failed(now: start) == [1])
    #expect(refresh.seek(now: start, waiter: 2) == .decided)
    #expect(refresh.seek(now: start + .seconds(1), waiter: 3) == .wait(startsFetch: true))
  }

  @Test func pausesGrowAfterFailures() {
    var refresh = made()
    var now = start
    for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
      #expect(refresh.tick(now: now) == true)
      _ = refresh.failed(now: now)
      #expect(refresh.tick(now: now + .seconds(pause) + .milliseconds(-1)) == false)
      now = now + .seconds(pause)
    }
  }

  @Test func anUnknownKeyIsSoughtOnceInAWhile() {
    var refresh = made()
    _ = refresh.tick(now: start)
    _ = refresh.fetched(keys, now: start)
    #expect(refresh.seek(now: start, waiter: 1) == .wait(startsFetch: true))
    #expect(refresh.fetched(keys, now: start) == [1])
    #expect(refresh.seek(now: start + .seconds(29), waiter: 2) == .decided)
    #expect(refresh.seek(now: start + .seconds(30), waiter: 3) == .wait(startsFetch: true))
  }

  @Test func keysStayWhenAFetchFails() {
    var refresh = made()
    _ = refresh.tick(now: start)
    _ = refresh.fetched(keys, now: start)
    _ = refresh.tick(now: start + .seconds(600))
    _ = refresh.failed(now: start + .seconds(600))
    #expect(refresh.keys != nil)
  }

  @Test func noMoreThanSoManyCallsWait() {
    var refresh = made()
    for index in 0..<KeySetRefresh<Int>.waiterLimit { #expect(refresh.seek(now: start, waiter: index) != .decided) }
    #expect(refresh.seek(now: start, waiter: -1) == .decided)
  }
}
