package import GatewayCore

/// What limits have counted. Of several gateways that share a database, each has counters of its own; one process at a time counts
/// on an embedded database.
extension DatabaseStore {
  // Longer than any window: nobody asks for older counters.
  private static let memory: Int64 = 40 * 86_400_000

  package func counters() async throws(StorageError) -> [CounterTable.Record] {
    // Those of other nodes are of no use to this one.
    if database.dialect == .postgres, node == nil { return [] }
    return try await database.transaction { [node, serves] session in
      // Of a copied database the first node takes the counters over.
      if let node, serves {
        try session.run(
          """
          UPDATE limit_counter SET node = ? WHERE node = ''
          AND NOT EXISTS (SELECT 1 FROM limit_counter AS own WHERE own.node = ?)
          """, [.text(node), .text(node)])
      }
      let condition = node == nil ? "" : " WHERE node = ?"
      return try session.all(
        "SELECT limit_id, subject, numbers FROM limit_counter\(condition)", node.map { [.text($0)] } ?? []
      ) { Self.counter($0) }
    }
  }

  /// - Parameter row: `limit_id`, `subject`, `numbers`.
  static func counter(_ row: any SQLRow) -> CounterTable.Record {
    CounterTable.Record(
      limit: row.text(0) ?? "", subject: row.text(1) ?? "",
      numbers: (row.text(2) ?? "").split(separator: " ").compactMap { Int64($0) })
  }

  /// Replaces what was stored of these counters; those without numbers are taken out.
  package func save(_ records: [CounterTable.Record]) async throws(StorageError) {
    let (kept, gone) = batches(of: records)
    try await database.transaction { session in
      try session.write(kept)
      try session.delete(gone)
    }
  }

  /// Counters to write, and counters to take out.
  func batches(of records: [CounterTable.Record]) -> (kept: SQLBatch, gone: SQLBatch) {
    let key = (node == nil ? [] : ["node"]) + ["limit_id", "subject"]
    var kept = SQLBatch("limit_counter", SQLColumn.texts(key + ["numbers"]), .replaces(key: key))
    var gone = SQLBatch("limit_counter", SQLColumn.texts(key))
    for record in records {
      let name: [SQLValue] = (node.map { [.text($0)] } ?? []) + [.text(record.limit), .text(record.subject)]
      if record.numbers.isEmpty {
        gone.append(name)
      } else {
        kept.append(name + [.text(record.numbers.map { String($0) }.joined(separator: " "))])
      }
    }
    return (kept, gone)
  }

  /// Tells the other gateways that this one is there, and forgets those that have been gone for longer than their counters are
  /// of use.
  func registerNode() async throws(StorageError) {
    guard serves, let node else { return }
    let now = Self.now().milliseconds
    try await database.transaction { session in
      try session.run(
        "INSERT INTO node (id, seen_at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
        [.text(node), .integer(now)])
      let old = "(SELECT id FROM node WHERE seen_at < ?)"
      for table in ["limit_counter", "quota_change", "ledger_position"] {
        try session.run("DELETE FROM \(table) WHERE node IN \(old)", [.integer(now - Self.memory)])
      }
      try session.run("DELETE FROM node WHERE seen_at < ?", [.integer(now - Self.memory)])
    }
  }
}
