import GatewayCore

extension DatabaseStore: SecretDirectory {
  package func secrets() async throws -> [StoredSecret] {
    try await database.transaction { try Self.secrets(in: $0) }
  }

  package func put(_ secret: StoredSecret, by author: AuditAuthor) async throws {
    _ = try await change { session in
      let isNew = try session.first("SELECT name FROM secret WHERE name = ?", [.text(secret.name)]) { _ in true } == nil
      try session.run(
        """
        INSERT INTO secret (name, sealed, set_at) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at
        """, [.text(secret.name), .bytes(secret.sealed.bytes), SQLValue(secret.setAt)])
      try Self.append(
        AuditEntry("secrets.put", secret.name, detail: isNew ? #"{"new":true}"# : #"{"new":false}"#), by: author,
        now: secret.setAt, in: session)
    }
  }

  package func removeSecret(named name: String, by author: AuditAuthor) async throws -> Bool {
    let now = Self.now()
    return try await change { session in
      guard try session.run("DELETE FROM secret WHERE name = ?", [.text(name)]) > 0 else { return false }
      try Self.append(AuditEntry("secrets.delete", name), by: author, now: now, in: session)
      return true
    }
  }

  package func reseal(
    by author: AuditAuthor, _ sealAnew: @escaping @Sendable (StoredSecret) throws -> SealedSecret?
  ) async throws -> Int {
    let now = Self.now()
    return try await change { session in
      var changed: [String] = []
      for secret in try Self.secrets(in: session, toChange: true) {
        guard let sealed = try sealAnew(secret) else { continue }
        try session.run(
          "UPDATE secret SET sealed = ? WHERE name = ?", [.bytes(sealed.bytes), .text(secret.name)])
        changed.append(secret.name)
      }
      if !changed.isEmpty {
        var detail = AuditDetail()
        detail.add("secrets", changed)
        try Self.append(AuditEntry("secrets.reseal", detail: detail.text), by: author, now: now, in: session)
      }
      return changed.count
    }
  }

  private static func secrets(in session: any SQLSession, toChange: Bool = false) throws -> [StoredSecret] {
    let lock = toChange ? session.dialect.lockingRows : ""
    return try session.all("SELECT name, sealed, set_at FROM secret ORDER BY name\(lock)") { row in
      StoredSecret(
        name: row.text(0) ?? "", sealed: try SealedSecret(bytes: row.bytes(1) ?? []),
        setAt: WallTime(milliseconds: row.integer(2) ?? 0))
    }
  }
}
