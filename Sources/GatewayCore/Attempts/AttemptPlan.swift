/// Decides what an exchange does next: which target, with which key, after which wait, or that it is over. One machine for every
/// surface. Knows nothing of sockets and clocks; asks the health of targets and keys, and reports to it.
///
/// The driver calls `start`, does what the action says, and reports how it went until an action ends the exchange. Every use of
/// a target and key that was granted is reported to their health exactly once.
package struct AttemptPlan: Sendable {
  package enum Action: Hashable, Sendable {
    /// Call `targets[targetIndex]` with that key of its provider (`nil`: it has none).
    /// - `attempt`: counts all tries of the exchange, from 1.
    case send(targetIndex: Int, credentialIndex: Int?, attempt: Int)
    /// Call `waited` after so long.
    case wait(Duration)
    /// The provider's answer is the client's: its own fault, or not to be failed over. Over.
    case passThrough
    /// Nothing is left to try. Over.
    case giveUp(GatewayError)
  }

  enum State: Sendable {
    /// Nothing was sent yet. → `inFlight`, `ended`
    case ready
    /// One attempt is on the wire. → `inFlight` (another key or target), `waiting`, `ended`
    case inFlight(Sending)
    /// Pausing before another try of a target. → `inFlight`, `ended`
    case waiting(target: Int)
    /// Answered, given up or abandoned; final.
    case ended
  }

  /// What is on the wire, and whose admission it holds.
  struct Sending: Sendable {
    var target: Int
    var credential: Int?
    /// False when it was sent although the target was set aside: there was no other.
    var holdsTarget: Bool
    var holdsCredential: Bool
    /// How many keys of the provider, in this exchange's order, were tried or passed over.
    var visitedKeys: Int
  }

  /// What has become of one target in this exchange.
  struct Progress: Sendable {
    var sends = 0
    /// Tries of the same target after the first, next keys not counted.
    var retries = 0
    var visitedKeys = 0
    var lastKey: Int?
    /// It cannot be sent this request.
    var isUnfit = false
    /// Was left for another because of a rate limit or a `Retry-After`; may be returned to when nothing else is left.
    var isDeferred = false
  }

  package let targets: [PlannedTarget]
  let model: String
  let deadline: Instant?
  /// Where this exchange begins in every provider's list of keys.
  let rotation: UInt64
  var random: RandomSequence
  var state: State = .ready
  /// One for each target; empty until something fails, so that the common path allocates nothing.
  var progress: [Progress] = []
  var lastFailure: (failure: UpstreamFailure, target: Int)?
  /// A target that was set aside has been tried for want of a better one; once is enough.
  var hasForced = false
  /// Tries of this exchange (`x-sluice-attempts`).
  package private(set) var attempts = 0

  /// - Parameters:
  ///   - model: the name that messages use.
  ///   - targets: flattened, filtered and in order.
  ///   - deadline: bounds the whole exchange; nothing is sent and no wait lasts past it.
  ///   - seed: random; picks the first key and the jitter of waits.
  package init(model: String, targets: [PlannedTarget], deadline: Instant?, seed: UInt64) {
    self.model = model
    self.targets = targets
    self.deadline = deadline
    var random = RandomSequence(seed: seed)
    self.rotation = random.next()
    self.random = random
  }

  /// Different targets that were sent to.
  package var triedTargets: Int {
    progress.isEmpty ? min(attempts, 1) : progress.reduce(0) { $0 + ($1.sends > 0 ? 1 : 0) }
  }

  package mutating func start(now: Instant) -> Action {
    guard case .ready = state else { return outOfTurn() }
    if isPastDeadline(now) { return end(.giveUp(deadlineRefusal())) }
    if let sending = admitUntried(now: now) ?? forceUntried(now: now) { return send(sending) }
    return end(.giveUp(refusal(now: now)))
  }

  /// The attempt failed before the client saw any of it.
  /// - Parameter mayRetry: takes one retry from the fleet's budget; called only when one is about to be used.
  package mutating func attemptFailed(_ failure: UpstreamFailure, now: Instant, mayRetry: () -> Bool) -> Action {
    guard case .inFlight(let sending) = state else { return outOfTurn() }
    if failure.timer == .deadline {
      // The time of the whole exchange was up; that says nothing of this target.
      release(sending, now: now)
      return end(.giveUp(deadlineRefusal()))
    }
    report(failure, of: sending, now: now)
    lastFailure = (failure, sending.target)
    let wasAnswered = failure.status.map { $0 >= 400 } ?? false
    guard targets[sending.target].policy.fallback.covers(failure) else {
      return end(wasAnswered ? .passThrough : .giveUp(refusal(now: now)))
    }
    if isPastDeadline(now) { return end(.giveUp(deadlineRefusal())) }
    note(failure, of: sending, now: now)
    if let action = next(after: failure, of: sending.target, now: now, mayRetry: mayRetry) { return action }
    let isAnswer = failure.kind == .callerError || failure.kind == .notFound
    return end(isAnswer && wasAnswered ? .passThrough : .giveUp(refusal(now: now)))
  }

  /// The target cannot be sent this request: nothing was sent, and the next one takes its place. `nil` when there is none.
  package mutating func passedOver(now: Instant) -> Action? {
    guard case .inFlight(let sending) = state else { return outOfTurn() }
    release(sending, now: now)
    attempts -= 1
    if progress.isEmpty {
      progress = Array(repeating: Progress(), count: targets.count)
    } else {
      progress[sending.target].sends -= 1
    }
    progress[sending.target].isUnfit = true
    if let next = admitUntried(now: now) ?? forceUntried(now: now) { return send(next) }
    return lastFailure == nil ? nil : end(.giveUp(refusal(now: now)))
  }

  /// The wait that was asked for is over.
  package mutating func waited(now: Instant) -> Action {
    guard case .waiting(let target) = state else { return outOfTurn() }
    if isPastDeadline(now) { return end(.giveUp(deadlineRefusal())) }
    let again = admitAgain(target, now: now) ?? admitUntried(now: now) ?? force(target, now: now)
    return again.map { send($0) } ?? end(.giveUp(refusal(now: now)))
  }

  /// The answer is complete (or so far that the target is known to be well). No effect unless an attempt is on the wire.
  package mutating func attemptSucceeded(now: Instant) {
    guard case .inFlight(let sending) = state else { return }
    state = .ended
    let target = targets[sending.target].target
    target.health.succeeded(now: now)
    if let credential = sending.credential { target.provider.credentials[credential].health.succeeded(now: now) }
  }

  /// The answer broke off after the client had seen some of it: counts against the target, and nothing can be tried any more.
  /// No effect unless an attempt is on the wire.
  package mutating func broke(_ failure: UpstreamFailure, now: Instant) {
    guard case .inFlight(let sending) = state else { return }
    state = .ended
    guard failure.timer != .deadline else { return release(sending, now: now) }
    report(failure, of: sending, now: now)
    lastFailure = (failure, sending.target)
  }

  /// The client went away or the exchange was cut. Legal at any time.
  package mutating func abandoned(now: Instant) {
    if case .inFlight(let sending) = state { release(sending, now: now) }
    state = .ended
  }

  mutating func send(_ sending: Sending) -> Action {
    attempts += 1
    if !progress.isEmpty { record(sending) }
    state = .inFlight(sending)
    return .send(targetIndex: sending.target, credentialIndex: sending.credential, attempt: attempts)
  }

  private mutating func end(_ action: Action) -> Action {
    state = .ended
    return action
  }

  /// An event that the state does not allow is a fault of ours; the caller gets an error, the process goes on.
  private mutating func outOfTurn() -> Action {
    end(.giveUp(GatewayError(.internalError, "the gateway lost track of this request; please send it again")))
  }
}
