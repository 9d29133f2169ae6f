package import GatewayCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// One moment on two clocks, so that instants of the monotonic clock can be shown as dates.
package struct ClockOrigin: Hashable, Sendable {
  /// On the process's monotonic clock: `CLOCK_MONOTONIC`, the one that SwiftNIO's deadlines use.
  package let instant: Instant
  /// The same moment in nanoseconds since 1970-01-01T00:00:00Z.
  package let unixNanoseconds: Int64

  package init(instant: Instant, unixNanoseconds: Int64) {
    self.instant = instant
    self.unixNanoseconds = unixNanoseconds
  }

  /// Reads both clocks now.
  package static func current() -> ClockOrigin {
    ClockOrigin(
      instant: Instant(nanoseconds: UInt64(read(CLOCK_MONOTONIC))), unixNanoseconds: read(CLOCK_REALTIME))
  }

  /// `instant` in nanoseconds since 1970-01-01T00:00:00Z.
  package func unixNanoseconds(at instant: Instant) -> Int64 {
    unixNanoseconds &+ instant.nanoseconds(since: self.instant)
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
