import Foundation
import GRDB
import GatewayCore

extension SQLiteStore: SecretDirectory {
  package func secrets() async throws -> [StoredSecret] {
    try await perform { try Self.secrets(of: $0) }
  }

  package func put(_ secret: StoredSecret) async throws {
    try await change { database in
      try database.execute(
        sql: """
          INSERT INTO secret (name, sealed, set_at) VALUES (?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at
          """, arguments: [secret.name, Data(secret.sealed.bytes), secret.setAt.milliseconds])
    }
  }

  package func removeSecret(named name: String) async throws -> Bool {
    try await change { database in
      try database.execute(sql: "DELETE FROM secret WHERE name = ?", arguments: [name])
      return database.changesCount > 0
    }
  }

  package func reseal(_ sealAnew: @escaping @Sendable (StoredSecret) throws -> SealedSecret?) async throws -> Int {
    try await change { database in
      var changed = 0
      for secret in try Self.secrets(of: database) {
        guard let sealed = try sealAnew(secret) else { continue }
        try database.execute(
          sql: "UPDATE secret SET sealed = ? WHERE name = ?", arguments: [Data(sealed.bytes), secret.name])
        changed += 1
      }
      return changed
    }
  }

  private static func secrets(of database: Database) throws -> [StoredSecret] {
    try Row.fetchAll(database, sql: "SELECT name, sealed, set_at FROM secret ORDER BY name").map { row in
      let bytes: Data = row["sealed"]
      return StoredSecret(
        name: row["name"], sealed: try SealedSecret(bytes: Array(bytes)), setAt: WallTime(milliseconds: row["set_at"]))
    }
  }
}
