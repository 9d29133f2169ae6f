package import GatewayCore

/// Sessions of the console.
extension DatabaseStore {
  /// Begins a session of a user who has shown the password.
  /// - Parameters:
  ///   - cookie: what the browser keeps. Only a keyed hash of it is stored.
  ///   - replaced: the cookie of the session before, which ends.
  package func beginSession(
    _ cookie: String, of name: String, replacing replaced: String? = nil, by author: AuditAuthor, now: WallTime
  ) async throws {
    let (hash, old) = (adminHash(cookie), replaced.map { adminHash($0) })
    try await database.transaction { session in
      try Self.begin(hash, of: name, replacing: old, now: now, in: session)
      try Self.append(AuditEntry("session.create", name), by: author, now: now, in: session)
    }
  }

  static func begin(
    _ hash: [UInt8], of name: String, replacing old: [UInt8]?, now: WallTime, in session: any SQLSession
  ) throws {
    // Nobody asks for these any more.
    try session.run(
      "DELETE FROM admin_session WHERE created_at < ? OR last_used_at < ? OR hash = ?",
      [SQLValue(now.before(SessionLife.whole)), SQLValue(now.before(SessionLife.idle)), .bytes(old ?? [])])
    try session.run(
      "INSERT INTO admin_session (hash, name, created_at, last_used_at) VALUES (?, ?, ?, ?)",
      [.bytes(hash), .text(name), SQLValue(now), SQLValue(now)])
  }

  /// The user of a session that goes on; its time begins anew.
  /// - Returns: nil: there is none, or it is over.
  package func user(ofSession cookie: String, now: WallTime) async throws -> Administrator? {
    let hash = adminHash(cookie)
    return try await database.transaction { session in
      let columns = UserRow.columns.split(separator: ", ").map { "u.\($0)" }.joined(separator: ", ")
      let found = try session.first(
        """
        SELECT \(columns), s.last_used_at FROM admin_session s JOIN admin_user u ON u.name = s.name
        WHERE s.hash = ? AND s.created_at >= ? AND s.last_used_at >= ? AND u.disabled_at IS NULL
          AND (u.issuer IS NULL OR s.created_at >= ?)
        """,
        [
          .bytes(hash), SQLValue(now.before(SessionLife.whole)), SQLValue(now.before(SessionLife.idle)),
          SQLValue(now.before(SessionLife.linked)),
        ]
      ) { (user: UserRow.user($0), lastUsed: $0.integer(UserRow.count) ?? 0) }
      guard let found else { return nil }
      if found.lastUsed < now.minute.milliseconds {
        try session.run(
          "UPDATE admin_session SET last_used_at = ? WHERE hash = ?", [SQLValue(now), .bytes(hash)])
      }
      return found.user
    }
  }

  /// - Parameter author: who signs out.
  package func endSession(_ cookie: String, by author: AuditAuthor, now: WallTime) async throws {
    let hash = adminHash(cookie)
    try await database.transaction { session in
      guard try session.run("DELETE FROM admin_session WHERE hash = ?", [.bytes(hash)]) > 0 else { return }
      try Self.append(AuditEntry("session.delete", author.name), by: author, now: now, in: session)
    }
  }

  func adminHash(_ secret: String) -> [UInt8] {
    withUnsafeBytes(of: keyedHash(of: KeyDigest(of: secret))) { Array($0) }
  }
}

/// API tokens.
extension DatabaseStore {
  package static let tokenPrefix = "slt_"

  /// - Returns: the token itself, which is kept nowhere.
  package func issueToken(
    _ draft: AdminTokenDraft, by author: AuditAuthor, now: WallTime
  ) async throws -> (secret: Secret, token: AdminToken) {
    let secret = Self.tokenPrefix + GatewayKeyGenerator.make().dropFirst(GatewayKeyGenerator.prefix.utf8.count)
    let hash = adminHash(secret)
    let id = try await database.transaction { session in
      let id = try session.first(
        """
        INSERT INTO admin_token (hash, label, role, team, created_at, created_by, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        [
          .bytes(hash), .text(draft.label), .text(draft.role.rawValue), SQLValue(draft.team), SQLValue(now),
          .text(author.name), SQLValue(draft.expiresAt),
        ]
      ) { $0.integer(0) ?? 0 }
      var detail = AuditDetail()
      detail.add("id", json: "\(id ?? 0)")
      detail.add("role", draft.role.rawValue)
      detail.add("team", draft.team)
      detail.add("expires", draft.expiresAt)
      try Self.append(
        AuditEntry("tokens.create", draft.label, detail: detail.text), by: author, now: now, in: session)
      return id ?? 0
    }
    let token = AdminToken(
      id: id, label: draft.label, role: draft.role, team: draft.team, createdAt: now, createdBy: author.name,
      expiresAt: draft.expiresAt, lastUsedAt: nil)
    return (Secret(secret), token)
  }

  /// By id.
  package func tokens(after id: Int64 = 0, limit: Int = .max) async throws -> [AdminToken] {
    try await database.transaction { session in
      try session.all(
        "SELECT \(TokenRow.columns) FROM admin_token WHERE id > ? ORDER BY id LIMIT \(limit)", [.integer(id)]
      ) { TokenRow.token($0) }
    }
  }

  /// - Returns: whether there was one.
  package func removeToken(id: Int64, by author: AuditAuthor, now: WallTime) async throws -> Bool {
    try await database.transaction { session in
      let label = try session.first("SELECT label FROM admin_token WHERE id = ?", [.integer(id)]) { $0.text(0) ?? "" }
      guard let label else { return false }
      try session.run("DELETE FROM admin_token WHERE id = ?", [.integer(id)])
      try Self.append(AuditEntry("tokens.delete", label, detail: "{\"id\":\(id)}"), by: author, now: now, in: session)
      return true
    }
  }

  /// The token that this secret is; its use is noted.
  /// - Returns: nil: there is none, or it is expired.
  package func token(_ secret: String, now: WallTime) async throws -> AdminToken? {
    guard secret.hasPrefix(Self.tokenPrefix) else { return nil }
    let hash = adminHash(secret)
    return try await database.transaction { session in
      let token = try session.first(
        "SELECT \(TokenRow.columns) FROM admin_token WHERE hash = ? AND (expires_at IS NULL OR expires_at > ?)",
        [.bytes(hash), SQLValue(now)]
      ) { TokenRow.token($0) }
      guard let token else { return nil }
      if token.lastUsedAt.map({ $0 < now.minute }) ?? true {
        try session.run(
          "UPDATE admin_token SET last_used_at = ? WHERE id = ?", [SQLValue(now.minute), .integer(token.id)])
      }
      return token
    }
  }
}

private enum TokenRow {
  static let columns = "id, label, role, team, created_at, created_by, expires_at, last_used_at"

  static func token(_ row: any SQLRow) -> AdminToken {
    AdminToken(
      id: row.integer(0) ?? 0, label: row.text(1) ?? "",
      role: row.text(2).flatMap { AdminRole(rawValue: $0) } ?? .viewer, team: row.text(3),
      createdAt: WallTime(milliseconds: row.integer(4) ?? 0), createdBy: row.text(5) ?? "",
      expiresAt: row.integer(6).map { WallTime(milliseconds: $0) },
      lastUsedAt: row.integer(7).map { WallTime(milliseconds: $0) })
  }
}

extension WallTime {
  fileprivate func before(_ duration: Duration) -> WallTime {
    WallTime(milliseconds: milliseconds - duration.wholeNanoseconds / 1_000_000)
  }

  /// The start of the minute.
  fileprivate var minute: WallTime { WallTime(milliseconds: seconds.dividedDown(by: 60) * 60_000) }
}
