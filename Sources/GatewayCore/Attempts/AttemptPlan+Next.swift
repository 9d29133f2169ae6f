/// What comes after a failure: another key, the same target again, the next target, a last resort, or nothing.
extension AttemptPlan {
  mutating func next(
    after failure: UpstreamFailure, of target: Int, now: Instant, mayRetry: () -> Bool
  ) -> Action? {
    switch failure.kind {
    case .auth, .rateLimit:
      // The key is at fault, not the target: another key is no retry and needs no wait.
      if let sending = admitNextKey(target, now: now) { return send(sending) }
    case .connect, .timeout, .serverError, .callerError:
      if case .granted = readiness(of: target, now: now), let wait = backoff(target, now: now), mayRetry() {
        return retry(target, after: wait, now: now)
      }
    // What is not there will not be there in a moment.
    case .notFound: break
    }
    if let sending = admitUntried(now: now) ?? forceUntried(now: now) { return send(sending) }
    return lastRetry(after: failure, of: target, now: now, mayRetry: mayRetry)
  }

  /// Nothing untried is left: waits for the target that can be tried again soonest.
  private mutating func lastRetry(
    after failure: UpstreamFailure, of current: Int, now: Instant, mayRetry: () -> Bool
  ) -> Action? {
    var best: (target: Int, wait: Duration)?
    for index in targets.indices where progress[index].isDeferred || index == current && failure.isWorthRepeating {
      guard var wait = backoff(index, now: now) else { continue }
      if case .setAside(let until, isFirm: true) = readiness(of: index, now: now) {
        wait = max(wait, until - now)
        guard wait <= targets[index].policy.retry.maximum, fits(wait, now: now) else { continue }
      }
      if best.map({ wait < $0.wait }) ?? true { best = (index, wait) }
    }
    guard let best, mayRetry() else { return nil }
    return retry(best.target, after: best.wait, now: now)
  }

  private mutating func retry(_ target: Int, after wait: Duration, now: Instant) -> Action {
    progress[target].retries += 1
    state = .waiting(target: target)
    return wait > .zero ? .wait(wait) : waited(now: now)
  }

  /// The next wait before a retry of a target; `nil` when it has no tries left or the deadline comes first.
  private mutating func backoff(_ target: Int, now: Instant) -> Duration? {
    let policy = targets[target].policy.retry
    guard progress[target].retries < policy.attempts else { return nil }
    let wait = Backoff.jittered(policy, retry: progress[target].retries, random: random.next())
    return fits(wait, now: now) ? wait : nil
  }

  private func fits(_ wait: Duration, now: Instant) -> Bool { deadline.map { now + wait < $0 } ?? true }

  func isPastDeadline(_ now: Instant) -> Bool { deadline.map { now >= $0 } ?? false }
}

extension UpstreamFailure {
  /// Whether the same target may answer otherwise a moment later.
  fileprivate var isWorthRepeating: Bool { kind != .auth && kind != .notFound }
}
