/// A time zone as the pure code knows it: its distance from UTC, and when that changes. Made where a time zone database is at
/// hand (the compiler of the configuration).
package struct ZoneOffsets: Hashable, Sendable {
  /// From `at` on, local time is UTC plus `offset`.
  package struct Change: Hashable, Sendable {
    /// Seconds since 1970.
    package var at: Int64
    /// Seconds east of Greenwich.
    package var offset: Int64

    package init(at: Int64, offset: Int64) {
      self.at = at
      self.offset = offset
    }
  }

  /// IANA name: `Asia/Shanghai`.
  package let name: String
  /// Before the first change.
  package let first: Int64
  /// In the order of time.
  package let changes: [Change]

  package init(name: String, first: Int64, changes: [Change] = []) {
    self.name = name
    self.first = first
    self.changes = changes
  }

  package static let utc = ZoneOffsets(name: "UTC", first: 0)

  /// Seconds east of Greenwich at a moment, in seconds since 1970.
  package func offset(at moment: Int64) -> Int64 {
    changes.last { $0.at <= moment }?.offset ?? first
  }

  /// The moment at which the clock shows `local` (seconds since 1970 as if it were UTC). A time that the clock skips is that of
  /// the change; of a time that it shows twice, the first.
  package func moment(ofLocal local: Int64) -> Int64 {
    var best: Int64?
    for offset in Set(changes.map(\.offset) + [first]) {
      let moment = local - offset
      if self.offset(at: moment) == offset { best = min(best ?? moment, moment) }
    }
    if let best { return best }
    // Skipped: the change that skips it.
    return changes.last { local - $0.offset < $0.at && local - self.offset(at: $0.at - 1) >= $0.at }?.at ?? local
      - first
  }
}
