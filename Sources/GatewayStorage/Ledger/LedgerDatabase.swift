import GatewayCore

/// Where the journal is moved to: rows, their sums, and how far each segment is moved. Lives on the ledger's moving thread and
/// blocks it.
final class LedgerDatabase {
  // Subjects whose numbers are remembered.
  private static let knownLimit = 100_000

  let zone: ZoneOffsets
  let connection: any LedgerConnection
  /// Of several gateways that share the database, this one.
  private let node: String?
  private var known: [UsageSubject: Int64] = [:]

  init(_ connection: any LedgerConnection, node: String?, zone: ZoneOffsets) {
    self.connection = connection
    self.node = node
    self.zone = zone
  }

  /// How far the segments of the journal are moved.
  func positions() throws(StorageError) -> [String: Int] {
    let condition = node == nil ? "" : " WHERE node = ?"
    return try connection.perform { session in
      let rows = try session.all(
        "SELECT segment, position FROM ledger_position\(condition)", node.map { [.text($0)] } ?? []
      ) { ($0.text(0) ?? "", Int($0.integer(1) ?? 0)) }
      return Dictionary(uniqueKeysWithValues: rows)
    }
  }

  /// How far the records of calls went with the last batch.
  func recorded() throws(StorageError) -> AuditHead {
    try connection.perform { try AuditHeadRow.read(of: self.node, in: $0) ?? .start }
  }

  /// Writes a batch with its sums and its position, all or nothing. Nodes that write at once wait for each other, row by row; all of
  /// them in the same order: subjects, hours, days.
  ///
  /// - Parameter head: how far the records of calls go with this batch; nil: there are none.
  /// - Returns: rows that were not there before.
  func move(
    _ batch: JournalReader.Batch, forget finished: [String], recorded head: AuditHead? = nil
  ) throws(StorageError) -> Int {
    do {
      return try connection.perform { session in
        // A repetition begins anew.
        var sums = UsageSums(zone: self.zone)
        let new = try self.insert(batch.rows, in: session, &sums)
        let subjects = try self.numbers(of: sums.subjects, in: session)
        try self.add(sums.hours, of: subjects, to: "usage_hour", "hour", in: session)
        try self.add(sums.days, of: subjects, to: "usage_day", "day", in: session)
        try self.note(batch, finished, in: session)
        if let head { try AuditHeadRow.write(head, of: self.node, in: session) }
        return new
      }
    } catch {
      // Subjects of a transaction that was taken back are not there.
      known = [:]
      throw error
    }
  }

  func close() { connection.close() }

  private func insert(_ rows: SQLRows, in session: any SQLSession, _ sums: inout UsageSums) throws -> Int {
    let batch = SQLBatch("exchange", LedgerColumn.stored, .skips(key: LedgerColumn.key(session.dialect)))
    let new = try session.insertNew(batch, by: LedgerColumn.id.rawValue, rows)
    for row in new { sums.add(rows, row) }
    return new.count
  }

  /// - Parameter subjects: their numbers, by the places in the keys of `sums`.
  private func add(
    _ sums: [UsageSums.Key: UsageSum], of subjects: [Int64], to table: String, _ span: String,
    in session: any SQLSession
  ) throws {
    let key = [span, "subject"]
    var batch = SQLBatch(table, SQLColumn.integers(key + UsageSum.columns), .adds(key: key))
    // Names that a caller can write may be told apart by one of us and be the same to the other, with other code points for the same
    // letters or with a NUL: PostgreSQL adds to a row once in a statement, or refuses all of it.
    var rows: [UsageSums.Key: UsageSum] = [:]
    for (place, sum) in sums {
      rows[UsageSums.Key(span: place.span, subject: Int(subjects[place.subject])), default: UsageSum()].add(sum)
    }
    for (row, sum) in rows.sorted(by: { ($0.key.span, $0.key.subject) < ($1.key.span, $1.key.subject) }) {
      batch.append([.integer(row.span), .integer(Int64(row.subject))] + sum.values)
    }
    try session.write(batch)
  }

  /// Finds the numbers of subjects, and gives numbers to new ones.
  private func numbers(of subjects: [UsageSubject], in session: any SQLSession) throws -> [Int64] {
    if known.count >= Self.knownLimit { known = [:] }
    try learn(subjects.filter { known[$0] == nil }, in: session)
    return subjects.map { known[$0] ?? 0 }
  }

  private func learn(_ subjects: [UsageSubject], in session: any SQLSession) throws {
    guard !subjects.isEmpty else { return }
    let subjects = subjects.sorted { $0.names.lexicographicallyPrecedes($1.names) }
    var batch = SQLBatch("usage_subject", UsageSubject.columns, .skips(key: UsageSubject.columns.map(\.name)))
    for subject in subjects { batch.append(subject.values) }
    try session.write(batch)
    let conditions = UsageSubject.columns.map { "\($0.name) = ?" }.joined(separator: " AND ")
    for subject in subjects {
      known[subject] = try session.first("SELECT id FROM usage_subject WHERE \(conditions)", subject.values) {
        $0.integer(0) ?? 0
      }
    }
  }

  private func note(_ batch: JournalReader.Batch, _ finished: [String], in session: any SQLSession) throws {
    let key = (node == nil ? [] : ["node"]) + ["segment"]
    let name: [SQLValue] = node.map { [.text($0)] } ?? []
    var position = SQLBatch(
      "ledger_position", SQLColumn.texts(key) + [SQLColumn("position", .integer)], .replaces(key: key))
    position.append(name + [.text(batch.segment), .integer(Int64(batch.end))])
    try session.write(position)
    var gone = SQLBatch("ledger_position", SQLColumn.texts(key))
    for segment in finished { gone.append(name + [.text(segment)]) }
    try session.delete(gone)
  }
}
