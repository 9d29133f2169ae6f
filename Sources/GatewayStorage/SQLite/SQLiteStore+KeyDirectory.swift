import Foundation
import GRDB
package import GatewayCore
import Synchronization

extension SQLiteStore: KeyDirectory {
  package func issue(to consumer: String) async throws -> NewGatewayKey {
    let key = GatewayKeyGenerator.make()
    return try await store(key, for: consumer, at: Self.now())
  }

  package func list() async throws -> [IssuedKey] {
    try await perform { database in
      try Row.fetchAll(
        database, sql: "SELECT id, label, consumer, created_at, disabled_at FROM gateway_key ORDER BY id"
      )
      .map(Self.issuedKey)
    }
  }

  package func revoke(id: Int64) async throws -> IssuedKey? {
    let now = Self.now()
    let revoked = try await perform { database in
      try Row.fetchOne(
        database,
        sql: """
          UPDATE gateway_key SET disabled_at = coalesce(disabled_at, ?) WHERE id = ?
          RETURNING id, label, consumer, created_at, disabled_at
          """, arguments: [now, id]
      ).map(Self.issuedKey)
    }
    ownChanges.wrappingAdd(1, ordering: .sequentiallyConsistent)
    return revoked
  }

  package func activeKeys() async throws -> [ActiveKey] {
    try await perform { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT id, hash, consumer FROM gateway_key WHERE disabled_at IS NULL ORDER BY id")
      var keys: [ActiveKey] = []
      while let row = try rows.next() {
        let hash: Data = row["hash"]
        // The table holds nothing but 32-byte hashes.
        guard let digest = hash.withUnsafeBytes({ KeyDigest(bytes: $0) }) else { continue }
        keys.append(ActiveKey(id: row["id"], hash: digest, consumer: row["consumer"]))
      }
      return keys
    }
  }

  package func version() async throws -> KeyDirectoryVersion {
    // Outside a transaction: within one, `data_version` would not move.
    let foreign: Int64
    do {
      foreign = try await database.writeWithoutTransaction { database in
        try Int64.fetchOne(database, sql: "PRAGMA data_version") ?? 0
      }
    } catch {
      throw StorageError(error, path: path)
    }
    return KeyDirectoryVersion(foreign: foreign, own: ownChanges.load(ordering: .sequentiallyConsistent))
  }

  package func keyedHash(of digest: KeyDigest) -> KeyDigest { pepper.keyedHash(of: digest) }

  private func store(_ key: String, for consumer: String, at createdAt: Int64) async throws -> NewGatewayKey {
    let hash = withUnsafeBytes(of: keyedHash(of: KeyDigest(of: key))) { Data($0) }
    let label = GatewayKeyGenerator.label(of: key)
    let id = try await perform { database in
      try database.execute(
        sql: "INSERT INTO gateway_key (hash, label, consumer, created_at) VALUES (?, ?, ?, ?)",
        arguments: [hash, label, consumer, createdAt])
      return database.lastInsertedRowID
    }
    ownChanges.wrappingAdd(1, ordering: .sequentiallyConsistent)
    let issued = IssuedKey(
      id: id, label: label, consumer: consumer, createdAt: .milliseconds(createdAt), disabledAt: nil)
    return NewGatewayKey(key: Secret(key), issued: issued)
  }

  private static func issuedKey(_ row: Row) -> IssuedKey {
    let disabledAt: Int64? = row["disabled_at"]
    return IssuedKey(
      id: row["id"], label: row["label"], consumer: row["consumer"],
      createdAt: .milliseconds(row["created_at"] as Int64), disabledAt: disabledAt.map { .milliseconds($0) })
  }

  /// Milliseconds since 1970.
  private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
