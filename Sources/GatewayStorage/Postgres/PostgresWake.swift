import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Wakes a thread that waits for a server.
final class PostgresWake: Sendable {
  /// Readable when it was signalled.
  let descriptor: CInt
  private let source: CInt

  init() {
    var ends: [CInt] = [-1, -1]
    // Without descriptors it never wakes; then no connection can be made either.
    _ = pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    descriptor = ends[0]
    source = ends[1]
  }

  deinit {
    close(descriptor)
    close(source)
  }

  func signal() { _ = write(source, [1], 1) }

  func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) > 0 {}
  }
}

/// One piece of work that its caller may cancel from another thread.
final class PostgresTicket: Sendable {
  private let state = Mutex<(isCancelled: Bool, wake: PostgresWake?)>((false, nil))

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  func cancel() {
    state.withLock {
      $0.isCancelled = true
      $0.wake?.signal()
    }
  }

  /// The thread that does the work waits by `wake` from now on; `nil`: it is done.
  func works(by wake: PostgresWake?) { state.withLock { $0.wake = wake } }
}
