import Dispatch
package import GatewayCore

/// Moves old records of changes from the database into files, and deletes files that are older than they are kept.
package struct AuditArchivist: Sendable {
  /// What was done.
  package struct Result: Hashable, Sendable {
    /// Files that were written, with records that have left the database.
    package var archived: [String] = []
    package var expired: [String] = []
  }

  // Some 10 MiB of text.
  static let largestFile = 20_000
  private static let day: Int64 = 86_400_000

  private let store: DatabaseStore
  private let settings: AuditSettings
  private let directory: AuditDirectory
  private let largestFile: Int
  // Files are written and read here, and not on the threads of requests.
  private let queue = DispatchQueue(label: "sluice.audit", qos: .utility)

  package init(_ store: DatabaseStore, _ settings: AuditSettings) {
    self.init(store, settings, largestFile: Self.largestFile)
  }

  init(_ store: DatabaseStore, _ settings: AuditSettings, largestFile: Int) {
    self.store = store
    self.settings = settings
    self.largestFile = largestFile
    directory = AuditDirectory(path: settings.directory)
  }

  /// Does what is due. May be interrupted at any moment, and called again.
  package func run(now: WallTime) async throws -> Result {
    var result = Result()
    if let age = settings.archiveAfter {
      while let file = try await archive(before: Self.midnight(now, ago: age), now: now) {
        result.archived.append(file)
      }
    }
    if let age = settings.retention {
      result.expired = try await expire(before: Self.midnight(now, ago: age), now: now)
    }
    return result
  }

  /// Whole days, so that the record of an archive, which is archived in its turn, makes one a day and not one an hour.
  private static func midnight(_ now: WallTime, ago age: Duration) -> WallTime {
    let moment = now.milliseconds - age.wholeNanoseconds / 1_000_000
    return WallTime(milliseconds: moment.dividedDown(by: day) * day)
  }

  /// - Returns: the file that was written; nil: nothing is old enough.
  private func archive(before end: WallTime, now: WallTime) async throws -> String? {
    // Another gateway may keep its archives in the same place.
    guard
      let lock = try await onQueue({ () throws -> FileLock? in
        try directory.prepare()
        return try FileLock(directory.file("archive.lock"))
      })
    else { return nil }
    defer { withExtendedLifetime(lock) {} }
    let oldest = try await store.auditRecords(after: 0, limit: largestFile)
    // In the order of their numbers: a clock that was set back must not make a gap.
    let records = Array(oldest.prefix { $0.at < end })
    guard let first = records.first, let last = records.last else { return nil }
    let name = AuditFile.changes(first.number...last.number)
    try await onQueue {
      try directory.prepare()
      try removeRest(of: records, besides: name)
      try directory.put(records.flatMap { Array($0.line.utf8) + [0x0A] }, as: name)
    }
    guard try await store.forget(records, archivedIn: name, now: now) else {
      // Another gateway has archived them.
      if let file = AuditFile(name: name) { try await onQueue { try directory.remove(file) } }
      return nil
    }
    return name
  }

  /// Takes away what a killed process has archived and not removed from the database: it is the beginning of what is archived now.
  private func removeRest(of records: [AuditRecord], besides name: String) throws {
    guard let first = records.first?.number else { return }
    for file in directory.files(.changes) where file.first >= first && file.name != name {
      let known = try AuditVerifier.records(of: file, in: directory).map(\.record)
      guard records.starts(with: known) else {
        throw AuditVerifier.FileFault(
          description:
            "\(file.name) has other records than the database has under the same numbers; nothing was archived")
      }
      try directory.remove(file)
    }
  }

  // MARK: Expiry

  private func expire(before end: WallTime, now: WallTime) async throws -> [String] {
    var expired: [String] = []
    for kind in AuditFile.Kind.allCases {
      for file in try await onQueue({ try due(kind, before: end) }) {
        // Said before it is done: who is killed in between says it twice.
        try await store.audit(file.anchor.entry(of: file.file.name), by: .gateway, now: now)
        try await onQueue { try directory.remove(file.file) }
        expired.append(file.file.name)
      }
    }
    return expired
  }

  private func due(
    _ kind: AuditFile.Kind, before end: WallTime
  ) throws -> [(file: AuditFile, anchor: AuditAnchor)] {
    var due: [(AuditFile, AuditAnchor)] = []
    let files = directory.files(kind)
    // The last file of calls may still be written.
    for file in kind == .exchanges ? files.dropLast() : files[...] {
      // One that was begun when the disk was full: it says nothing, and keeps no other.
      if kind == .exchanges, try directory.lines(of: file).last == nil { continue }
      guard let anchor = try anchor(of: file, before: end) else { break }
      due.append((file, anchor))
    }
    return due
  }

  /// nil: the file is kept.
  private func anchor(of file: AuditFile, before end: WallTime) throws -> AuditAnchor? {
    let through: (number: Int64, hash: [UInt8])
    switch file.kind {
    case .exchanges:
      // Written on one day, about calls that had ended.
      guard let day = file.day, day < end.text.prefix(10), let last = try directory.lines(of: file).last,
        let head = ExchangeLine.read(last)?.head, let hash = HexText.bytes(head.hash)
      else { return nil }
      through = (head.number, hash)
    case .changes:
      guard let last = try directory.lines(of: file).last.flatMap({ AuditRecord(line: $0) }), last.at < end else {
        return nil
      }
      through = (last.number, last.digest)
    }
    return AuditAnchor(
      kind: file.kind, isExpiry: true, through: through.number, hash: through.hash, node: store.node)
  }

  private func onQueue<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
      queue.async { continuation.resume(with: Swift.Result { try work() }) }
    }
  }
}
