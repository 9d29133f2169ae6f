/// The timers of one attempt. Events only store instants, so a chunk costs nothing; `expired` is asked by a coarse sweep.
package struct AttemptTimers: Sendable {
  private enum Stage: Sendable {
    case authorizing, connecting, waitingForHead, waitingForContent, relaying
  }

  private let timeouts: Timeouts
  private let isStream: Bool
  private let startedAt: Instant
  private let exchangeDeadline: Instant?
  private var stage = Stage.connecting
  private var stageBegan: Instant
  private var lastBytes: Instant

  package init(timeouts: Timeouts, isStream: Bool, now: Instant, exchangeDeadline: Instant?) {
    self.timeouts = timeouts
    self.isStream = isStream
    self.exchangeDeadline = exchangeDeadline
    startedAt = now
    stageBegan = now
    lastBytes = now
  }

  /// An access token is being fetched, which has a limit of its own.
  package mutating func authorizing() { stage = .authorizing }

  /// A connection is being opened, anew where a kept-alive one was gone.
  package mutating func connecting(now: Instant) {
    stage = .connecting
    stageBegan = now
  }

  /// The request has been written to a connection.
  package mutating func requestSent(now: Instant) {
    stage = .waitingForHead
    stageBegan = now
  }

  package mutating func headReceived(now: Instant) {
    // `firstToken` runs from the request, so it keeps the stage's beginning.
    stage = isStream ? .waitingForContent : .relaying
    lastBytes = now
  }

  package mutating func bytesReceived(now: Instant) { lastBytes = now }

  package mutating func contentReceived(now: Instant) {
    stage = .relaying
    lastBytes = now
  }

  /// The reading side is paused for a slow client: its silence is not the provider's.
  package mutating func resumed(now: Instant) { lastBytes = now }

  /// Which timer has run out, if one has.
  package func expired(now: Instant) -> UpstreamFailure.Timer? {
    if let exchangeDeadline, now >= exchangeDeadline { return .deadline }
    if now - startedAt >= timeouts.total { return .total }
    switch stage {
    case .authorizing: return nil
    case .connecting:
      return now - stageBegan >= timeouts.connect ? .connect : nil
    case .waitingForHead:
      if let limit = timeouts.headers(streaming: isStream), now - stageBegan >= limit { return .headers }
      return isStream && now - stageBegan >= timeouts.firstToken ? .firstToken : nil
    case .waitingForContent:
      if now - stageBegan >= timeouts.firstToken { return .firstToken }
      return now - lastBytes >= timeouts.betweenTokens ? .betweenTokens : nil
    case .relaying:
      return now - lastBytes >= timeouts.betweenTokens ? .betweenTokens : nil
    }
  }

  /// How long the given timer was set to, for the message.
  package func limit(of timer: UpstreamFailure.Timer) -> Duration {
    switch timer {
    case .connect: timeouts.connect
    case .headers: timeouts.headers(streaming: isStream) ?? timeouts.total
    case .firstToken: timeouts.firstToken
    case .betweenTokens: timeouts.betweenTokens
    case .total: timeouts.total
    case .deadline: timeouts.deadline ?? timeouts.total
    }
  }
}
