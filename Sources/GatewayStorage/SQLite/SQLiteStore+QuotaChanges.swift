import Foundation
import GRDB
package import GatewayCore

extension SQLiteStore: QuotaChanges {
  package func add(_ change: QuotaChange) async throws {
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    try await perform { database in
      let (kind, amount) =
        switch change.amount {
        case .add(let amount): ("add", amount)
        case .set(let amount): ("set", amount)
        }
      try database.execute(
        sql: "INSERT INTO quota_change (limit_id, subject, kind, amount, created_at) VALUES (?, ?, ?, ?, ?)",
        arguments: [change.limit, change.subject, kind, amount, now])
    }
  }

  package func waitingQuotaChanges() async throws -> [(number: Int64, change: QuotaChange)] {
    do { return try await database.read(Self.waiting) } catch { throw StorageError(error, path: path) }
  }

  private static func waiting(in database: Database) throws -> [(number: Int64, change: QuotaChange)] {
    try Row.fetchAll(
      database, sql: "SELECT number, limit_id, subject, kind, amount FROM quota_change ORDER BY number LIMIT 10000"
    ).map { row in
      let (kind, amount): (String, Int64) = (row["kind"], row["amount"])
      let change = QuotaChange(
        limit: row["limit_id"], subject: row["subject"], amount: kind == "add" ? .add(amount) : .set(amount))
      return (row["number"], change)
    }
  }

  package func save(_ records: [CounterTable.Record], applied: [Int64]) async throws {
    try await perform { database in
      try Self.write(records, to: database)
      for number in applied {
        try database.execute(sql: "DELETE FROM quota_change WHERE number = ?", arguments: [number])
      }
    }
  }

  package func quota(
    _ limit: String
  ) async throws -> (counters: [CounterTable.Record], waiting: [QuotaChange]) {
    try await perform { database in
      let counters = try Row.fetchAll(
        database, sql: "SELECT limit_id, subject, numbers FROM limit_counter WHERE limit_id = ?", arguments: [limit]
      ).map(Self.record)
      return (counters, try Self.waiting(in: database).map(\.change).filter { $0.limit == limit })
    }
  }
}
