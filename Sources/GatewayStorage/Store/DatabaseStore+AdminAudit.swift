package import GatewayCore

extension DatabaseStore {
  /// Adds a line to the audit trail.
  package func audit(_ entry: AuditEntry, by author: AuditAuthor, now: WallTime) async throws {
    try await database.transaction { try Self.append(entry, by: author, now: now, in: $0) }
  }

  /// The same, in the transaction of the change itself.
  static func append(_ entry: AuditEntry, by author: AuditAuthor, now: WallTime, in session: any SQLSession) throws {
    // One after the other, also of several gateways: each record holds the digest of the one before.
    try lockAdministration(session)
    let last = try session.first("SELECT \(AuditRow.columns) FROM admin_audit ORDER BY number DESC LIMIT 1") {
      AuditRow.record($0)
    }
    try session.run(
      "INSERT INTO admin_audit (\(AuditRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      [
        .integer((last?.number ?? 0) + 1), SQLValue(now), .text(author.name), SQLValue(author.address),
        .text(entry.action), SQLValue(entry.object), SQLValue(entry.revision.map { Int64($0) }),
        SQLValue(entry.detail), .bytes(last?.digest ?? AuditRecord.start),
      ])
  }

  /// Newest first.
  package func auditRecords(_ query: AuditQuery) async throws -> [AuditRecord] {
    var conditions: [String] = []
    var values: [SQLValue] = []
    func add(_ condition: String, _ value: SQLValue?) {
      guard let value else { return }
      conditions.append(condition)
      values.append(value)
    }
    add("at >= ?", query.from.map { SQLValue($0) })
    add("at < ?", query.to.map { SQLValue($0) })
    add("author = ?", query.author.map { .text($0) })
    add("number < ?", query.before.map { .integer($0) })
    let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
    let sql = "SELECT \(AuditRow.columns) FROM admin_audit \(filter)ORDER BY number DESC LIMIT \(query.limit)"
    return try await database.transaction { [values] in try $0.all(sql, values) { AuditRow.record($0) } }
  }

  /// Oldest first.
  package func auditRecords(after number: Int64, limit: Int) async throws -> [AuditRecord] {
    try await database.transaction { session in
      try session.all(
        "SELECT \(AuditRow.columns) FROM admin_audit WHERE number > ? ORDER BY number LIMIT \(limit)",
        [.integer(number)]
      ) { AuditRow.record($0) }
    }
  }

  /// Takes records out of the database that are in a file now, unless somebody else was faster.
  /// - Parameters:
  ///   - records: the oldest, without gaps.
  ///   - file: its name.
  /// - Returns: whether they are gone.
  func forget(_ records: [AuditRecord], archivedIn file: String, now: WallTime) async throws -> Bool {
    guard let first = records.first, let last = records.last else { return false }
    let anchor = AuditAnchor(
      kind: .changes, isExpiry: false, through: last.number, hash: last.digest, node: node)
    return try await database.transaction { session in
      try Self.lockAdministration(session)
      let (there, end) =
        try session.first(
          "SELECT min(number), count(*) FROM admin_audit WHERE number <= ?", [.integer(last.number)]
        ) { ($0.integer(0) ?? 0, $0.integer(1) ?? 0) } ?? (0, 0)
      guard there == first.number, end == Int64(records.count) else { return false }
      // The record of the removal comes behind the others, so that there is always one left to go on from.
      try Self.append(anchor.entry(of: file), by: .gateway, now: now, in: session)
      try session.run("DELETE FROM admin_audit WHERE number <= ?", [.integer(last.number)])
      return true
    }
  }

  /// Until the end of the transaction nobody else changes users or adds to the trail.
  static func lockAdministration(_ session: any SQLSession) throws {
    _ = try session.first("SELECT singleton FROM installation\(session.dialect.lockingRows)") { $0.integer(0) }
  }
}

/// A row of the audit trail.
private enum AuditRow {
  static let columns = "number, at, author, address, action, object, revision, detail, previous"

  static func record(_ row: any SQLRow) -> AuditRecord {
    AuditRecord(
      number: row.integer(0) ?? 0, at: WallTime(milliseconds: row.integer(1) ?? 0),
      author: AuditAuthor(name: row.text(2) ?? "", address: row.text(3)),
      entry: AuditEntry(
        row.text(4) ?? "", row.text(5), revision: row.integer(6).map { Int($0) }, detail: row.text(7)),
      previous: row.bytes(8) ?? [])
  }
}
