package import GatewayCore
package import GatewayProviders

/// Decides when the keys of an issuer are fetched, and who waits for them. One fetch at a time; the keys at hand serve while others
/// are fetched, and after a fetch that failed. A `Waiter` stands for a call that cannot go on.
package struct KeySetRefresh<Waiter> {
  /// The pause after the first failure; it doubles with each further one.
  package static var firstPause: Duration { .seconds(1) }
  package static var longestPause: Duration { .seconds(60) }
  /// Between two fetches for the sake of a key that a token names and nobody knows: strangers can name what they like.
  package static var unknownKeyPause: Duration { .seconds(30) }
  /// Calls that wait for one fetch.
  package static var waiterLimit: Int { 1_000 }

  package enum Answer: Hashable {
    /// The waiter is told later.
    case wait(startsFetch: Bool)
    /// The keys at hand are all there is.
    case decided
  }

  private let interval: Duration
  package private(set) var keys: KeySet?
  private var isFetching = false
  private var waiters: [Waiter] = []
  private var failures = 0
  /// nil: at once.
  private var nextFetch: Instant?
  private var soughtAt: Instant?

  /// - Parameter interval: between two fetches.
  package init(interval: Duration) { self.interval = interval }

  /// A fetch is due, and is to be started now.
  package mutating func tick(now: Instant) -> Bool {
    guard !isFetching, nextFetch.map({ now >= $0 }) ?? true else { return false }
    isFetching = true
    return true
  }

  /// A call has no keys, or its token names one that is not among them.
  package mutating func seek(now: Instant, waiter: @autoclosure () -> Waiter) -> Answer {
    if isFetching {
      guard waiters.count < Self.waiterLimit else { return .decided }
      waiters.append(waiter())
      return .wait(startsFetch: false)
    }
    if keys == nil {
      guard tick(now: now) else { return .decided }
    } else {
      if let soughtAt, now - soughtAt < Self.unknownKeyPause { return .decided }
      soughtAt = now
      isFetching = true
    }
    waiters.append(waiter())
    return .wait(startsFetch: true)
  }

  /// - Returns: who waited.
  package mutating func fetched(_ keys: KeySet, now: Instant) -> [Waiter] {
    self.keys = keys
    failures = 0
    nextFetch = now + interval
    return end()
  }

  /// The keys at hand stay.
  ///
  /// - Returns: who waited.
  package mutating func failed(now: Instant) -> [Waiter] {
    failures += 1
    nextFetch = now + min(interval, Self.longestPause, Self.firstPause * (1 << min(failures - 1, 6)))
    return end()
  }

  private mutating func end() -> [Waiter] {
    isFetching = false
    let waiters = waiters
    self.waiters = []
    return waiters
  }
}
