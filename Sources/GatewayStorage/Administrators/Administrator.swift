package import GatewayCore

/// A user of the admin API and the console.
package struct Administrator: Hashable, Sendable {
  package let name: String
  package let role: AdminRole
  /// Of a team administrator, and of nobody else.
  package let team: String?
  package let createdAt: WallTime
  package let disabledAt: WallTime?

  /// 1…128 letters, digits, `.`, `_`, `-` and `@`.
  package static func isName(_ name: String) -> Bool {
    (1...128).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || "._-@".utf8.contains(byte)
      }
  }
}

/// What becomes of a user; nil: it stays.
package struct AdministratorChange: Sendable {
  package var role: (role: AdminRole, team: String?)?
  package var isDisabled: Bool?
  package var password: PasswordHash?

  package init() {}
}

/// Why users are not changed.
package enum AdministratorRefusal: Error, Hashable, CustomStringConvertible {
  case exists(name: String)
  /// The change would leave nobody who may manage users.
  case last(name: String)
  case alreadySetUp

  package var description: String {
    switch self {
    case .exists(let name): "there is a user '\(name)' already"
    case .last(let name): "'\(name)' is the last administrator; make another one first"
    case .alreadySetUp: "there is an administrator already; sign in"
    }
  }
}

/// An API token, without its secret.
package struct AdminToken: Hashable, Sendable {
  package let id: Int64
  package let label: String
  package let role: AdminRole
  package let team: String?
  package let createdAt: WallTime
  /// The name of the user.
  package let createdBy: String
  package let expiresAt: WallTime?
  /// To the minute.
  package let lastUsedAt: WallTime?
}

/// What an API token is made of.
package struct AdminTokenDraft: Sendable {
  package var label: String
  package var role: AdminRole
  package var team: String?
  package var expiresAt: WallTime?

  package init(label: String, role: AdminRole, team: String? = nil, expiresAt: WallTime? = nil) {
    self.label = label
    self.role = role
    self.team = team
    self.expiresAt = expiresAt
  }

  /// 1…128 bytes without control characters.
  package static func isLabel(_ label: String) -> Bool {
    (1...128).contains(label.utf8.count) && !label.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
  }
}

/// How long a session lasts.
package enum SessionLife {
  /// Without any request.
  package static let idle: Duration = .seconds(12 * 3600)
  package static let whole: Duration = .seconds(7 * 86_400)
}
