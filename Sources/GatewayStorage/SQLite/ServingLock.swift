import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Held by the one gateway that serves on an SQLite file: a second one would count limits for itself and write over the counters
/// of the first. The lock ends with the process, however it ends.
final class ServingLock: Sendable {
  private let descriptor: Mutex<Int32>

  /// - Parameter path: of the database. The lock is a file beside it.
  /// - Returns: nil where another process holds it.
  init?(beside path: String) {
    let opened = open(path + ".serving", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard opened >= 0 else { return nil }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      close(opened)
      return nil
    }
    descriptor = Mutex(opened)
  }

  deinit { release() }

  func release() {
    descriptor.withLock { descriptor in
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
    }
  }
}
