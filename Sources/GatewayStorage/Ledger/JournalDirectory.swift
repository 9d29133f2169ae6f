import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The journal of the ledger on disk, as its writer and its reader share it: a directory of segments, the oldest first by name.
final class JournalDirectory: Sendable {
  /// A segment to which the writer appends.
  struct Active: Sendable {
    var name: String
    /// Bytes of whole frames that are written.
    var length: Int
  }

  private struct State {
    var active: Active?
    /// Segments that the writer of this process has ended.
    var ended: Set<String> = []
    var total = 0
  }

  let path: String
  private let state = Mutex(State())

  init(path: String) { self.path = path }

  func file(_ name: String) -> String { path + "/" + name }

  /// Creates the directory if needed and measures what is in it.
  func prepare() throws(SystemFailure) {
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw SystemFailure(errno) }
    let total = segments().reduce(0) { $0 + size(of: $1) }
    state.withLock { $0.total = total }
  }

  /// Names, the oldest first.
  func segments() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { $0.hasSuffix(".log") && $0.utf8.count == 24 }.sorted()
  }

  func size(of name: String) -> Int {
    var status = stat()
    return stat(file(name), &status) == 0 ? Int(status.st_size) : 0
  }

  /// Bytes in all segments.
  var total: Int { state.withLock { $0.total } }

  var active: Active? { state.withLock { $0.active } }

  /// Whether the writer of this process wrote it.
  func isOwn(_ name: String) -> Bool { state.withLock { $0.ended.contains(name) || $0.active?.name == name } }

  func began(_ name: String) {
    state.withLock { state in
      if let active = state.active { state.ended.insert(active.name) }
      state.active = Active(name: name, length: 0)
    }
  }

  func appended(_ count: Int) {
    state.withLock { state in
      state.active?.length += count
      state.total += count
    }
  }

  /// The writer writes to no segment from now on.
  func ended() {
    state.withLock { state in
      if let active = state.active { state.ended.insert(active.name) }
      state.active = nil
    }
  }

  func remove(_ name: String, of length: Int) {
    unlink(file(name))
    state.withLock { state in
      state.ended.remove(name)
      state.total = max(0, state.total - length)
    }
  }
}

/// A refused system call.
struct SystemFailure: Error, CustomStringConvertible {
  let code: Int32

  init(_ code: Int32) { self.code = code }

  var description: String { SystemError.describe(code) }
}
