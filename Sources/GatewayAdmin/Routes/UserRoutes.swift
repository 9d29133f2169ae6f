import GatewayCore
import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/api/v1/users`.
struct UserRoutes: AdminRoutes {
  let access: AdminAccess

  init(access: AdminAccess) { self.access = access }

  private struct New: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      [
        "name": UserRoutes.nameNote, "password": UserRoutes.passwordNote, "role": RoleText.note,
        "team": RoleText.teamNote,
      ]
    }

    let name: String
    let password: String
    let role: String
    let team: String?
  }

  private struct Change: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      ["password": UserRoutes.passwordNote, "role": RoleText.note, "team": RoleText.teamNote]
    }

    let role: String?
    let team: String?
    let disabled: Bool?
    let password: String?
  }

  private struct Row: Codable {
    let name: String
    let role: String
    @OrNull var team: String?
    let createdAt: WallTime
    let disabled: Bool
    @OrNull var issuer: String?

    init(_ user: Administrator) {
      name = user.name
      role = user.role.rawValue
      createdAt = user.createdAt
      disabled = user.disabledAt != nil
      team = user.team
      issuer = user.issuer
    }
  }

  func add(to group: inout AdminRouteList) {
    group.get(
      "users",
      AdminOperation(
        "listUsers", "Users, by name.", .permitted(.users),
        query: [.limit(), .cursor], answers: [.json(Page<Row>.self, "A page of them.")])
    ) { _, context in
      let users = try await access.store.users().map { Row($0) }.sorted { $0.name < $1.name }
      return try AdminJSON.response(.ok, Page(users, context.query, limit: 100) { $0.name })
    }
    group.get(
      "users/:name",
      AdminOperation("getUser", "One user.", .permitted(.users), answers: [.json(Row.self, "The user.")])
    ) { _, context in
      let name = try context.name("name")
      guard let user = try await access.store.user(named: name) else { throw Self.missing(name) }
      return try AdminJSON.response(.ok, Row(user))
    }
    group.post(
      "users",
      AdminOperation(
        "createUser", "Makes a user.", .permitted(.users), body: .json(New.self),
        answers: [.json(Row.self, "The user.", status: 201)], refused: [409, 429])
    ) { request, context in
      let body = try await AdminBody.decode(New.self, from: request, context: context)
      try Self.check(name: body.name)
      let role = try RoleText.read(body.role, team: body.team)
      let password = try await access.hash(body.password, at: "/password")
      let user = try await refusing {
        try await access.store.makeUser(
          body.name, role, team: body.team, password: password, by: context.author, now: access.now)
      }
      return try AdminJSON.response(.created, Row(user))
    }
    group.patch(
      "users/:name",
      AdminOperation(
        "changeUser", "Another role or password, or disables; sessions of the user end.", .permitted(.users),
        body: .json(Change.self), answers: [.json(Row.self, "The user as it is now.")], refused: [409, 429]),
      use: change)
    group.delete(
      "users/:name",
      AdminOperation(
        "deleteUser", "Removes a user.", .permitted(.users), answers: [OperationAnswer(204, "It is gone.")],
        refused: [409])
    ) { _, context in
      let name = try context.name("name")
      let wasThere = try await refusing {
        try await access.store.removeUser(name, by: context.author, now: access.now)
      }
      guard wasThere else { throw Self.missing(name) }
      return Response(status: .noContent)
    }
  }

  private func change(_ request: Request, _ context: AdminContext) async throws -> Response {
    let name = try context.name("name")
    let body = try await AdminBody.decode(Change.self, from: request, context: context)
    guard let old = try await access.store.user(named: name) else { throw Self.missing(name) }
    var change = AdministratorChange()
    if body.role != nil || body.team != nil {
      let text = body.role ?? old.role.rawValue
      let team = body.team ?? (text == AdminRole.teamAdministrator.rawValue ? old.team : nil)
      change.role = (try RoleText.read(text, team: team), team)
    }
    change.isDisabled = body.disabled
    if let password = body.password { change.password = try await access.hash(password, at: "/password") }
    let user = try await refusing { [change] in
      try await access.store.changeUser(name, change, by: context.author, now: access.now)
    }
    guard let user else { throw Self.missing(name) }
    return try AdminJSON.response(.ok, Row(user))
  }

  private func refusing<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let error as AdministratorRefusal { throw SessionRoutes.refusal(error) }
  }

  static let nameNote = SchemaNote(
    "Letters, digits, '.', '_', '-' and '@'.", pattern: "^[A-Za-z0-9._@-]{1,128}$")
  static let passwordNote = SchemaNote(
    "Kept as scrypt.", lengths: AdminAccess.shortestPassword...AdminAccess.longestPassword)

  static func check(name: String) throws(AdminProblem) {
    guard Administrator.isName(name) else {
      throw .invalidRequest("a name has 1 to 128 letters, digits, '.', '_', '-' and '@'", at: "/name")
    }
  }

  private static func missing(_ name: String) -> AdminProblem { .notFound("there is no user '\(name)'") }
}

/// Roles in bodies.
enum RoleText {
  static let note = SchemaNote("What it may do.", choice: AdminRole.allCases.map(\.rawValue))
  static let teamNote = SchemaNote("Of a `team-administrator`, and of nobody else.", lengths: 1...256)

  /// - Parameter team: that stands beside the role; a team administrator has one, and nobody else.
  static func read(_ text: String, team: String?) throws(AdminProblem) -> AdminRole {
    guard let role = AdminRole(rawValue: text) else {
      let names = AdminRole.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalidRequest("there is no role '\(text)'; there are: \(names)", at: "/role")
    }
    if role == .teamAdministrator, team?.isEmpty ?? true {
      throw .invalidRequest("a team administrator needs a 'team'", at: "/team")
    }
    if role != .teamAdministrator, team != nil {
      throw .invalidRequest("only a team administrator has a 'team'", at: "/team")
    }
    guard (team?.utf8.count ?? 0) <= 256 else {
      throw .invalidRequest("the name of a team has 256 bytes at most", at: "/team")
    }
    return role
  }
}
