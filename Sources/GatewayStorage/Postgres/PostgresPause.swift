import GatewayCore
import Synchronization

/// After a failed attempt to connect, work fails at once until the next attempt is due.
final class PostgresPause: Sendable {
  private struct State {
    var failures = 0
    var end: ContinuousClock.Instant?
    var error = PostgresError.closed
  }

  private let policy: RetryPolicy
  private let state = Mutex(State())

  init(_ pauses: ClosedRange<Duration>) {
    var policy = RetryPolicy()
    policy.backoff = pauses.lowerBound
    policy.maximum = pauses.upperBound
    self.policy = policy
  }

  /// - Throws: the reason of the last failure during a pause.
  func check() throws(PostgresError) {
    let error = state.withLock { state in state.end.map { .now < $0 } == true ? state.error : nil }
    if let error { throw error }
  }

  /// - Returns: how long the pause is.
  @discardableResult
  func failed(_ error: PostgresError) -> Duration {
    let random = UInt64.random(in: 0 ... .max)
    return state.withLock { state in
      let pause = Backoff.jittered(policy, retry: state.failures, random: random)
      state.failures += 1
      state.end = .now + pause
      state.error = error
      return pause
    }
  }

  func succeeded() {
    state.withLock {
      $0.failures = 0
      $0.end = nil
    }
  }
}
