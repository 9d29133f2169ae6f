/// The life of one exchange: makes sure that it starts at most once and is settled exactly once, whatever comes in between.
///
/// ```
/// reading ──body──▶ running ──head of a stream──▶ streaming
///    └────────────────┴───────────────────────────────┴──ended──▶ ended
/// ```
package struct ExchangeLife: Sendable {
  private enum State: Sendable {
    /// The request is arriving. → `running`, `ended`
    case reading
    /// The policies or an attempt are at work. → `streaming`, `ended`
    case running
    /// The head of a streamed answer is out. → `ended`
    case streaming
    /// Settled; final.
    case ended
  }

  /// Why an exchange ends before its answer.
  package enum Interruption: Hashable, Sendable {
    case clientGone
    /// The drain is over.
    case cut
  }

  /// What an interruption asks for.
  package enum Action: Hashable, Sendable {
    /// It came too late, or is not the first.
    case nothing
    /// Stop the attempt; `stopped` says what follows.
    case stopAttempt
    /// Settle without an answer: nobody is there.
    case settle
    /// Answer that the gateway ends.
    case refuse
    /// End the stream with an error event.
    case breakStream
  }

  private var state = State.reading
  package private(set) var interruption: Interruption?

  package init() {}

  package var isStreaming: Bool { if case .streaming = state { true } else { false } }
  package var isEnded: Bool { if case .ended = state { true } else { false } }

  /// The whole request is here. `false` when the exchange is over already or runs.
  package mutating func bodyArrived() -> Bool {
    guard case .reading = state else { return false }
    state = .running
    return true
  }

  /// The head of a streamed answer is about to leave.
  package mutating func streamBegan() {
    guard case .running = state else { return }
    state = .streaming
  }

  package mutating func interrupted(by interruption: Interruption) -> Action {
    guard self.interruption == nil else { return .nothing }
    switch state {
    case .ended: return .nothing
    case .reading:
      self.interruption = interruption
      return stopped()
    case .running, .streaming:
      self.interruption = interruption
      return .stopAttempt
    }
  }

  /// Nothing runs any more for an interrupted exchange.
  package func stopped() -> Action {
    switch (interruption, state) {
    case (nil, _), (_, .ended): .nothing
    case (.clientGone, _): .settle
    case (.cut, .streaming): .breakStream
    case (.cut, .reading), (.cut, .running): .refuse
    }
  }

  /// The exchange is over. Says whether it was not before: only then is it settled.
  package mutating func ended() -> Bool {
    if case .ended = state { return false }
    state = .ended
    return true
  }
}
