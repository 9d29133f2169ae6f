package import GatewayCore

/// Decides when an access token is fetched, and who waits for it. One fetch at a time; the token at hand serves while the next
/// one is fetched; after a failure there is a pause. A `Waiter` stands for a call that cannot go on without a token.
package struct AccessTokenCache<Waiter: Sendable>: Sendable {
  private enum State: Sendable {
    /// → `fetching`
    case empty
    /// → `held`, `failed`
    case fetching(waiters: [Waiter], failures: Int)
    /// → `refreshing`, `fetching` (expired), `empty` (refused by the provider)
    case held(AccessToken, failures: Int, nextFetch: Instant)
    /// The waiters came after the old token had expired. → `held`, `failed`, `fetching` (old token refused)
    case refreshing(AccessToken, waiters: [Waiter], failures: Int)
    /// → `fetching`, once `until` has come
    case failed(TokenFailure, failures: Int, until: Instant)
  }

  package enum Answer {
    case token(AccessToken)
    /// The waiter is told later.
    case wait
    case failure(TokenFailure)
  }

  /// The pause after the first failure; it doubles with each further one.
  package static var firstPause: Duration { .seconds(1) }
  package static var longestPause: Duration { .seconds(60) }
  /// A provider that refuses a younger token would refuse the next one as well.
  package static var refusalAge: Duration { .seconds(60) }

  private var state = State.empty

  package init() {}

  /// A call wants a token.
  ///
  /// - Parameter waiter: made, and kept, only for the answer `wait`.
  /// - Returns: what the call gets, and whether a fetch has to be started now.
  package mutating func ask(now: Instant, waiter: () -> Waiter) -> (answer: Answer, startsFetch: Bool) {
    switch state {
    case .empty:
      state = .fetching(waiters: [waiter()], failures: 0)
      return (.wait, true)
    case .fetching(let waiters, let failures):
      state = .fetching(waiters: waiters + [waiter()], failures: failures)
      return (.wait, false)
    case .held(let token, let failures, let nextFetch):
      if now >= token.expiresAt {
        state = .fetching(waiters: [waiter()], failures: failures)
        return (.wait, true)
      }
      guard now >= nextFetch else { return (.token(token), false) }
      state = .refreshing(token, waiters: [], failures: failures)
      return (.token(token), true)
    case .refreshing(let token, let waiters, let failures):
      if now < token.expiresAt { return (.token(token), false) }
      state = .refreshing(token, waiters: waiters + [waiter()], failures: failures)
      return (.wait, false)
    case .failed(let failure, let failures, let until):
      if now < until { return (.failure(failure), false) }
      state = .fetching(waiters: [waiter()], failures: failures)
      return (.wait, true)
    }
  }

  /// The fetch brought a token. Returns who waited for it.
  package mutating func fetched(_ token: AccessToken) -> [Waiter] {
    let waiters = self.waiters
    state = .held(token, failures: 0, nextFetch: token.refreshAt)
    return waiters
  }

  /// The fetch brought none. Returns who waited for one.
  package mutating func failed(_ failure: TokenFailure, now: Instant) -> [Waiter] {
    let waiters = self.waiters
    switch state {
    case .fetching(_, let failures):
      state = .failed(failure, failures: failures + 1, until: now + Self.pause(after: failures + 1))
    case .refreshing(let token, _, let failures):
      let next = now + Self.pause(after: failures + 1)
      state =
        now < token.expiresAt
        ? .held(token, failures: failures + 1, nextFetch: next)
        : .failed(failure, failures: failures + 1, until: next)
    case .empty, .held, .failed: break
    }
    return waiters
  }

  /// The provider would not have `token` (401): another one is fetched for the next call, unless it was quite new.
  package mutating func refused(_ token: AccessToken, now: Instant) {
    guard now - token.obtainedAt >= Self.refusalAge else { return }
    switch state {
    case .held(let held, _, _) where held.obtainedAt == token.obtainedAt: state = .empty
    case .refreshing(let held, let waiters, let failures) where held.obtainedAt == token.obtainedAt:
      state = .fetching(waiters: waiters, failures: failures)
    default: break
    }
  }

  private var waiters: [Waiter] {
    switch state {
    case .fetching(let waiters, _), .refreshing(_, let waiters, _): waiters
    case .empty, .held, .failed: []
    }
  }

  private static func pause(after failures: Int) -> Duration {
    min(longestPause, firstPause * (1 << min(failures - 1, 6)))
  }
}
