import GatewayCore
import GatewayStorage
import HTTPTypes
import Hummingbird

/// `/api/v1/tokens`: API tokens for programs.
struct TokenRoutes: AdminRoutes {
  let access: AdminAccess

  init(access: AdminAccess) { self.access = access }

  private struct New: Decodable {
    let label: String
    let role: String
    let team: String?
    let expiresAt: String?
  }

  private struct Row: Encodable {
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

  func add(to group: RouterGroup<AdminContext>) {
    group.get("/tokens") { request, context in
      try context.require(.users)
      let query = try AdminQuery(request, "limit", "cursor")
      let limit = try query.limit()
      let tokens = try await access.store.tokens(after: try query.cursor()?.number() ?? 0, limit: limit + 1)
      return try AdminJSON.response(.ok, Page(tokens.map { Row($0) }, limit: limit) { AdminCursor(place: $0.id) })
    }
    group.post("/tokens") { request, context in
      try context.require(.users)
      let body = try await AdminBody.decode(New.self, from: request, context: context)
      let draft = try draft(body)
      let (secret, token) = try await access.store.issueToken(draft, by: context.author, now: access.now)
      return try AdminJSON.response(.created, secret.reveal { Row(token, secret: $0) })
    }
    group.delete("/tokens/:id") { _, context in
      try context.require(.users)
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
