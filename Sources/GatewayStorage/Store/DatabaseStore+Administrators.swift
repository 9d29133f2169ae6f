package import GatewayCore

extension DatabaseStore {
  /// Whether there is an administrator who may sign in.
  package func hasAdministrator() async throws -> Bool {
    try await database.transaction { try Self.administrators($0) > 0 }
  }

  /// By name.
  package func users() async throws -> [Administrator] {
    try await database.transaction { session in
      try session.all("SELECT \(UserRow.columns) FROM admin_user ORDER BY name") { UserRow.user($0) }
    }
  }

  package func user(named name: String) async throws -> Administrator? {
    try await database.transaction { try Self.user(name, in: $0) }
  }

  /// What the password of a user who may sign in is compared with.
  package func password(of name: String) async throws -> PasswordHash? {
    try await database.transaction { session in
      try session.first("SELECT password FROM admin_user WHERE name = ? AND disabled_at IS NULL", [.text(name)]) {
        $0.text(0).flatMap { PasswordHash($0) }
      } ?? nil
    }
  }

  /// Makes a user.
  /// - Parameters:
  ///   - password: nil: one who cannot sign in with a password.
  ///   - isFirst: only while there is no administrator.
  /// - Throws: `AdministratorRefusal`.
  package func makeUser(
    _ name: String, _ role: AdminRole, team: String? = nil, password: PasswordHash?, isFirst: Bool = false,
    by author: AuditAuthor, now: WallTime
  ) async throws -> Administrator {
    try await database.transaction { session -> Result<Administrator, AdministratorRefusal> in
      try Self.lockAdministration(session)
      if isFirst, try Self.administrators(session) > 0 { return .failure(.alreadySetUp) }
      let made = try session.run(
        """
        INSERT INTO admin_user (name, password, role, team, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """, [.text(name), SQLValue(password?.text), .text(role.rawValue), SQLValue(team), SQLValue(now)])
      guard made == 1 else { return .failure(.exists(name: name)) }
      try Self.append(
        AuditEntry("users.create", name, detail: Self.detail(role, team)), by: author, now: now, in: session)
      return .success(
        Administrator(name: name, role: role, team: team, createdAt: now, disabledAt: nil))
    }.get()
  }

  /// Changes a user. A user who is disabled, or gets another password or role, is signed out everywhere.
  /// - Returns: nil: there is none of this name.
  /// - Throws: `AdministratorRefusal`.
  package func changeUser(
    _ name: String, _ change: AdministratorChange, by author: AuditAuthor, now: WallTime
  ) async throws -> Administrator? {
    let result = try await database.transaction { session -> Result<Administrator, AdministratorRefusal>? in
      try Self.lockAdministration(session)
      guard let old = try Self.user(name, in: session) else { return nil }
      if let issuer = old.issuer, change.role != nil || change.password != nil {
        return .failure(.linked(name: name, issuer: issuer))
      }
      let role = change.role?.role ?? old.role
      let team = change.role.map(\.team) ?? old.team
      let disabledAt = change.isDisabled.map { $0 ? old.disabledAt ?? now : nil } ?? old.disabledAt
      let new = Administrator(
        name: name, role: role, team: team, createdAt: old.createdAt, disabledAt: disabledAt, issuer: old.issuer)
      if old.isInCharge, !new.isInCharge, try Self.administrators(session) == 1 { return .failure(.last(name: name)) }
      guard new != old || change.password != nil else { return .success(old) }
      try session.run(
        """
        UPDATE admin_user SET role = ?, team = ?, disabled_at = ?, password = coalesce(?, password) WHERE name = ?
        """,
        [
          .text(role.rawValue), SQLValue(team), SQLValue(disabledAt), SQLValue(change.password?.text), .text(name),
        ])
      try session.run("DELETE FROM admin_session WHERE name = ?", [.text(name)])
      let detail = Self.detail(role, team, isDisabled: disabledAt != nil, hasNewPassword: change.password != nil)
      try Self.append(AuditEntry("users.change", name, detail: detail), by: author, now: now, in: session)
      return .success(new)
    }
    return try result?.get()
  }

  /// - Returns: whether there was one.
  /// - Throws: `AdministratorRefusal`.
  package func removeUser(_ name: String, by author: AuditAuthor, now: WallTime) async throws -> Bool {
    try await database.transaction { session -> Result<Bool, AdministratorRefusal> in
      try Self.lockAdministration(session)
      guard let old = try Self.user(name, in: session) else { return .success(false) }
      if old.isInCharge, try Self.administrators(session) == 1 { return .failure(.last(name: name)) }
      try session.run("DELETE FROM admin_session WHERE name = ?", [.text(name)])
      try session.run("DELETE FROM admin_user WHERE name = ?", [.text(name)])
      try Self.append(
        AuditEntry("users.delete", name, detail: Self.detail(old.role, old.team)), by: author, now: now,
        in: session)
      return .success(true)
    }.get()
  }

  static func user(_ name: String, in session: any SQLSession) throws -> Administrator? {
    try session.first("SELECT \(UserRow.columns) FROM admin_user WHERE name = ?", [.text(name)]) { UserRow.user($0) }
  }

  private static func administrators(_ session: any SQLSession) throws -> Int64 {
    try session.first(
      "SELECT count(*) FROM admin_user WHERE role = ? AND disabled_at IS NULL",
      [.text(AdminRole.administrator.rawValue)]
    ) { $0.integer(0) ?? 0 } ?? 0
  }

  static func detail(
    _ role: AdminRole, _ team: String?, isDisabled: Bool = false, hasNewPassword: Bool = false, issuer: String? = nil
  ) -> String {
    var detail = AuditDetail()
    detail.add("role", role.rawValue)
    detail.add("team", team)
    if isDisabled { detail.add("disabled", json: "true") }
    if hasNewPassword { detail.add("password", "changed") }
    detail.add("issuer", issuer)
    return detail.text
  }
}

extension Administrator {
  /// May manage users.
  fileprivate var isInCharge: Bool { role == .administrator && disabledAt == nil }
}

/// A row of `admin_user`.
enum UserRow {
  static let columns = "name, role, team, created_at, disabled_at, issuer"
  static let count = 6

  /// - Parameter offset: the place of the first of the columns.
  static func user(_ row: any SQLRow, offset: Int = 0) -> Administrator {
    Administrator(
      // A role of a later version: the least.
      name: row.text(offset) ?? "", role: row.text(offset + 1).flatMap { AdminRole(rawValue: $0) } ?? .viewer,
      team: row.text(offset + 2), createdAt: WallTime(milliseconds: row.integer(offset + 3) ?? 0),
      disabledAt: row.integer(offset + 4).map { WallTime(milliseconds: $0) }, issuer: row.text(offset + 5))
  }
}
