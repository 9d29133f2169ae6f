import GRDB
package import GatewayCore

/// What limits have counted. One process at a time counts on an embedded database.
extension SQLiteStore {
  package func counters() async throws(StorageError) -> [CounterTable.Record] {
    try await perform { database in
      try Row.fetchAll(database, sql: "SELECT limit_id, subject, numbers FROM limit_counter").map(Self.record)
    }
  }

  /// Replaces what was stored of these counters; those without numbers are taken out.
  package func save(_ records: [CounterTable.Record]) async throws(StorageError) {
    try await perform { try Self.write(records, to: $0) }
  }

  static func record(_ row: Row) -> CounterTable.Record {
    let numbers: String = row["numbers"]
    return CounterTable.Record(
      limit: row["limit_id"], subject: row["subject"], numbers: numbers.split(separator: " ").compactMap { Int64($0) })
  }

  static func write(_ records: [CounterTable.Record], to database: Database) throws {
    let put = try database.cachedStatement(
      sql: """
        INSERT INTO limit_counter (limit_id, subject, numbers) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET numbers = excluded.numbers
        """)
    let remove = try database.cachedStatement(sql: "DELETE FROM limit_counter WHERE limit_id = ? AND subject = ?")
    for record in records {
      if record.numbers.isEmpty {
        try remove.execute(arguments: [record.limit, record.subject])
      } else {
        let numbers = record.numbers.map { String($0) }.joined(separator: " ")
        try put.execute(arguments: [record.limit, record.subject, numbers])
      }
    }
  }
}
