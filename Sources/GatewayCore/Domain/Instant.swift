/// A point on the process's monotonic clock. Pure code never reads the clock; it is handed an `Instant`.
package struct Instant: Hashable, Comparable, Sendable {
  /// Nanoseconds since an arbitrary start that is fixed for the life of the process.
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  package static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// Later by `duration`; stays at the ends of the range instead of trapping.
  package static func + (instant: Instant, duration: Duration) -> Instant {
    let delta = duration.wholeNanoseconds
    if delta >= 0 {
      let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(UInt64(delta))
      return Instant(nanoseconds: overflow ? .max : sum)
    }
    let back = delta.magnitude
    return Instant(nanoseconds: back > instant.nanoseconds ? 0 : instant.nanoseconds - back)
  }

  /// The time from `earlier` to `later`; negative when they are the other way round.
  package static func - (later: Instant, earlier: Instant) -> Duration {
    .nanoseconds(later.nanoseconds(since: earlier))
  }

  /// The same in nanoseconds: a `Duration` counts in 128 bits, which every call would pay for several times.
  package func nanoseconds(since earlier: Instant) -> Int64 {
    self >= earlier
      ? Int64(clamping: nanoseconds - earlier.nanoseconds) : -Int64(clamping: earlier.nanoseconds - nanoseconds)
  }
}

extension Duration {
  /// This duration in nanoseconds, clamped to `Int64` (±292 years).
  package var wholeNanoseconds: Int64 {
    let attoseconds = attoseconds
    let magnitude = attoseconds.magnitude
    let perNanosecond: UInt64 = 1_000_000_000
    let (high, low) = (UInt64(truncatingIfNeeded: magnitude >> 64), UInt64(truncatingIfNeeded: magnitude))
    var count = Int64.max
    // One division of the processor; beyond that bound there are more nanoseconds than 64 bits hold.
    if high < perNanosecond { count = Int64(clamping: perNanosecond.dividingFullWidth((high, low)).quotient) }
    return attoseconds >= 0 ? count : count == .max ? .min : -count
  }

  /// This duration in seconds, for metrics and messages.
  package var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
