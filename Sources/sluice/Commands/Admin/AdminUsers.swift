import ArgumentParser
import Foundation
import GatewayCore
import GatewayStorage

/// `sluice admin create`
struct AdminCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a user.",
    discussion: "The password is read from standard input, or asked for.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var user: UserArgument
  @OptionGroup var role: RoleOptions

  func run() async throws {
    try await AdminDesk.run(location) { desk in
      guard try await desk.store.user(named: user.name) == nil else {
        throw AdministratorRefusal.exists(name: user.name)
      }
      let made = try await desk.store.makeUser(
        user.name, role.role, team: role.team, password: try await desk.password(of: user.name), by: .terminal,
        now: .now)
      print("made \(made.name), \(made.role.rawValue)")
    }
  }
}

/// `sluice admin password`
struct AdminPassword: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Give a user another password, and end the user's sessions.",
    discussion: "The password is read from standard input, or asked for.")

  @OptionGroup var location: ConfigurationLocation
  @OptionGroup var user: UserArgument

  func run() async throws {
    try await AdminDesk.run(location) { desk in
      guard try await desk.store.user(named: user.name) != nil else {
        throw StartFailure("there is no user '\(user.name)'; `sluice admin list` shows them")
      }
      var change = AdministratorChange()
      change.password = try await desk.password(of: user.name)
      _ = try await desk.store.changeUser(user.name, change, by: .terminal, now: .now)
      print("\(user.name) has another password")
    }
  }
}

/// `sluice admin list`
struct AdminList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Show users and API tokens.")

  @OptionGroup var location: ConfigurationLocation

  func run() async throws {
    try await AdminDesk.run(location) { desk in
      for user in try await desk.store.users() {
        let state = user.disabledAt == nil ? "" : "  disabled"
        let issuer = user.issuer.map { "  by \($0)" } ?? ""
        print("user   \(user.name)  \(Self.role(user.role, user.team))  since \(user.createdAt.text)\(issuer)\(state)")
      }
      for token in try await desk.store.tokens() {
        let use = token.lastUsedAt.map { "last used \($0.text)" } ?? "never used"
        let end = token.expiresAt.map { "  until \($0.text)" } ?? ""
        print("token  \(token.label)  \(Self.role(token.role, token.team))  id \(token.id)  \(use)\(end)")
      }
    }
  }

  private static func role(_ role: AdminRole, _ team: String?) -> String {
    team.map { "\(role.rawValue) of \($0)" } ?? role.rawValue
  }
}

/// `sluice admin token`
struct AdminTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make an API token for a program. It is shown once and kept nowhere.")

  @OptionGroup var location: ConfigurationLocation

  @Argument(help: "What it is for: 1…128 bytes.")
  var label: String

  @OptionGroup var role: RoleOptions

  @Option(help: "When it ends: 2027-01-01 or 2027-01-01T12:00:00Z")
  var expires: String?

  func validate() throws {
    guard AdminTokenDraft.isLabel(label) else {
      throw ValidationError("a label has 1 to 128 bytes and no control characters")
    }
  }

  func run() async throws {
    try await AdminDesk.run(location) { desk in
      var draft = AdminTokenDraft(label: label, role: role.role, team: role.team)
      if let expires {
        guard let moment = WallTime(text: expires), moment > .now else {
          throw StartFailure("--expires '\(expires)' is no date to come: write 2027-01-01 or 2027-01-01T12:00:00Z")
        }
        draft.expiresAt = moment
      }
      let (secret, token) = try await desk.store.issueToken(draft, by: .terminal, now: .now)
      secret.reveal { print("token: \($0)\nid:    \(token.id)\nrole:  \(token.role.rawValue)") }
    }
  }
}

/// The name of a command's user.
struct UserArgument: ParsableArguments {
  @Argument(help: "1…128 letters, digits, '.', '_', '-' and '@'.")
  var name: String

  func validate() throws {
    guard Administrator.isName(name) else {
      throw ValidationError("'\(name)' is no name of a user: use 1…128 letters, digits, '.', '_', '-' and '@'")
    }
  }
}
