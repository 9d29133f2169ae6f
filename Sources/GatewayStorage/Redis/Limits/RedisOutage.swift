import NIOCore

/// When the operator is told that Redis does not answer: once, once more where the settings turn out to be the reason, and then
/// again after pauses that grow from a minute to an hour, since that does not end by itself.
struct RedisOutage {
  private static let pauses: ClosedRange<TimeAmount> = .minutes(1) ... .hours(1)

  private enum State {
    case none
    case away
    /// Told again at `next`.
    case misconfigured(next: NIODeadline, pause: TimeAmount)
  }

  private var state = State.none

  /// Whether Redis refuses what the settings say.
  var isMisconfigured: Bool { if case .misconfigured = state { true } else { false } }

  /// - Returns: whether to tell of it.
  mutating func failed(_ error: RedisError, now: NIODeadline) -> Bool {
    switch (state, error.fault) {
    case (.none, nil):
      state = .away
      return true
    case (.away, nil): return false
    case (.none, _?), (.away, _?):
      state = .misconfigured(next: now + Self.pauses.lowerBound, pause: Self.pauses.lowerBound)
      return true
    case (.misconfigured(let next, let pause), let fault):
      guard fault != nil, now >= next else { return false }
      let longer = min(pause * 2, Self.pauses.upperBound)
      state = .misconfigured(next: now + longer, pause: longer)
      return true
    }
  }

  mutating func ended() { state = .none }
}
