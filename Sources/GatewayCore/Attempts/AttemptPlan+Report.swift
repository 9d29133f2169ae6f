/// What a failure says about the health of the target and key, and what the exchange remembers of it.
extension AttemptPlan {
  func report(_ failure: UpstreamFailure, of sending: Sending, now: Instant) {
    let target = targets[sending.target].target
    let credential = sending.credential.map { target.provider.credentials[$0] }
    switch failure.kind {
    case .connect, .timeout, .serverError:
      target.health.failed(failure, now: now)
      if sending.holdsCredential { credential?.health.abandoned(now: now) }
    case .auth, .rateLimit:
      guard let credential else { return target.health.failed(failure, now: now) }
      credential.health.failed(failure, now: now)
      // The provider's front door refused the key: nothing is known about the model behind it.
      if sending.holdsTarget { target.health.abandoned(now: now) }
    case .notFound, .callerError:
      target.health.succeeded(now: now)
      credential?.health.succeeded(now: now)
    }
  }

  /// Hands admissions back without a verdict.
  func release(_ sending: Sending, now: Instant) {
    let target = targets[sending.target].target
    if sending.holdsTarget { target.health.abandoned(now: now) }
    if sending.holdsCredential, let key = sending.credential {
      target.provider.credentials[key].health.abandoned(now: now)
    }
  }

  mutating func note(_ failure: UpstreamFailure, of sending: Sending, now: Instant) {
    if progress.isEmpty {
      progress = Array(repeating: Progress(), count: targets.count)
      record(sending)
    }
    if failure.kind == .rateLimit {
      progress[sending.target].isDeferred = true
    } else if failure.kind == .serverError, failure.retryAfter != nil {
      progress[sending.target].isDeferred = true
    }
  }

  mutating func record(_ sending: Sending) {
    progress[sending.target].sends += 1
    progress[sending.target].visitedKeys = sending.visitedKeys
    progress[sending.target].lastKey = sending.credential
  }
}
