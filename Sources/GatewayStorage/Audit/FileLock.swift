#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What one process holds at a time, until it is let go of or ends.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// nil: another process holds it.
  /// - Throws: `auditFile` for a file that cannot be opened.
  init?(_ path: String) throws(StorageError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .auditFile(path: path, reason: SystemError.describe(errno)) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      _ = close(descriptor)
      return nil
    }
  }

  deinit { _ = close(descriptor) }
}
