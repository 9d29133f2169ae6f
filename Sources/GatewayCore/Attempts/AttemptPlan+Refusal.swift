/// What the client is told when nothing is left to try. Names targets and status codes, never keys or contents.
extension AttemptPlan {
  func refusal(now: Instant) -> GatewayError {
    guard let (failure, _) = lastFailure else { return nothingSent(now: now) }
    let text = "no target of model '\(model)' answered \(trail)"
    switch failure.kind {
    case .rateLimit:
      return GatewayError(.rateLimited, text, retryAfter: soonestPause(now: now) ?? failure.retryAfter)
    case .serverError:
      // Nonsense, a redirect and an error inside a 200 have no status of their own: the table's 502.
      let status = failure.status.flatMap { $0 >= 500 ? $0 : nil }
      return GatewayError(.providerError, text, retryAfter: failure.retryAfter, status: status)
    case .timeout: return GatewayError(.providerTimeout, text)
    case .connect: return GatewayError(.providerUnreachable, text)
    // There was no token to be sent, and the trail says why.
    case .auth where failure.status == nil: return GatewayError(.providerAuthFailed, text)
    case .auth:
      return GatewayError(
        .providerAuthFailed, "\(text): the provider refused the gateway's own key; check `keys` of that provider")
    case .notFound, .callerError:
      return GatewayError(.providerError, text, status: failure.status)
    }
  }

  func deadlineRefusal() -> GatewayError {
    GatewayError(
      .providerTimeout,
      attempts == 0
        ? "the deadline of model '\(model)' passed before a target was tried"
        : "the deadline of model '\(model)' passed before a target answered \(trail)")
  }

  private func nothingSent(now: Instant) -> GatewayError {
    guard !targets.isEmpty else {
      return GatewayError(.providerUnreachable, "model '\(model)' has no target that can take this request")
    }
    guard let pause = soonestPause(now: now) else {
      return GatewayError(.overloaded, "no target of model '\(model)' is free; try again")
    }
    return GatewayError(
      .rateLimited,
      "every target of model '\(model)' is rate-limited by its provider; try again in \(pause.wholeSeconds) s",
      retryAfter: pause)
  }

  /// `(3 tried; last: 503 from azure-eu/gpt-4o)`
  private var trail: String {
    let count = attempts == triedTargets ? "\(triedTargets) tried" : "\(triedTargets) tried, \(attempts) attempts"
    guard let (failure, index) = lastFailure else { return "(\(count))" }
    let label = targets[index].target.label
    if let status = failure.status, status >= 300 { return "(\(count); last: \(status) from \(label))" }
    return "(\(count); last: \(failure.reason) at \(label))"
  }

  /// Until the first of the targets that are set aside is free again.
  private func soonestPause(now: Instant) -> Duration? {
    var soonest: Instant?
    for index in targets.indices {
      guard case .setAside(let until, _) = readiness(of: index, now: now) else { continue }
      soonest = min(soonest ?? until, until)
    }
    return soonest.map { max($0 - now, .zero) }
  }
}

extension Duration {
  /// Rounded up, for messages.
  fileprivate var wholeSeconds: Int64 {
    let (seconds, attoseconds) = components
    return attoseconds > 0 ? seconds + 1 : seconds
  }
}
