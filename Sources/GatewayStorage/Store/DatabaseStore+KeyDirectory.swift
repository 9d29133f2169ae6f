import Foundation
package import GatewayCore
import Synchronization

extension DatabaseStore: KeyDirectory {
  package func issue(to consumer: String, _ settings: KeySettings) async throws -> NewGatewayKey {
    try await issue(to: consumer, settings, by: .gateway)
  }

  package func update(
    id: Int64, _ change: @escaping @Sendable (inout KeySettings) -> Void
  ) async throws -> IssuedKey? {
    try await update(id: id, by: .gateway, change)
  }

  package func disable(id: Int64) async throws -> IssuedKey? { try await disable(id: id, by: .gateway) }

  package func enable(id: Int64) async throws -> IssuedKey? { try await enable(id: id, by: .gateway) }

  package func rotate(id: Int64, grace: Duration) async throws -> NewGatewayKey? {
    try await rotate(id: id, grace: grace, by: .gateway)
  }

  package func revoke(id: Int64) async throws -> IssuedKey? { try await revoke(id: id, by: .gateway) }

  package func list() async throws -> [IssuedKey] {
    try await database.transaction { session in
      var texts = RulesTexts()
      return try session.all("SELECT \(KeyRow.columns) FROM gateway_key ORDER BY id") { row in
        KeyRow.issuedKey(row, &texts)
      }
    }
  }

  package func key(id: Int64) async throws -> IssuedKey? {
    try await database.transaction { try Self.fetch(id, in: $0) }
  }

  package func keyedHash(of digest: KeyDigest) -> KeyDigest { pepper.keyedHash(of: digest) }
}

/// The same with whom the audit trail names; each change and its record are one transaction.
extension DatabaseStore {
  package func issue(
    to consumer: String, _ settings: KeySettings = KeySettings(), by author: AuditAuthor
  ) async throws -> NewGatewayKey {
    let draft = draft()
    let issued = try await changeKeys { session, number in
      let made = try Self.insert(draft, for: consumer, settings, lineage: nil, number, in: session)
      try Self.append(KeyAudit.created(made), by: author, now: draft.createdAt, in: session)
      return made
    }
    return NewGatewayKey(key: Secret(draft.key), issued: issued)
  }

  package func update(
    id: Int64, by author: AuditAuthor, _ change: @escaping @Sendable (inout KeySettings) -> Void
  ) async throws -> IssuedKey? {
    try await alter(id, "keys.update", by: author) { key, session, number, _ in
      guard var settings = key.settings else { return .unreadable(id: id) }
      change(&settings)
      try session.run(
        "UPDATE gateway_key SET note = ?, expires_at = ?, rules = ?, changed = ? WHERE id = ?",
        [
          SQLValue(settings.note), SQLValue(settings.expiresAt), SQLValue(try KeyRulesText.write(settings.rules)),
          .integer(number), .integer(id),
        ])
      return nil
    }
  }

  package func disable(id: Int64, by author: AuditAuthor) async throws -> IssuedKey? {
    try await alter(id, "keys.disable", by: author) { _, session, number, now in
      try session.run(
        "UPDATE gateway_key SET disabled_at = coalesce(disabled_at, ?), changed = ? WHERE id = ?",
        [SQLValue(now), .integer(number), .integer(id)])
      return nil
    }
  }

  package func enable(id: Int64, by author: AuditAuthor) async throws -> IssuedKey? {
    try await alter(id, "keys.enable", by: author) { _, session, number, _ in
      try session.run(
        "UPDATE gateway_key SET disabled_at = NULL, changed = ? WHERE id = ?", [.integer(number), .integer(id)])
      return nil
    }
  }

  package func rotate(id: Int64, grace: Duration, by author: AuditAuthor) async throws -> NewGatewayKey? {
    let draft = draft()
    let end = WallTime(milliseconds: draft.createdAt.milliseconds + grace.wholeNanoseconds / 1_000_000)
    let result = try await changeKeys { session, number -> Result<IssuedKey, KeyRefusal>? in
      guard let key = try Self.fetch(id, in: session, toChange: true) else { return nil }
      if let refusal = key.refusalOfRotation(now: draft.createdAt) { return .failure(refusal) }
      guard let settings = key.settings else { return .failure(.unreadable(id: id)) }
      let made = try Self.insert(draft, for: key.consumer, settings, lineage: key.lineage, number, in: session)
      let last = min(end, settings.expiresAt ?? end)
      try session.run(
        "UPDATE gateway_key SET successor = ?, expires_at = ?, changed = ? WHERE id = ?",
        [.integer(made.id), SQLValue(last), .integer(number), .integer(id)])
      try Self.append(
        KeyAudit.rotated(key, into: made, until: last), by: author, now: draft.createdAt, in: session)
      return .success(made)
    }
    return try result.map { NewGatewayKey(key: Secret(draft.key), issued: try $0.get()) }
  }

  package func revoke(id: Int64, by author: AuditAuthor) async throws -> IssuedKey? {
    let now = Self.now()
    return try await changeKeys { session, number in
      guard let old = try Self.fetch(id, in: session, toChange: true), old.revokedAt == nil else {
        return try Self.fetch(id, in: session)
      }
      try session.run(
        "UPDATE gateway_key SET revoked_at = ?, changed = ? WHERE id = ?",
        [SQLValue(now), .integer(number), .integer(id)])
      try Self.append(KeyAudit.entry("keys.revoke", old), by: author, now: now, in: session)
      return try Self.fetch(id, in: session)
    }
  }
}

extension DatabaseStore {
  private struct Draft: Sendable {
    let key: String
    let hash: KeyDigest
    let createdAt: WallTime
  }

  private func draft() -> Draft {
    let key = GatewayKeyGenerator.make()
    return Draft(key: key, hash: keyedHash(of: KeyDigest(of: key)), createdAt: Self.now())
  }

  /// Changes keys. Each of them that is changed is given the number, so that others read no more than these. Whoever changes keys
  /// holds the row with the number until the end: so the numbers of what can be seen never have a gap that is filled later.
  private func changeKeys<Result: Sendable>(
    _ work: @escaping @Sendable (_ session: any SQLSession, _ number: Int64) throws -> Result
  ) async throws -> Result {
    try await change { session in
      let number = try session.first("UPDATE installation SET key_changes = key_changes + 1 RETURNING key_changes") {
        $0.integer(0) ?? 0
      }
      return try work(session, number ?? 0)
    }
  }

  /// One transaction that those who watch the version notice.
  func change<Result: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Result
  ) async throws -> Result {
    let result = try await database.transaction { session in
      let result = try work(session)
      if session.dialect == .postgres { try session.run(PostgresDatabase.announcement, []) }
      return result
    }
    ownChanges.wrappingAdd(1, ordering: .sequentiallyConsistent)
    return result
  }

  /// Changes a key that is not revoked.
  private func alter(
    _ id: Int64, _ action: String, by author: AuditAuthor,
    _ work: @escaping @Sendable (IssuedKey, any SQLSession, Int64, WallTime) throws -> KeyRefusal?
  ) async throws -> IssuedKey? {
    let now = Self.now()
    let result = try await changeKeys { session, number -> Result<IssuedKey, KeyRefusal>? in
      guard let old = try Self.fetch(id, in: session, toChange: true) else { return nil }
      if old.revokedAt != nil { return .failure(.revoked(id: id)) }
      if let refusal = try work(old, session, number, now) { return .failure(refusal) }
      guard let new = try Self.fetch(id, in: session) else { return nil }
      try Self.append(KeyAudit.entry(action, old, became: new), by: author, now: now, in: session)
      return .success(new)
    }
    return try result?.get()
  }

  private static func fetch(_ id: Int64, in session: any SQLSession, toChange: Bool = false) throws -> IssuedKey? {
    var texts = RulesTexts()
    let lock = toChange ? session.dialect.lockingRows : ""
    return try session.first("SELECT \(KeyRow.columns) FROM gateway_key WHERE id = ?\(lock)", [.integer(id)]) { row in
      KeyRow.issuedKey(row, &texts)
    }
  }

  private static func insert(
    _ draft: Draft, for consumer: String, _ settings: KeySettings, lineage: Int64?, _ number: Int64,
    in session: any SQLSession
  ) throws -> IssuedKey {
    let label = GatewayKeyGenerator.label(of: draft.key)
    let id = try session.first(
      """
      INSERT INTO gateway_key (hash, label, consumer, created_at, expires_at, note, rules, lineage, changed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
      """,
      [
        SQLValue(draft.hash), .text(label), .text(consumer), SQLValue(draft.createdAt), SQLValue(settings.expiresAt),
        SQLValue(settings.note), SQLValue(try KeyRulesText.write(settings.rules)), SQLValue(lineage),
        .integer(number),
      ]
    ) { $0.integer(0) ?? 0 }
    return IssuedKey(
      id: id ?? 0, label: label, consumer: consumer, settings: settings, createdAt: draft.createdAt,
      lineage: lineage ?? id ?? 0)
  }

  static func now() -> WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
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
