import GatewayCore
import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/api/v1/tokens`: API tokens for programs.
struct TokenRoutes: AdminRoutes {
  let access: AdminAccess

  init(access: AdminAccess) { self.access = access }

  private struct New: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      [
        "label": SchemaNote("What it is for; 128 bytes at most.", lengths: 1...128), "role": RoleText.note,
        "team": RoleText.teamNote, "expiresAt": SchemaNote("A moment that is to come: `2027-01-01T00:00:00Z`."),
      ]
    }

    let label: String
    let role: String
    let team: String?
    let expiresAt: String?
  }

  private struct Row: Codable {
    let id: Int64
    let label: String
    let role: String
    @OrNull var team: String?
    let createdAt: WallTime
    let createdBy: String
    @OrNull var expiresAt: WallTime?
    @OrNull var lastUsedAt: WallTime?
    /// Only in the answer that has made it.
    let token: String?

    init(_ token: AdminToken, secret: String? = nil) {
      id = token.id
      label = token.label
      role = token.role.rawValue
      createdAt = token.createdAt
      createdBy = token.createdBy
      self.token = secret
      team = token.team
      expiresAt = token.expiresAt
      lastUsedAt = token.lastUsedAt
    }
  }

  func add(to group: inout AdminRouteList) {
    group.get(
      "tokens",
      AdminOperation(
        "listTokens", "API tokens, the oldest first.", .permitted(.users), query: [.limit(), .cursor],
        answers: [.json(Page<Row>.self, "A page of them.")])
    ) { _, context in
      let query = context.query
      let limit = query.limit()
      let tokens = try await access.store.tokens(after: try query.cursor()?.number() ?? 0, limit: limit + 1)
      return try AdminJSON.response(.ok, Page(tokens.map { Row($0) }, limit: limit) { AdminCursor(place: $0.id) })
    }
    group.post(
      "tokens",
      AdminOperation(
        "createToken", "Makes an API token, which is shown this once.", .permitted(.users), body: .json(New.self),
        answers: [.json(Row.self, "With `token`, the token itself.", status: 201)])
    ) { request, context in
      let body = try await AdminBody.decode(New.self, from: request, context: context)
      let draft = try draft(body)
      let (secret, token) = try await access.store.issueToken(draft, by: context.author, now: access.now)
      return try AdminJSON.response(.created, secret.reveal { Row(token, secret: $0) })
    }
    group.delete(
      "tokens/:id",
      AdminOperation(
        "deleteToken", "Ends an API token.", .permitted(.users), path: [.number("id", "Of the token.")],
        answers: [OperationAnswer(204, "It is gone.")])
    ) { _, context in
      let id = try context.number("id")
      guard try await access.store.removeToken(id: id, by: context.author, now: access.now) else {
        throw AdminProblem.notFound("there is no token \(id)")
      }
      return Response(status: .noContent)
    }
  }

  private func draft(_ body: New) throws(AdminProblem) -> AdminTokenDraft {
    guard AdminTokenDraft.isLabel(body.label) else {
      throw .invalidRequest("a label has 1 to 128 bytes and no control characters", at: "/label")
    }
    var draft = AdminTokenDraft(
      label: body.label, role: try RoleText.read(body.role, team: body.team), team: body.team)
    if let text = body.expiresAt {
      guard let moment = WallTime(text: text) else {
        throw .invalidRequest("'expiresAt' is like 2027-01-01T00:00:00Z", at: "/expiresAt")
      }
      guard moment > access.now else { throw .invalidRequest("'expiresAt' lies in the past", at: "/expiresAt") }
      draft.expiresAt = moment
    }
    return draft
  }
}
