import Foundation
package import GatewayCore
import Synchronization

extension DatabaseStore: KeyDirectory {
  package func issue(to consumer: String, _ settings: KeySettings) async throws -> NewGatewayKey {
    let draft = draft()
    let issued = try await changeKeys { session, number in
      try Self.insert(draft, for: consumer, settings, lineage: nil, number, in: session)
    }
    return NewGatewayKey(key: Secret(draft.key), issued: issued)
  }

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

  package func update(
    id: Int64, _ change: @escaping @Sendable (inout KeySettings) -> Void
  ) async throws -> IssuedKey? {
    try await alter(id) { key, session, number in
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

  package func disable(id: Int64) async throws -> IssuedKey? {
    let now = Self.now()
    return try await alter(id) { _, session, number in
      try session.run(
        "UPDATE gateway_key SET disabled_at = coalesce(disabled_at, ?), changed = ? WHERE id = ?",
        [SQLValue(now), .integer(number), .integer(id)])
      return nil
    }
  }

  package func enable(id: Int64) async throws -> IssuedKey? {
    try await alter(id) { _, session, number in
      try session.run(
        "UPDATE gateway_key SET disabled_at = NULL, changed = ? WHERE id = ?", [.integer(number), .integer(id)])
      return nil
    }
  }

  package func rotate(id: Int64, grace: Duration) async throws -> NewGatewayKey? {
    let draft = draft()
    let end = WallTime(milliseconds: draft.createdAt.milliseconds + grace.wholeNanoseconds / 1_000_000)
    let result = try await changeKeys { session, number -> Result<IssuedKey, KeyRefusal>? in
      guard let key = try Self.fetch(id, in: session, toChange: true) else { return nil }
      if let refusal = key.refusalOfRotation(now: draft.createdAt) { return .failure(refusal) }
      guard let settings = key.settings else { return .failure(.unreadable(id: id)) }
      let made = try Self.insert(draft, for: key.consumer, settings, lineage: key.lineage, number, in: session)
      try session.run(
        "UPDATE gateway_key SET successor = ?, expires_at = ?, changed = ? WHERE id = ?",
        [.integer(made.id), SQLValue(min(end, settings.expiresAt ?? end)), .integer(number), .integer(id)])
      return .success(made)
    }
    return try result.map { NewGatewayKey(key: Secret(draft.key), issued: try $0.get()) }
  }

  package func revoke(id: Int64) async throws -> IssuedKey? {
    let now = Self.now()
    return try await changeKeys { session, number in
      try session.run(
        "UPDATE gateway_key SET revoked_at = coalesce(revoked_at, ?), changed = ? WHERE id = ?",
        [SQLValue(now), .integer(number), .integer(id)])
      return try Self.fetch(id, in: session)
    }
  }

  package func keyedHash(of digest: KeyDigest) -> KeyDigest { pepper.keyedHash(of: digest) }
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
    _ id: Int64, _ work: @escaping @Sendable (IssuedKey, any SQLSession, Int64) throws -> KeyRefusal?
  ) async throws -> IssuedKey? {
    let result = try await changeKeys { session, number -> Result<IssuedKey, KeyRefusal>? in
      guard let key = try Self.fetch(id, in: session, toChange: true) else { return nil }
      if key.revokedAt != nil { return .failure(.revoked(id: id)) }
      if let refusal = try work(key, session, number) { return .failure(refusal) }
      return try Self.fetch(id, in: session).map { .success($0) }
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
