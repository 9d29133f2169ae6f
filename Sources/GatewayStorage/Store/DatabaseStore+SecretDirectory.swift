import GatewayCore

extension DatabaseStore: SecretDirectory {
  package func secrets() async throws -> [StoredSecret] {
    try await database.transaction { try Self.secrets(in: $0) }
  }

  package func put(_ secret: StoredSecret) async throws {
    _ = try await change { session in
      try session.run(
        """
        INSERT INTO secret (name, sealed, set_at) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at
        """, [.text(secret.name), .bytes(secret.sealed.bytes), SQLValue(secret.setAt)])
    }
  }

  package func removeSecret(named name: String) async throws -> Bool {
    try await change { try $0.run("DELETE FROM secret WHERE name = ?", [.text(name)]) > 0 }
  }

  package func reseal(_ sealAnew: @escaping @Sendable (StoredSecret) throws -> SealedSecret?) async throws -> Int {
    try await change { session in
      var changed = 0
      for secret in try Self.secrets(in: session, toChange: true) {
        guard let sealed = try sealAnew(secret) else { continue }
        try session.run(
          "UPDATE secret SET sealed = ? WHERE name = ?", [.bytes(sealed.bytes), .text(secret.name)])
        changed += 1
      }
      return changed
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
