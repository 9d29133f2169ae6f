import Glibc

/// `CLOCK_MONOTONIC`: the same for every process of a machine, so a stamp of the upstream can be compared by the load generator.
package enum MonotonicClock {
  package static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
