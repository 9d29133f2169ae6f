#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The file descriptor that lines are written to.
struct LogDescriptor: Sendable {
  /// Why bytes could not be written.
  struct WriteFailure: Error, Equatable {
    /// Bytes that were written before.
    let written: Int
    /// `errno`.
    let code: Int32
  }

  let number: Int32

  init(number: Int32) { self.number = number }

  /// Opens `path` for appending and creates it if needed, readable by owner and group.
  init(appendingTo path: String) throws(AccessLogError) {
    let number = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
    guard number >= 0 else { throw .cannotOpen(path: path, reason: Self.describe(errno)) }
    self.number = number
  }

  /// Writes all of `bytes`, waiting where the reader is slow. Meant for the log's own thread only.
  ///
  /// - Parameter mayWait: asked about ten times a second while a descriptor in non-blocking mode takes nothing; `false`
  ///   gives up.
  func write(_ bytes: UnsafeRawBufferPointer, mayWait: () -> Bool) throws(WriteFailure) {
    var written = 0
    while written < bytes.count {
      let result = systemWrite(UnsafeRawBufferPointer(rebasing: bytes[written...]))
      if result >= 0 {
        written += result
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK:
        guard mayWait() else { throw WriteFailure(written: written, code: EAGAIN) }
        var interest = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        _ = poll(&interest, 1, 100)
      default: throw WriteFailure(written: written, code: errno)
      }
    }
  }

  /// Keeps this thread from being ended by a signal when the reader of a pipe goes away; `write` then reports `EPIPE`.
  static func blockBrokenPipeSignal() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  static func describe(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }

  private func systemWrite(_ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      Darwin.write(number, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(number, bytes.baseAddress, bytes.count)
    #else
      Glibc.write(number, bytes.baseAddress, bytes.count)
    #endif
  }
}

/// Why the access log could not begin.
package enum AccessLogError: Error, Hashable, CustomStringConvertible {
  case cannotOpen(path: String, reason: String)

  package var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "cannot open the access log '\(path)': \(reason)"
    }
  }
}
