#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Hands out what is in the journal, the oldest first, in batches of one segment each. Lives on the ledger's moving thread.
struct JournalReader {
  /// Rows and where they end.
  struct Batch {
    var segment: String
    var rows: SQLRows
    /// The position behind them.
    var end: Int
    /// Whether nothing follows in the segment, now or later; its length then.
    var finalLength: Int?
    /// Bytes that were no rows.
    var damaged: Int

    /// When its last exchange ended; nil: there is none.
    var lastEnd: Int64? { rows.isEmpty ? nil : rows.integer(.endedAt, of: rows.count - 1) }
  }

  // Larger than the longest frame.
  private static let chunk = 1 << 19

  private let directory: JournalDirectory
  /// How far each segment is moved; from the database.
  var positions: [String: Int] = [:]

  init(_ directory: JournalDirectory) { self.directory = directory }

  /// The next batch that is not moved yet. Rows may be empty at the end of a segment. nil: all that is written is moved.
  ///
  /// The same batch comes again until `moved` is called.
  func next(limit: Int) -> Batch? {
    let active = directory.active
    for name in directory.segments() {
      let isActive = active?.name == name
      if !isActive, !directory.isOwn(name), isWritten(name) { continue }
      let length = isActive ? active?.length ?? 0 : directory.size(of: name)
      let start = positions[name] ?? 0
      if isActive, start >= length { continue }
      guard let bytes = read(name, from: start, to: min(length, start + Self.chunk)) else { continue }
      let reachesEnd = start + bytes.count >= length
      let reading = bytes.withUnsafeBytes {
        LedgerFrame.read($0, limit: limit, isWhole: reachesEnd)
      }
      let end = start + reading.consumed
      return Batch(
        segment: name, rows: reading.rows, end: end, finalLength: !isActive && end >= length ? length : nil,
        damaged: reading.damaged)
    }
    return nil
  }

  /// The rows of `batch` are in the database: a segment without more is removed.
  mutating func moved(_ batch: Batch) {
    if let length = batch.finalLength {
      directory.remove(batch.segment, of: length)
      positions[batch.segment] = nil
    } else {
      positions[batch.segment] = batch.end
    }
  }

  /// Whether another process writes it.
  private func isWritten(_ name: String) -> Bool {
    let descriptor = open(directory.file(name), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }

  private func read(_ name: String, from start: Int, to end: Int) -> [UInt8]? {
    let descriptor = open(directory.file(name), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let wanted = max(0, end - start)
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
      while count < wanted {
        let got = pread(descriptor, buffer.baseAddress.map { $0 + count }, wanted - count, off_t(start + count))
        if got > 0 { count += got } else if got == 0 || errno != EINTR { break }
      }
      initialized = count
    }
    return count == wanted ? bytes : nil
  }
}
