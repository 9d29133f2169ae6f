import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The files of a database on disk, before SQLite opens them.
struct SQLiteFile {
  let path: String
  var pepperPath: String { path + ".pepper" }

  /// Creates the file, readable by its owner only, if it does not exist. SQLite gives its side files the same
  /// permissions.
  ///
  /// - Returns: whether it was created or is still empty.
  func prepare() throws(StorageError) -> Bool {
    // An existing file is not opened here: closing it would drop the locks that SQLite holds on it for this process.
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      close(descriptor)
      return true
    }
    let code = errno
    guard code == EEXIST else { throw failure(code) }
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notADatabase(path: path) }
    // Fails for a file of another user, who then has decided on its permissions.
    if status.st_mode & 0o077 != 0 { chmod(path, 0o600) }
    return status.st_size == 0
  }

  /// How long another process may take to open its database.
  private static let patience: Duration = .seconds(15)

  /// Runs `body` while nobody else opens a database of the same directory: processes that create, convert and migrate one file
  /// at once get in each other's way, and SQLite's own patience does not cover all of these steps. The lock ends with its
  /// process. Blocks.
  func alone<Result>(_ body: () throws -> Result) rethrows -> Result {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // Why it cannot be opened is told by what follows.
    guard descriptor >= 0 else { return try body() }
    defer { close(descriptor) }
    let end = ContinuousClock.now + Self.patience
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < end {
      usleep(5000)
    }
    return try body()
  }

  private func failure(_ code: Int32) -> StorageError {
    switch code {
    case ENOENT, ENOTDIR: .directoryMissing(path: path)
    case EROFS: .readOnly(path: path)
    case ENOSPC, EDQUOT: .diskFull(path: path)
    default: .cannotOpen(path: path, reason: SystemError.describe(code))
    }
  }
}
