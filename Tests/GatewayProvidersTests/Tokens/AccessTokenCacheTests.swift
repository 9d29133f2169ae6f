import GatewayCore
import GatewayProviders
import Testing

@Suite("Access token cache")
struct AccessTokenCacheTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private static func token(_ name: String = "t", at now: Instant, seconds: Int = 100) -> AccessToken {
    AccessToken(Secret(name), lifetime: .seconds(seconds), now: now)
  }

  private static func name(_ answer: AccessTokenCache<Int>.Answer) -> String {
    switch answer {
    case .token(let token): token.secret.reveal { $0 }
    case .wait: "wait"
    case .failure(let failure): failure.reason
    }
  }

  private var cache = AccessTokenCache<Int>()

  private mutating func ask(_ waiter: Int = 0, at seconds: Int) -> (name: String, startsFetch: Bool) {
    let asked = cache.ask(now: Self.start + .seconds(seconds)) { waiter }
    return (Self.name(asked.answer), asked.startsFetch)
  }

  @Test mutating func oneFetchServesAllWhoWait() {
    #expect(ask(1, at: 0) == ("wait", true))
    #expect(ask(2, at: 0) == ("wait", false))
    #expect(ask(3, at: 1) == ("wait", false))
    #expect(cache.fetched(Self.token(at: Self.start)) == [1, 2, 3])
    #expect(ask(at: 2) == ("t", false))
  }

  @Test mutating func theOldTokenServesWhileTheNextIsFetched() {
    _ = ask(at: 0)
    _ = cache.fetched(Self.token("old", at: Self.start))
    #expect(ask(at: 79) == ("old", false))
    #expect(ask(at: 80) == ("old", true))
    #expect(ask(at: 81) == ("old", false))
    #expect(cache.fetched(Self.token("new", at: Self.start + .seconds(80))).isEmpty)
    #expect(ask(at: 82) == ("new", false))
  }

  @Test mutating func anExpiredTokenIsNotUsed() {
    _ = ask(at: 0)
    _ = cache.fetched(Self.token("old", at: Self.start))
    #expect(ask(7, at: 90) == ("wait", true))
    #expect(cache.fetched(Self.token("new", at: Self.start + .seconds(90))) == [7])
  }

  @Test mutating func callsWaitWhenTheTokenExpiresDuringItsRefresh() {
    _ = ask(at: 0)
    _ = cache.fetched(Self.token("old", at: Self.start))
    #expect(ask(at: 85) == ("old", true))
    #expect(ask(8, at: 90) == ("wait", false))
    #expect(cache.failed(TokenFailure("gone"), now: Self.start + .seconds(95)) == [8])
    #expect(ask(at: 95) == ("gone", false))
  }

  @Test mutating func aFailureIsReportedToAllAndFollowedByAPause() {
    _ = ask(1, at: 0)
    _ = ask(2, at: 0)
    #expect(cache.failed(TokenFailure("no"), now: Self.start) == [1, 2])
    #expect(ask(at: 0) == ("no", false))
    #expect(ask(at: 1) == ("wait", true))
  }

  @Test mutating func pausesGrowUpToAMinute() {
    var now = 0
    for pause in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
      #expect(ask(at: now) == ("wait", true))
      _ = cache.failed(TokenFailure("no"), now: Self.start + .seconds(now))
      #expect(ask(at: now + pause - 1) == ("no", false))
      now += pause
    }
  }

  @Test mutating func aFailedRefreshLeavesTheOldTokenAndTriesAgainLater() {
    _ = ask(at: 0)
    _ = cache.fetched(Self.token("old", at: Self.start))
    _ = ask(at: 80)
    #expect(cache.failed(TokenFailure("no"), now: Self.start + .seconds(81)).isEmpty)
    #expect(ask(at: 81) == ("old", false))
    #expect(ask(at: 82) == ("old", true))
  }

  @Test mutating func aRefusedTokenIsDroppedUnlessItIsNew() {
    _ = ask(at: 0)
    let token = Self.token("t", at: Self.start)
    _ = cache.fetched(token)
    cache.refused(token, now: Self.start + .seconds(59))
    #expect(ask(at: 59) == ("t", false))
    cache.refused(Self.token("other", at: Self.start + .seconds(-1)), now: Self.start + .seconds(60))
    #expect(ask(at: 60) == ("t", false))
    cache.refused(token, now: Self.start + .seconds(60))
    #expect(ask(at: 60) == ("wait", true))
  }

  /// Every order of seven events, up to six deep: a fetch is never started beside another, nobody waits for nothing or is told
  /// twice, and what is handed out has not expired.
  @Test func holdsItsPromisesInEveryOrderOfEvents() {
    var walk = Walk()
    walk.explore(depth: 6)
    #expect(
      walk.visited == (1...6).reduce(0) { total, depth in total + (0..<depth).reduce(1) { power, _ in power * 7 } })
    #expect(walk.faults.isEmpty)
  }

  private struct Walk {
    struct State {
      var cache = AccessTokenCache<Int>()
      var now = AccessTokenCacheTests.start
      var fetchBegan: Instant?
      var waiting: Set<Int> = []
      var nextWaiter = 0
      var last: AccessToken?
    }

    private var state = State()
    private(set) var visited = 0
    private(set) var faults: Set<String> = []

    mutating func explore(depth: Int) {
      guard depth > 0 else { return }
      for event in 0..<7 {
        let before = state
        visited += 1
        apply(event)
        explore(depth: depth - 1)
        state = before
      }
    }

    private mutating func apply(_ event: Int) {
      switch event {
      case 0: ask()
      case 1: state.now = state.now + .seconds(1)
      case 2: state.now = state.now + .seconds(80)
      case 3: state.now = state.now + .seconds(11)
      case 4:
        guard let began = state.fetchBegan else { return }
        state.fetchBegan = nil
        let token = AccessToken(Secret("t"), lifetime: .seconds(100), now: began)
        state.last = token
        told(state.cache.fetched(token))
      case 5:
        guard state.fetchBegan != nil else { return }
        state.fetchBegan = nil
        told(state.cache.failed(TokenFailure("no"), now: state.now))
      default: if let last = state.last { state.cache.refused(last, now: state.now) }
      }
    }

    private mutating func ask() {
      let waiter = state.nextWaiter
      state.nextWaiter += 1
      let asked = state.cache.ask(now: state.now) { waiter }
      if asked.startsFetch {
        if state.fetchBegan != nil { faults.insert("a second fetch") }
        state.fetchBegan = state.now
      }
      switch asked.answer {
      case .token(let token): if state.now >= token.expiresAt { faults.insert("an expired token") }
      case .wait:
        state.waiting.insert(waiter)
        if state.fetchBegan == nil { faults.insert("waits for nothing") }
      case .failure: if state.fetchBegan != nil { faults.insert("a failure during a fetch") }
      }
    }

    private mutating func told(_ waiters: [Int]) {
      if Set(waiters) != state.waiting || waiters.count != state.waiting.count { faults.insert("not those who waited") }
      state.waiting = []
    }
  }
}
