package import GatewayCore

/// Changes of quotas wait in a table until a gateway has counted them. Of several gateways that share the database, each counts for
/// itself, and so each gets the change.
extension DatabaseStore: QuotaChanges {
  // More than anybody writes in a third of a second.
  private static let most = 10_000

  package func add(_ change: QuotaChange) async throws {
    let (kind, amount) =
      switch change.amount {
      case .add(let amount): ("add", amount)
      case .set(let amount): ("set", amount)
      }
    let row: [SQLValue] = [
      .text(change.limit), .text(change.subject), .text(kind), .integer(amount), SQLValue(Self.now()),
    ]
    try await database.transaction { session in
      let columns = "limit_id, subject, kind, amount, created_at"
      guard session.dialect == .postgres else {
        try session.run("INSERT INTO quota_change (\(columns)) VALUES (?, ?, ?, ?, ?)", row)
        return
      }
      let nodes = try session.all("SELECT id FROM node") { $0.text(0) ?? "" }
      // Before any gateway has served: the first one takes it.
      for node in nodes.isEmpty ? [""] : nodes {
        try session.run(
          "INSERT INTO quota_change (node, \(columns)) VALUES (?, ?, ?, ?, ?, ?)", [.text(node)] + row)
      }
    }
  }

  package func waitingQuotaChanges() async throws -> [(number: Int64, change: QuotaChange)] {
    let (condition, values) = ownRows(or: "''")
    return try await database.transaction { try Self.waiting(condition, values, in: $0) }
  }

  package func save(_ records: [CounterTable.Record], applied: [Int64]) async throws {
    let (kept, gone) = batches(of: records)
    try await database.transaction { session in
      try session.write(kept)
      try session.delete(gone)
      for number in applied { try session.run("DELETE FROM quota_change WHERE number = ?", [.integer(number)]) }
    }
  }

  package func quota(
    _ limit: String
  ) async throws -> (counters: [CounterTable.Record], waiting: [QuotaChange]) {
    let (condition, values) = ownRows(or: "''")
    return try await database.transaction { session in
      let counters = try session.all(
        "SELECT limit_id, subject, numbers FROM limit_counter WHERE limit_id = ? AND \(condition)",
        [.text(limit)] + values
      ) { Self.counter($0) }
      return (counters, try Self.waiting(condition, values, in: session).map(\.change).filter { $0.limit == limit })
    }
  }

  private static func waiting(
    _ condition: String, _ values: [SQLValue], in session: any SQLSession
  ) throws -> [(number: Int64, change: QuotaChange)] {
    try session.all(
      """
      SELECT number, limit_id, subject, kind, amount FROM quota_change WHERE \(condition)
      ORDER BY number LIMIT \(most)
      """, values
    ) { row in
      let amount = row.integer(4) ?? 0
      let change = QuotaChange(
        limit: row.text(1) ?? "", subject: row.text(2) ?? "",
        amount: row.text(3) == "add" ? .add(amount) : .set(amount))
      return (row.integer(0) ?? 0, change)
    }
  }

  /// Which rows are of this node. A command beside a gateway of another machine sees those of all.
  private func ownRows(or other: String) -> (condition: String, values: [SQLValue]) {
    guard let node else { return ("1 = 1", []) }
    return ("node IN (?, \(other))", [.text(node)])
  }
}
