import GatewayCore

/// Copies keys, counters, kept objects and the ledger into an empty database of either kind, all or nothing. Blocks.
package struct DatabaseCopy {
  /// How far it is.
  package struct Progress: Hashable, Sendable {
    package let table: String
    package let rows: Int64
    package let total: Int64
  }

  /// What was copied, and counted again in the target.
  package struct Report: Hashable, Sendable {
    package var rows: [Progress] = []
    /// Gateways whose counters were added together, where they were several.
    package var nodesAdded = 0
  }

  // Of counters.
  private static let page = 5000

  private let source: any CopyEnd
  private let target: any CopyEnd
  private let progress: (Progress) -> Void

  /// - Parameter progress: told after each page.
  package init(from source: DatabaseLocation, to target: DatabaseLocation, progress: @escaping (Progress) -> Void) {
    self.source = Self.end(source, isSource: true)
    self.target = Self.end(target, isSource: false)
    self.progress = progress
  }

  private static func end(_ location: DatabaseLocation, isSource: Bool) -> any CopyEnd {
    switch location.place {
    case .sqlite(let path): SQLiteCopyEnd(path: path, isSource: isSource)
    case .postgres(let settings): PostgresCopyEnd(settings: settings, isSource: isSource)
    }
  }

  /// - Throws: where anything is not as it should be; the target is then as it was.
  package func run() throws(StorageError) -> Report {
    var report = Report()
    do {
      try source.run { sources in
        try target.run { targets in
          report = try copy(sources, targets)
        }
      }
    } catch {
      throw StorageError(error, server: target.name)
    }
    return report
  }

  private func copy(
    _ sources: [CopiedTable.Area: any SQLSession], _ targets: [CopiedTable.Area: any SQLSession]
  ) throws -> Report {
    var report = Report()
    for table in CopiedTable.all {
      guard let target = targets[table.area] else { continue }
      try refuseRows(of: table.name, in: target)
    }
    for table in CopiedTable.all {
      guard let source = sources[table.area], let target = targets[table.area] else { continue }
      report.rows.append(try copy(table, source, target))
    }
    guard let source = sources[.store], let target = targets[.store] else { return report }
    try copyCounters(source, target, &report)
    try refuseWaitingChanges(in: source)
    return report
  }

  private func refuseRows(of table: String, in target: any SQLSession) throws {
    if try target.first("SELECT 1 FROM \(table) LIMIT 1", [], { $0.integer(0) }) != nil {
      throw StorageError.notCopied(
        reason: "'\(self.target.name)' is not empty: '\(table)' has rows; name an empty database")
    }
  }

  private func copy(_ table: CopiedTable, _ source: any SQLSession, _ target: any SQLSession) throws -> Progress {
    let total = try Self.count(table.name, in: source)
    var (rows, last): (Int64, [SQLValue]?) = (0, nil)
    while true {
      var batch = SQLBatch(table.name, table.columns)
      try source.each(table.page(behind: last, limit: table.page), last ?? []) { batch.append(table.values($0)) }
      try target.write(batch)
      rows += Int64(batch.count)
      progress(Progress(table: table.name, rows: rows, total: total))
      last = batch.rows.last.map { Array($0.prefix(table.key.count)) }
      guard batch.count == table.page else { break }
    }
    if target.dialect == .postgres, let column = table.numbered, case .integer(let number) = last?.first {
      try target.each(
        "SELECT setval(pg_get_serial_sequence(?, ?), ?)", [.text(table.name), .text(column), .integer(number)]
      ) { _ in }
    }
    let written = try Self.count(table.name, in: target)
    guard rows == total, written == total else {
      throw StorageError.notCopied(reason: "'\(table.name)' has \(total) rows, of which \(written) arrived")
    }
    return Progress(table: table.name, rows: written, total: total)
  }

  /// Of a source with several nodes, what all of them have counted. In PostgreSQL the first gateway takes it over.
  private func copyCounters(_ source: any SQLSession, _ target: any SQLSession, _ report: inout Report) throws {
    try refuseRows(of: "limit_counter", in: target)
    if source.dialect == .postgres {
      let nodes = try source.first("SELECT count(DISTINCT node) FROM limit_counter") { $0.integer(0) ?? 0 } ?? 0
      report.nodesAdded = nodes > 1 ? Int(nodes) : 0
    }
    let isShared = target.dialect == .postgres
    var batch = SQLBatch(
      "limit_counter", SQLColumn.texts((isShared ? ["node"] : []) + ["limit_id", "subject", "numbers"]))
    var rows: Int64 = 0
    func flush() throws {
      try target.write(batch)
      rows += Int64(batch.count)
      batch.removeAll()
    }
    func add(_ records: [CounterTable.Record]) throws {
      guard let name = records.first else { return }
      let numbers = Counter.sum(records.map(\.numbers), of: name.limit)
      guard !numbers.isEmpty else { return }
      let values = [name.limit, name.subject, numbers.map { String($0) }.joined(separator: " ")]
      batch.append(((isShared ? [""] : []) + values).map { .text($0) })
      if batch.count == Self.page { try flush() }
    }
    var alike: [CounterTable.Record] = []
    try source.each("SELECT limit_id, subject, numbers FROM limit_counter ORDER BY limit_id, subject", []) { row in
      let record = DatabaseStore.counter(row)
      if let first = alike.first, first.limit != record.limit || first.subject != record.subject {
        try add(alike)
        alike = []
      }
      alike.append(record)
    }
    try add(alike)
    try flush()
    let total = try Self.count("limit_counter", in: target)
    guard total == rows else {
      throw StorageError.notCopied(reason: "'limit_counter' has \(rows) rows, of which \(total) arrived")
    }
    report.rows.append(Progress(table: "limit_counter", rows: rows, total: rows))
  }

  /// They are meant for the gateway that counts in the source.
  private func refuseWaitingChanges(in source: any SQLSession) throws {
    guard try Self.count("quota_change", in: source) > 0 else { return }
    throw StorageError.notCopied(
      reason: "changes of quotas wait in '\(self.source.name)'; start the gateway on it until it has counted them")
  }

  private static func count(_ table: String, in session: any SQLSession) throws -> Int64 {
    try session.first("SELECT count(*) FROM \(table)") { $0.integer(0) ?? 0 } ?? 0
  }
}
