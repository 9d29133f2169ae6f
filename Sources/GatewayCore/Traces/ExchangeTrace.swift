/// Where an exchange is in a trace: its own span, that of its caller, and what was decided of them.
package final class ExchangeTrace: Sendable {
  package enum Decision: Hashable, Sendable {
    case unsampled
    /// The ratio has taken it.
    case sampled
    /// Its caller wants it.
    case sampledByCaller
  }

  /// What an answer says of itself, looked at in sampled exchanges only.
  package struct Answer: Hashable, Sendable {
    package var model: String?
    /// Of each choice.
    package var finishReasons: [String] = []

    package init() {}
  }

  package let id: TraceID
  /// Of the exchange.
  package let span: SpanID
  /// Of the caller; nil: the trace begins here.
  package let parent: SpanID?
  package let decision: Decision
  /// Whether the id is known to be random.
  package let isRandom: Bool
  /// `tracestate` of the caller; empty: none.
  package let state: String
  /// nil: nothing is known.
  package let answer: Answer?

  private init(
    id: TraceID, span: SpanID, parent: SpanID?, decision: Decision, isRandom: Bool, state: String, answer: Answer?
  ) {
    self.id = id
    self.span = span
    self.parent = parent
    self.decision = decision
    self.isRandom = isRandom
    self.state = state
    self.answer = answer
  }

  /// Begins a trace, or joins that of the caller.
  ///
  /// - Parameter state: see `TraceState`.
  package static func begin(
    under caller: TraceParent?, state: String, sampling: TraceSampling, random: inout RandomSequence
  ) -> ExchangeTrace {
    let span = SpanID(word: random.nextOtherThanZero())
    guard let caller else {
      let id = TraceID(high: random.nextOtherThanZero(), low: random.next())
      return ExchangeTrace(
        id: id, span: span, parent: nil, decision: sampling.takes(id) ? .sampled : .unsampled, isRandom: true,
        state: "", answer: nil)
    }
    let isTaken = sampling.takes(caller.trace)
    let decision: Decision
    if sampling.followsCallers {
      let isWanted = caller.flags.contains(.sampled)
      decision = isWanted ? (isTaken ? .sampled : .sampledByCaller) : .unsampled
    } else {
      decision = isTaken ? .sampled : .unsampled
    }
    return ExchangeTrace(
      id: caller.trace, span: span, parent: caller.span, decision: decision,
      isRandom: caller.flags.contains(.random), state: state, answer: nil)
  }

  /// The same with what is known of the answer.
  package func with(_ answer: Answer) -> ExchangeTrace {
    ExchangeTrace(
      id: id, span: span, parent: parent, decision: decision, isRandom: isRandom, state: state, answer: answer)
  }

  /// Whether its spans are sent to the collector, once it is known who calls. What a stranger wants does not count.
  package func isExported(callerIsKnown: Bool) -> Bool {
    switch decision {
    case .unsampled: false
    case .sampled: true
    case .sampledByCaller: callerIsKnown
    }
  }

  package var isSampled: Bool { decision != .unsampled }

  /// As in `traceparent`.
  package var flags: TraceParent.Flags {
    (isSampled ? .sampled : TraceParent.Flags()).union(isRandom ? .random : TraceParent.Flags())
  }

  /// The span of the attempt with this number, from 0. It follows from that of the exchange, so that nobody has to keep it.
  package func span(ofAttempt index: Int) -> SpanID {
    var sequence = RandomSequence(seed: span.word &+ UInt64(truncatingIfNeeded: index))
    return SpanID(word: sequence.nextOtherThanZero())
  }

  /// What a provider gets as `traceparent` in the attempt with this number.
  package func parent(ofAttempt index: Int) -> TraceParent {
    TraceParent(trace: id, span: span(ofAttempt: index), flags: flags)
  }
}

extension RandomSequence {
  /// Ids of nothing but zeros are none.
  fileprivate mutating func nextOtherThanZero() -> UInt64 {
    let word = next()
    return word == 0 ? 1 : word
  }
}
