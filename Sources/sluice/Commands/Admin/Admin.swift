import ArgumentParser
import GatewayAdmin
import GatewayCore
import GatewayStorage

/// `sluice admin`
struct Admin: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make and change users and API tokens of the admin API and the console.",
    discussion: """
      The commands work on the database itself, beside a running gateway, which follows at once. Whoever may run them may do \
      everything: they ask for no sign-in.
      """,
    subcommands: [AdminCreate.self, AdminPassword.self, AdminList.self, AdminTokenCommand.self])
}

/// What the commands share.
struct AdminDesk {
  let store: DatabaseStore

  /// Opens the database that the configuration names, for as long as `body` runs. What it throws is said in a sentence, with 1 as
  /// the exit code.
  static func run(_ location: ConfigurationLocation, _ body: (AdminDesk) async throws -> Void) async throws {
    let source = ConfigurationSource(location, gateway: nil, admin: nil)
    try await tellingFaults { try await source.withStore { store in try await body(AdminDesk(store: store)) } }
  }

  func password(of name: String) async throws -> PasswordHash {
    let text = try SecretInput.read("password of \(name)", repeats: true)
    let range = AdminAccess.shortestPassword...AdminAccess.longestPassword
    guard range.contains(text.count) else {
      throw StartFailure("a password has \(range.lowerBound) to \(range.upperBound) characters")
    }
    return try await PasswordHasher().hash(text)
  }
}

/// A role, and the team of a team administrator.
struct RoleOptions: ParsableArguments {
  @Option(help: ArgumentHelp(AdminRole.allCases.map(\.rawValue).joined(separator: ", "), valueName: "ROLE"))
  var role = AdminRole.administrator

  @Option(help: "Of a team administrator.")
  var team: String?

  func validate() throws {
    if role == .teamAdministrator, team?.isEmpty ?? true {
      throw ValidationError("a team administrator needs a --team")
    }
    if role != .teamAdministrator, team != nil { throw ValidationError("only a team administrator has a --team") }
  }
}

extension AdminRole: ExpressibleByArgument {}
