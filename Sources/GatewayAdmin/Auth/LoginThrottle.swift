import GatewayCore

/// Slows down who guesses passwords: after ten failures in a row of a name or an address each further one doubles the wait.
struct LoginThrottle {
  private struct Entry {
    var failures: Int
    var until: WallTime
  }

  private static let free = 10
  // 15 min: whoever has only forgotten a password should not be shut out for a day.
  private static let longest: Int64 = 900
  // Of an entry that nobody has touched: 1 h.
  private static let memory: Int64 = 3_600_000

  private let capacity: Int
  private var entries: [String: Entry] = [:]

  /// - Parameter capacity: of names and addresses. Beyond it those are forgotten whose wait ended first.
  init(capacity: Int = 10_000) { self.capacity = capacity }

  /// Before a password is looked at: counts as failed until `succeeded` says otherwise, so that many at once are no way around.
  /// - Parameter subjects: the name and the address.
  /// - Returns: seconds to wait; nil: go on.
  mutating func attempt(_ subjects: [String], now: WallTime) -> Int64? {
    let latest = subjects.compactMap { entries[$0]?.until }.max()
    if let latest, latest > now { return (latest.milliseconds - now.milliseconds + 999) / 1000 }
    for subject in subjects { fail(subject, now) }
    return nil
  }

  mutating func succeeded(_ subjects: [String]) {
    for subject in subjects { entries[subject] = nil }
  }

  /// The attempt was not looked at after all.
  mutating func takeBack(_ subjects: [String]) {
    for subject in subjects { entries[subject]?.failures -= 1 }
  }

  private mutating func fail(_ subject: String, _ now: WallTime) {
    if entries[subject] == nil, entries.count >= capacity { forget(now) }
    var failures = 1 + (entries[subject]?.failures ?? 0)
    if let until = entries[subject]?.until, until.milliseconds + Self.memory < now.milliseconds { failures = 1 }
    let wait = failures < Self.free ? 0 : min(Self.longest, 1 << Int64(min(failures - Self.free, 10)))
    entries[subject] = Entry(failures: failures, until: WallTime(milliseconds: now.milliseconds + wait * 1000))
  }

  private mutating func forget(_ now: WallTime) {
    entries = entries.filter { $0.value.until.milliseconds + Self.memory >= now.milliseconds }
    guard entries.count >= capacity else { return }
    // A tenth at once: looking for the oldest takes a pass over all.
    let oldest = entries.sorted { $0.value.until < $1.value.until }.prefix(max(1, capacity / 10))
    for entry in oldest { entries[entry.key] = nil }
  }
}
