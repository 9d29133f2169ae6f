import GatewayCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Appends rows to the journal. Lives on the ledger's writing thread.
struct JournalWriter: ~Copyable {
  // 16 MiB: some 50,000 rows, moved in seconds, so that space is given back soon.
  static let segmentSize = 16 << 20
  // What waits for a disk that takes nothing: some 50,000 rows.
  private static let bufferLimit = 16 << 20

  private let directory: JournalDirectory
  private let limit: Int
  private let milliseconds: () -> Int64
  private var descriptor: Int32 = -1
  private var length = 0
  private var lastName: Int64 = 0
  private var buffer = ByteWriter()
  private var buffered = 0
  /// Why nothing could be written lately.
  private(set) var failure: SystemFailure?
  /// Whether the journal has reached its limit and new rows are lost.
  private(set) var isFull = false
  /// Rows that did not reach the journal.
  private(set) var lost = 0

  /// - Parameters:
  ///   - limit: bytes of all segments together.
  ///   - milliseconds: since 1970; names segments.
  init(_ directory: JournalDirectory, limit: Int, milliseconds: @escaping () -> Int64) {
    self.directory = directory
    self.limit = limit
    self.milliseconds = milliseconds
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Takes a row up; `flush` writes it.
  mutating func append(_ row: LedgerRow) {
    isFull = directory.total + buffer.count >= limit
    guard !isFull, buffer.count < Self.bufferLimit else {
      lost += 1
      return
    }
    LedgerFrame.append(row, to: &buffer)
    buffered += 1
  }

  /// Writes what was taken up, in one write, and waits until the disk has it. After a failure all of it is tried again
  /// with the next call.
  mutating func flush() {
    guard buffer.count > 0 else { return }
    do throws(SystemFailure) {
      if descriptor < 0 || length >= Self.segmentSize { try begin() }
      try write()
      failure = nil
    } catch {
      failure = error
      // The rest of a frame that was written in part must not be followed by another one.
      if descriptor >= 0 { ftruncate(descriptor, off_t(length)) }
      return
    }
    length += buffer.count
    directory.appended(buffer.count)
    buffer.removeAll(keeping: 1 << 20)
    buffered = 0
  }

  /// Rows that are taken up and not written.
  var waiting: Int { buffered }

  /// Ends the segment.
  mutating func end() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    directory.ended()
  }

  private mutating func begin() throws(SystemFailure) {
    end()
    lastName = max(milliseconds(), lastName + 1)
    let digits = String(lastName)
    let name = String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits + ".log"
    let opened = open(directory.file(name), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    guard opened >= 0 else {
      let code = errno
      if code == ENOENT { try directory.prepare() }
      throw SystemFailure(code)
    }
    // Tells other processes that this segment is still written; the lock ends with this process.
    _ = flock(opened, LOCK_EX | LOCK_NB)
    descriptor = opened
    length = 0
    directory.began(name)
  }

  private func write() throws(SystemFailure) {
    try FileBytes.write(buffer.bytes, to: descriptor)
    #if canImport(Darwin)
      if fsync(descriptor) != 0 { throw SystemFailure(errno) }
    #else
      if fdatasync(descriptor) != 0 { throw SystemFailure(errno) }
    #endif
  }
}
