package import GatewayCore

/// Users whom an issuer of ID tokens knows.
extension DatabaseStore {
  /// Signs somebody in whose ID token was verified: makes the user at the first time, takes over what the issuer says of the role,
  /// and begins a session.
  /// - Parameters:
  ///   - cookie: what the browser keeps.
  ///   - replaced: the cookie of the session before, which ends.
  /// - Throws: `LinkedRefusal`.
  package func signIn(
    _ identity: LinkedIdentity, cookie: String, replacing replaced: String? = nil, from address: String?, now: WallTime
  ) async throws -> Administrator {
    let (hash, old) = (adminHash(cookie), replaced.map { adminHash($0) })
    return try await database.transaction { session -> Result<Administrator, LinkedRefusal> in
      try Self.lockAdministration(session)
      let result = try Self.user(linkedTo: identity, from: address, now: now, in: session)
      guard case .success(let user) = result else { return result }
      try Self.begin(hash, of: user.name, replacing: old, now: now, in: session)
      let detail = Self.detail(user.role, user.team, issuer: identity.issuer)
      try Self.append(
        AuditEntry("session.create", user.name, detail: detail), by: AuditAuthor(name: user.name, address: address),
        now: now, in: session)
      return result
    }.get()
  }

  private static func user(
    linkedTo identity: LinkedIdentity, from address: String?, now: WallTime, in session: any SQLSession
  ) throws -> Result<Administrator, LinkedRefusal> {
    let known = try session.first(
      "SELECT \(UserRow.columns) FROM admin_user WHERE issuer = ? AND subject = ?",
      [.text(identity.issuer), .text(identity.subject)]
    ) { UserRow.user($0) }
    let detail = detail(identity.role, identity.team, issuer: identity.issuer)
    guard let known else {
      guard try user(identity.name, in: session) == nil else { return .failure(.nameTaken) }
      try session.run(
        "INSERT INTO admin_user (name, role, team, created_at, issuer, subject) VALUES (?, ?, ?, ?, ?, ?)",
        [
          .text(identity.name), .text(identity.role.rawValue), SQLValue(identity.team), SQLValue(now),
          .text(identity.issuer), .text(identity.subject),
        ])
      try append(
        AuditEntry("users.create", identity.name, detail: detail),
        by: AuditAuthor(name: identity.name, address: address), now: now, in: session)
      return .success(
        Administrator(
          name: identity.name, role: identity.role, team: identity.team, createdAt: now, disabledAt: nil,
          issuer: identity.issuer))
    }
    guard known.disabledAt == nil else { return .failure(.disabled) }
    guard known.role != identity.role || known.team != identity.team else { return .success(known) }
    // Also of the last administrator: who may what is for the issuer to say, and others sign in by it as well.
    try session.run(
      "UPDATE admin_user SET role = ?, team = ? WHERE name = ?",
      [.text(identity.role.rawValue), SQLValue(identity.team), .text(known.name)])
    try session.run("DELETE FROM admin_session WHERE name = ?", [.text(known.name)])
    try append(
      AuditEntry("users.change", known.name, detail: detail), by: AuditAuthor(name: known.name, address: address),
      now: now, in: session)
    return .success(
      Administrator(
        name: known.name, role: identity.role, team: identity.team, createdAt: known.createdAt, disabledAt: nil,
        issuer: identity.issuer))
  }
}
