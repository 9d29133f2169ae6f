#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Waits for the socket of a connection, and for a wake-up beside it.
struct PostgresSocket {
  enum Readiness { case reading, writing, both }
  enum Outcome { case ready, woken, timedOut }

  let descriptor: CInt
  let wake: PostgresWake

  var isReadable: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  /// Blocks.
  func wait(for readiness: Readiness, until deadline: ContinuousClock.Instant) -> Outcome {
    let events: Int32 =
      switch readiness {
      case .reading: POLLIN
      case .writing: POLLOUT
      case .both: POLLIN | POLLOUT
      }
    while true {
      var entries = [
        pollfd(fd: descriptor, events: Int16(events), revents: 0),
        pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      let left = max((deadline - .now).wholeMilliseconds, 0)
      // Rounded up, so that it is not asked again within the last millisecond.
      let count = poll(&entries, 2, CInt(clamping: left + 1))
      if count < 0 && errno == EINTR { continue }
      if entries[0].revents != 0 { return .ready }
      if entries[1].revents != 0 {
        wake.drain()
        return .woken
      }
      if ContinuousClock.now >= deadline { return .timedOut }
    }
  }
}
