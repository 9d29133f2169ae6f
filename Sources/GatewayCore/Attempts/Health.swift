/// The health of one target or one provider key. Knows nothing of clocks and locks: `HealthCell` wraps it.
///
/// A target is set aside after `policy.failures` failures in a row; a refused or rate-limited key at once. When the pause is
/// over one live request probes it: an answer makes it well, a failure doubles the pause.
package struct Health: Sendable {
  /// What the admin plane and the metrics show.
  package enum Status: Hashable, Sendable {
    /// In use; so many failures in a row.
    case well(failures: Int)
    /// Not used until then; `isFirm`: the provider named the time.
    case setAside(until: Instant, isFirm: Bool)
    /// The pause is over and the next request will probe it.
    case due
    /// One live request is finding out.
    case probing

    /// Anything but in use.
    package var isSetAside: Bool { if case .well = self { false } else { true } }
  }

  private struct Pause: Sendable {
    var until: Instant
    /// Nothing is sent before it: the provider's own `Retry-After`. Never later than `until`.
    var firmUntil: Instant
    /// The length that a failed probe doubles; zero when only the provider has named times so far.
    var length: Duration
  }

  private enum State: Sendable {
    /// In use. → `aside`
    case healthy(failures: Int)
    /// Not used until the pause is over. → `probing`, `healthy` (a late success)
    case aside(Pause)
    /// The pause is over and one request is out. → `healthy`, `aside`, `probing` (unanswered for too long)
    case probing(Pause, since: Instant)
  }

  /// A probe that says nothing for so long no longer keeps others from probing.
  package static let probeLimit: Duration = .seconds(120)
  /// A provider that asks for more is not believed.
  package static let longestRetryAfter: Duration = .seconds(86_400)

  /// May change while it runs (reload); the current pause keeps its length.
  package var policy: HealthPolicy
  private var state: State = .healthy(failures: 0)

  package init(policy: HealthPolicy = HealthPolicy()) { self.policy = policy }

  /// In use and without a failure: nothing to look at, nothing to reset.
  package var isWell: Bool {
    if case .healthy(failures: 0) = state { true } else { false }
  }

  package func status(now: Instant) -> Status {
    switch state {
    case .healthy(let failures): .well(failures: failures)
    case .aside(let pause) where now < pause.until: .setAside(until: pause.until, isFirm: now < pause.firmUntil)
    case .aside: .due
    case .probing(_, let since): now < since + Self.probeLimit ? .probing : .due
    }
  }

  /// What `admit` would answer.
  package func peek(now: Instant) -> HealthAdmission {
    switch state {
    case .healthy: .granted
    case .aside(let pause):
      if now < pause.firmUntil {
        .setAside(until: pause.firmUntil, isFirm: true)
      } else if now < pause.until {
        .setAside(until: pause.until, isFirm: false)
      } else {
        .granted
      }
    case .probing(_, let since):
      now < since + Self.probeLimit ? .setAside(until: since + Self.probeLimit, isFirm: false) : .granted
    }
  }

  package mutating func admit(now: Instant) -> HealthAdmission {
    let admission = peek(now: now)
    guard admission == .granted else { return admission }
    switch state {
    case .healthy: break
    case .aside(let pause), .probing(let pause, _): state = .probing(pause, since: now)
    }
    return .granted
  }

  package mutating func succeeded(now: Instant) {
    if case .aside(let pause) = state, now < pause.firmUntil {
      // The success was under way before the provider said "not before": its word stands.
      state = .aside(Pause(until: pause.firmUntil, firmUntil: pause.firmUntil, length: .zero))
    } else {
      state = .healthy(failures: 0)
    }
  }

  package mutating func abandoned() {
    if case .probing(let pause, _) = state { state = .aside(pause) }
  }

  package mutating func failed(_ failure: UpstreamFailure, now: Instant) {
    switch failure.kind {
    case .rateLimit, .serverError:
      if let retryAfter = failure.retryAfter {
        pauseFirmly(for: retryAfter, now: now)
      } else if failure.kind == .rateLimit {
        pause(now: now)
      } else {
        count(now: now)
      }
    case .auth: pause(now: now)
    case .connect, .timeout: count(now: now)
    // The provider is alive and the fault is not its own.
    case .notFound, .callerError: abandoned()
    }
  }

  private mutating func count(now: Instant) {
    if case .healthy(let failures) = state, failures + 1 < policy.failures {
      state = .healthy(failures: failures + 1)
    } else {
      pause(now: now)
    }
  }

  /// Sets aside for `policy.setAside`, or for twice the last pause when that one is over.
  private mutating func pause(now: Instant) {
    switch state {
    case .healthy: begin(policy.setAside, after: nil, now: now)
    case .aside(let pause) where now < pause.until && pause.length > .zero:
      // Requests that were sent before the pause say nothing new: a burst of failures is one pause.
      break
    case .aside(let pause), .probing(let pause, _):
      begin(pause.length > .zero ? pause.length * 2 : policy.setAside, after: pause, now: now)
    }
  }

  private mutating func begin(_ length: Duration, after last: Pause?, now: Instant) {
    let length = min(length, policy.maximum)
    let until = now + length
    let firmUntil = last?.firmUntil ?? Instant(nanoseconds: 0)
    state = .aside(Pause(until: max(until, last?.until ?? until), firmUntil: firmUntil, length: length))
  }

  private mutating func pauseFirmly(for retryAfter: Duration, now: Instant) {
    let until = now + min(max(retryAfter, .zero), Self.longestRetryAfter)
    switch state {
    case .healthy: state = .aside(Pause(until: until, firmUntil: until, length: .zero))
    // The later deadline wins.
    case .aside(let pause), .probing(let pause, _):
      state = .aside(
        Pause(until: max(until, pause.until), firmUntil: max(until, pause.firmUntil), length: pause.length))
    }
  }
}
