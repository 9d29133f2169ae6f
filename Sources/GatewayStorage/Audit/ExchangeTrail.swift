import Foundation
import GatewayCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Writes a record of every exchange to files that only grow. Lives on the ledger's moving thread: what the ledger is about to take
/// is written here first, and known again when it comes a second time.
final class ExchangeTrail {
  // A day of 150,000 calls.
  private static let fileSize = 64 << 20
  // Twice the largest batch of the ledger: what can come again is what the ledger has not taken.
  private static let remembered = 8192

  /// How far the files go.
  private(set) var head: AuditHead
  private let directory: AuditDirectory
  /// Held as long as this process writes.
  private var lock: FileLock?
  private var descriptor: Int32 = -1
  private var path = ""
  private var length = 0
  private var day = ""
  private var recent: Set<ExchangeID> = []
  private var order: [ExchangeID] = []
  private var oldest = 0

  /// Takes up where an earlier process has ended.
  /// - Parameter taken: how far the ledger has taken them; where files have been lost, numbers go on behind it.
  init(_ directory: AuditDirectory, taken: AuditHead) throws(StorageError) {
    self.directory = directory
    try directory.prepare()
    lock = try Self.lock(directory)
    head = taken
    var files = directory.files(.exchanges)
    do throws(StorageError) {
      while let last = files.last, try !resume(last) { files.removeLast() }
      try remember(files)
    } catch {
      close()
      throw error
    }
  }

  deinit { close() }

  /// Writes the records of rows that it has not written yet, and waits until the disk has them.
  func append(_ rows: [LedgerRow], now: WallTime) throws(StorageError) {
    var bytes: [UInt8] = []
    var written: [ExchangeID] = []
    var next = head
    for row in rows where !recent.contains(row.id) {
      ExchangeLine.append(row, to: &bytes, &next)
      written.append(row.id)
    }
    guard !written.isEmpty else { return }
    let today = String(now.text.prefix(10))
    if descriptor < 0 || day != today || length >= Self.fileSize { try begin(today) }
    do throws(SystemFailure) {
      try FileBytes.write(bytes, to: descriptor)
      if fsync(descriptor) != 0 { throw SystemFailure(errno) }
    } catch {
      // The rest of a line that was written in part must not be followed by another one.
      ftruncate(descriptor, off_t(length))
      throw .auditFile(path: path, reason: "\(error)")
    }
    length += bytes.count
    head = next
    for id in written { remember(id) }
  }

  func close() {
    if descriptor >= 0 { _ = Self.close(descriptor) }
    (descriptor, lock) = (-1, nil)
  }

  // MARK: Files

  private func begin(_ today: String) throws(StorageError) {
    if descriptor >= 0 { _ = Self.close(descriptor) }
    descriptor = -1
    path = directory.file(AuditFile.exchanges(from: head.number + 1, day: today))
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .auditFile(path: path, reason: SystemError.describe(errno)) }
    (length, day) = (0, today)
    try directory.synchronize()
  }

  /// Goes on with the last file of an earlier process.
  /// - Returns: false: it had no record, and is gone.
  private func resume(_ file: AuditFile) throws(StorageError) -> Bool {
    let lines = try directory.lines(of: file)
    let path = directory.file(file.name)
    guard let last = lines.last else {
      try directory.remove(file)
      return false
    }
    guard let read = ExchangeLine.read(last) else {
      throw .auditFile(
        path: path,
        reason: "its last line is no record, or was changed: look at it with `sluice audit verify`, and move it away")
    }
    if read.head.number > head.number { head = read.head }
    let opened = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard opened >= 0 else { throw .auditFile(path: path, reason: SystemError.describe(errno)) }
    self.path = path
    descriptor = opened
    length = lines.length - lines.rest
    day = file.day ?? ""
    // The start of a line, when its process was killed.
    if lines.rest > 0, ftruncate(opened, off_t(length)) != 0 {
      throw .auditFile(path: path, reason: SystemError.describe(errno))
    }
    return true
  }

  /// One process writes at a time.
  private static func lock(_ directory: AuditDirectory) throws(StorageError) -> FileLock {
    let path = directory.file("lock")
    guard let lock = try FileLock(path) else {
      throw .auditFile(path: path, reason: "another gateway writes into the same directory")
    }
    return lock
  }

  // MARK: What was written lately

  private func remember(_ files: [AuditFile]) throws(StorageError) {
    var ids: [ExchangeID] = []
    for file in files.reversed() where ids.count < Self.remembered {
      let found = try directory.lines(of: file).compactMap { ExchangeLine.id($0) }
      ids = found.suffix(Self.remembered - ids.count) + ids
    }
    for id in ids { remember(id) }
  }

  private func remember(_ id: ExchangeID) {
    guard recent.insert(id).inserted else { return }
    if order.count < Self.remembered { return order.append(id) }
    recent.remove(order[oldest])
    order[oldest] = id
    oldest = (oldest + 1) % Self.remembered
  }

  private static func close(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
      Darwin.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #else
      Glibc.close(descriptor)
    #endif
  }
}
