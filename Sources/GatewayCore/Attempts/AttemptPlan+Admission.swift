/// Asking targets and keys for admission, and telling their health how it went.
extension AttemptPlan {
  /// The first target in order that was not tried yet and is not set aside.
  mutating func admitUntried(now: Instant) -> Sending? {
    for index in targets.indices where isUntried(index) {
      if let sending = admit(index, now: now) { return sending }
    }
    return nil
  }

  /// The untried target whose pause ends soonest, although it is set aside; not one whose provider named the time.
  mutating func forceUntried(now: Instant) -> Sending? {
    guard !hasForced else { return nil }
    var soonest: (target: Int, until: Instant)?
    for index in targets.indices where isUntried(index) {
      let until: Instant
      switch readiness(of: index, now: now) {
      case .granted: until = now
      case .setAside(_, isFirm: true): continue
      case .setAside(let pause, isFirm: false): until = pause
      }
      if soonest.map({ until < $0.until }) ?? true { soonest = (index, until) }
    }
    guard let soonest else { return nil }
    hasForced = true
    return force(soonest.target, now: now)
  }

  mutating func admitNextKey(_ index: Int, now: Instant) -> Sending? {
    progress[index].visitedKeys < targets[index].target.provider.credentials.count
      ? admit(index, keysFrom: progress[index].visitedKeys, now: now) : nil
  }

  /// A retry: with the last key where possible, for it was not at fault, else with any.
  func admitAgain(_ index: Int, now: Instant) -> Sending? {
    guard let last = progress[index].lastKey else { return admit(index, now: now) }
    let target = targets[index].target
    guard case .granted = target.health.admit(now: now) else { return nil }
    let credentials = target.provider.credentials
    for step in credentials.indices {
      let key = (last + step) % credentials.count
      if case .granted = credentials[key].health.admit(now: now) {
        return Sending(
          target: index, credential: key, holdsTarget: true, holdsCredential: true,
          visitedKeys: progress[index].visitedKeys)
      }
    }
    target.health.abandoned(now: now)
    return nil
  }

  /// The target with the first key of this exchange's order that may be used.
  private func admit(_ index: Int, keysFrom visited: Int = 0, now: Instant) -> Sending? {
    let target = targets[index].target
    guard case .granted = target.health.admit(now: now) else { return nil }
    let credentials = target.provider.credentials
    if credentials.isEmpty {
      return Sending(target: index, credential: nil, holdsTarget: true, holdsCredential: false, visitedKeys: 0)
    }
    let first = Int(rotation % UInt64(credentials.count))
    for step in visited..<credentials.count {
      let key = (first + step) % credentials.count
      if case .granted = credentials[key].health.admit(now: now) {
        return Sending(
          target: index, credential: key, holdsTarget: true, holdsCredential: true, visitedKeys: step + 1)
      }
    }
    target.health.abandoned(now: now)
    return nil
  }

  /// The target whether it is set aside or not, with a key that is free, else the one that is due soonest. Never against a
  /// provider's `Retry-After`.
  func force(_ index: Int, now: Instant) -> Sending? {
    let target = targets[index].target
    guard case .setAside(_, isFirm: true) = readiness(of: index, now: now) else {
      let holdsTarget = target.health.admit(now: now) == .granted
      let visited = progress.isEmpty ? 0 : progress[index].visitedKeys
      guard let key = soonestKey(of: target.provider, now: now) else {
        return Sending(
          target: index, credential: nil, holdsTarget: holdsTarget, holdsCredential: false, visitedKeys: visited)
      }
      let holdsCredential = target.provider.credentials[key].health.admit(now: now) == .granted
      return Sending(
        target: index, credential: key, holdsTarget: holdsTarget, holdsCredential: holdsCredential,
        visitedKeys: visited)
    }
    return nil
  }

  /// The key that is free or, of those without a `Retry-After`, due soonest; in this exchange's order.
  private func soonestKey(of provider: Provider, now: Instant) -> Int? {
    let credentials = provider.credentials
    guard !credentials.isEmpty else { return nil }
    let first = Int(rotation % UInt64(credentials.count))
    var soonest: (key: Int, until: Instant)?
    for step in credentials.indices {
      let key = (first + step) % credentials.count
      switch credentials[key].health.peek(now: now) {
      case .granted: return key
      case .setAside(_, isFirm: true): continue
      case .setAside(let until, isFirm: false):
        if soonest.map({ until < $0.until }) ?? true { soonest = (key, until) }
      }
    }
    return soonest?.key
  }

  /// A target together with the best of its keys, without taking a probe.
  func readiness(of index: Int, now: Instant) -> HealthAdmission {
    let target = targets[index].target
    let own = target.health.peek(now: now)
    var best: HealthAdmission?
    for credential in target.provider.credentials {
      let admission = credential.health.peek(now: now)
      if admission == .granted { return own }
      best = best.map { $0.sooner(admission) } ?? admission
    }
    return best.map { own.and($0) } ?? own
  }

  private func isUntried(_ index: Int) -> Bool {
    progress.isEmpty || progress[index].sends == 0 && !progress[index].isUnfit
  }
}

extension HealthAdmission {
  /// The better of two that stand for each other.
  fileprivate func sooner(_ other: HealthAdmission) -> HealthAdmission {
    guard case .setAside(let until, let isFirm) = self, case .setAside(let otherUntil, let otherIsFirm) = other else {
      return .granted
    }
    if isFirm != otherIsFirm { return isFirm ? other : self }
    return until <= otherUntil ? self : other
  }

  /// Both are needed.
  fileprivate func and(_ other: HealthAdmission) -> HealthAdmission {
    guard case .setAside(let until, let isFirm) = self else { return other }
    guard case .setAside(let otherUntil, let otherIsFirm) = other else { return self }
    if isFirm != otherIsFirm { return isFirm ? self : other }
    return .setAside(until: max(until, otherUntil), isFirm: isFirm)
  }
}
