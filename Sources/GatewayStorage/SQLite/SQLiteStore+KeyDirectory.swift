import Foundation
import GRDB
package import GatewayCore
import Synchronization

extension SQLiteStore: KeyDirectory {
  package func issue(to consumer: String, _ settings: KeySettings) async throws -> NewGatewayKey {
    let draft = draft()
    let issued = try await change { database in
      try Self.insert(draft, for: consumer, settings, lineage: nil, into: database)
    }
    return NewGatewayKey(key: Secret(draft.key), issued: issued)
  }

  package func list() async throws -> [IssuedKey] {
    try await perform { database in
      var texts = RulesTexts()
      return try Row.fetchAll(database, sql: "SELECT \(KeyRow.columns) FROM gateway_key ORDER BY id").map { row in
        KeyRow.issuedKey(row, &texts)
      }
    }
  }

  package func key(id: Int64) async throws -> IssuedKey? {
    try await perform { try Self.fetch(id, from: $0) }
  }

  package func update(
    id: Int64, _ change: @escaping @Sendable (inout KeySettings) -> Void
  ) async throws -> IssuedKey? {
    try await alter(id) { key, database in
      guard var settings = key.settings else { return .unreadable(id: id) }
      change(&settings)
      try database.execute(
        sql: "UPDATE gateway_key SET note = ?, expires_at = ?, rules = ? WHERE id = ?",
        arguments: [settings.note, settings.expiresAt?.milliseconds, try KeyRulesText.write(settings.rules), id])
      return nil
    }
  }

  package func disable(id: Int64) async throws -> IssuedKey? {
    let now = Self.now()
    return try await alter(id) { _, database in
      try database.execute(
        sql: "UPDATE gateway_key SET disabled_at = coalesce(disabled_at, ?) WHERE id = ?",
        arguments: [now.milliseconds, id])
      return nil
    }
  }

  package func enable(id: Int64) async throws -> IssuedKey? {
    try await alter(id) { _, database in
      try database.execute(sql: "UPDATE gateway_key SET disabled_at = NULL WHERE id = ?", arguments: [id])
      return nil
    }
  }

  package func rotate(id: Int64, grace: Duration) async throws -> NewGatewayKey? {
    let draft = draft()
    let end = WallTime(milliseconds: draft.createdAt.milliseconds + grace.wholeNanoseconds / 1_000_000)
    let result = try await change { database -> Result<IssuedKey, KeyRefusal>? in
      guard let key = try Self.fetch(id, from: database) else { return nil }
      if let refusal = key.refusalOfRotation(now: draft.createdAt) { return .failure(refusal) }
      guard let settings = key.settings else { return .failure(.unreadable(id: id)) }
      let made = try Self.insert(draft, for: key.consumer, settings, lineage: key.lineage, into: database)
      try database.execute(
        sql: "UPDATE gateway_key SET successor = ?, expires_at = ? WHERE id = ?",
        arguments: [made.id, min(end, settings.expiresAt ?? end).milliseconds, id])
      return .success(made)
    }
    return try result.map { NewGatewayKey(key: Secret(draft.key), issued: try $0.get()) }
  }

  package func revoke(id: Int64) async throws -> IssuedKey? {
    let now = Self.now()
    return try await change { database in
      try database.execute(
        sql: "UPDATE gateway_key SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
        arguments: [now.milliseconds, id])
      return try Self.fetch(id, from: database)
    }
  }

  package func activeKeys() async throws -> [ActiveKey] {
    try await perform { database in
      let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM gateway_key WHERE revoked_at IS NULL") ?? 0
      let rows = try Row.fetchCursor(
        database, sql: "SELECT \(KeyRow.activeColumns) FROM gateway_key WHERE revoked_at IS NULL ORDER BY id")
      var keys: [ActiveKey] = []
      keys.reserveCapacity(count)
      var texts = RulesTexts()
      while let row = try rows.next() {
        if let key = try KeyRow.activeKey(row, &texts) { keys.append(key) }
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
}

extension SQLiteStore {
  private struct Draft: Sendable {
    let key: String
    let hash: Data
    let createdAt: WallTime
  }

  private func draft() -> Draft {
    let key = GatewayKeyGenerator.make()
    return Draft(
      key: key, hash: withUnsafeBytes(of: keyedHash(of: KeyDigest(of: key))) { Data($0) }, createdAt: Self.now())
  }

  /// One transaction that those who watch the version notice.
  func change<Result: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Result
  ) async throws -> Result {
    let result = try await perform(work)
    ownChanges.wrappingAdd(1, ordering: .sequentiallyConsistent)
    return result
  }

  /// Changes a key that is not revoked.
  private func alter(
    _ id: Int64, _ work: @escaping @Sendable (IssuedKey, Database) throws -> KeyRefusal?
  ) async throws -> IssuedKey? {
    let result = try await change { database -> Result<IssuedKey, KeyRefusal>? in
      guard let key = try Self.fetch(id, from: database) else { return nil }
      if key.revokedAt != nil { return .failure(.revoked(id: id)) }
      if let refusal = try work(key, database) { return .failure(refusal) }
      return try Self.fetch(id, from: database).map { .success($0) }
    }
    return try result?.get()
  }

  private static func fetch(_ id: Int64, from database: Database) throws -> IssuedKey? {
    var texts = RulesTexts()
    let row = try Row.fetchOne(
      database, sql: "SELECT \(KeyRow.columns) FROM gateway_key WHERE id = ?", arguments: [id])
    return row.map { KeyRow.issuedKey($0, &texts) }
  }

  private static func insert(
    _ draft: Draft, for consumer: String, _ settings: KeySettings, lineage: Int64?, into database: Database
  ) throws -> IssuedKey {
    let label = GatewayKeyGenerator.label(of: draft.key)
    try database.execute(
      sql: """
        INSERT INTO gateway_key (hash, label, consumer, created_at, expires_at, note, rules, lineage)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        draft.hash, label, consumer, draft.createdAt.milliseconds, settings.expiresAt?.milliseconds, settings.note,
        try KeyRulesText.write(settings.rules), lineage,
      ])
    let id = database.lastInsertedRowID
    return IssuedKey(
      id: id, label: label, consumer: consumer, settings: settings, createdAt: draft.createdAt, lineage: lineage ?? id)
  }

  private static func now() -> WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

extension IssuedKey {
  fileprivate func refusalOfRotation(now: WallTime) -> KeyRefusal? {
    if let successor, revokedAt == nil { return .rotated(id: id, successor: successor) }
    return switch state(now: now) {
    case .active, .rotating: nil
    case .disabled: .notEnabled(id: id)
    case .expired: .expired(id: id)
    case .revoked: .revoked(id: id)
    case .unreadable: .unreadable(id: id)
    }
  }
}
