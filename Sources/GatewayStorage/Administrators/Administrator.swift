package import GatewayCore

/// A user of the admin API and the console.
package struct Administrator: Hashable, Sendable {
  package let name: String
  package let role: AdminRole
  /// Of a team administrator, and of nobody else.
  package let team: String?
  package let createdAt: WallTime
  package let disabledAt: WallTime?
  /// Who says who the user is; nil: a password does.
  package var issuer: String? = nil

  /// 1…128 letters, digits, `.`, `_`, `-` and `@`.
  package static func isName(_ name: String) -> Bool {
    (1...128).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || "._-@".utf8.contains(byte)
      }
  }
}

/// Somebody as an issuer of ID tokens has described them.
package struct LinkedIdentity: Hashable, Sendable {
  /// `iss` and `sub`: the same person for ever.
  package var issuer: String
  package var subject: String
  /// Of the user that is made at the first sign-in.
  package var name: String
  package var role: AdminRole
  package var team: String?

  package init(issuer: String, subject: String, name: String, role: AdminRole, team: String? = nil) {
    self.issuer = issuer
    self.subject = subject
    self.name = name
    self.role = role
    self.team = team
  }

  // What else stands in the audit trail as an author.
  private static let reserved: Set<String> = [".", "..", "gateway", "nobody", "server.admin.token"]

  /// 1…128 bytes of printable ASCII without blanks and colons: more than names that are chosen here, as issuers have others, and
  /// none that could be taken for the gateway, a token (`token:LABEL`) or a terminal.
  package static func isName(_ name: String) -> Bool {
    (1...128).contains(name.utf8.count) && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
      && !reserved.contains(name)
  }
}

/// Why somebody whom an issuer knows does not get in.
package enum LinkedRefusal: Error, Hashable {
  /// Another user has the name: one with a password, or of another issuer or subject.
  case nameTaken
  case disabled
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
  /// The user's issuer says what the user may, and knows the password.
  case linked(name: String, issuer: String)

  package var description: String {
    switch self {
    case .exists(let name): "there is a user '\(name)' already"
    case .last(let name): "'\(name)' is the last administrator; make another one first"
    case .linked(let name, let issuer):
      "'\(name)' signs in by \(issuer), which decides on role and password; only 'disabled' can be changed here"
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
  /// The same of those who have signed in by an issuer, which may think otherwise of them by then.
  package static let linked: Duration = .seconds(12 * 3600)
}
