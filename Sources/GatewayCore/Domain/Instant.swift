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
    later >= earlier
      ? .nanoseconds(Int64(clamping: later.nanoseconds - earlier.nanoseconds))
      : .nanoseconds(-Int64(clamping: earlier.nanoseconds - later.nanoseconds))
  }
}

extension Duration {
  /// This duration in nanoseconds, clamped to `Int64` (±292 years).
  package var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return carried ? (seconds < 0 ? .min : .max) : sum
  }

  /// This duration in seconds, for metrics and messages.
  package var inSeconds: Double { Double(wholeNanoseconds) / 1e9 }
}
