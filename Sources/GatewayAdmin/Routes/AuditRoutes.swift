import GatewayCore
import GatewayStorage
import Hummingbird

/// `/api/v1/audit`: who has changed what.
struct AuditRoutes: AdminRoutes {
  let access: AdminAccess

  init(access: AdminAccess) { self.access = access }

  private struct Row: Codable {
    let number: Int64
    let at: WallTime
    let by: String
    @OrNull var address: String?
    let action: String
    @OrNull var object: String?
    @OrNull var revision: Int?

    init(_ record: AuditRecord) {
      number = record.number
      at = record.at
      by = record.author.name
      action = record.entry.action
      address = record.author.address
      object = record.entry.object
      revision = record.entry.revision
    }
  }

  func add(to group: inout AdminRouteList) {
    group.get(
      "audit",
      AdminOperation(
        "listAudit", "Who has changed what, the newest first.", .permitted(.users),
        query: [.from, .to, QueryParameter("by", "A name of a user, or `token:LABEL`."), .limit(), .cursor],
        answers: [.json(Page<Row>.self, "A page of the trail.")])
    ) { _, context in
      let parameters = context.query
      let limit = parameters.limit()
      var query = AuditQuery(limit: limit + 1)
      query.from = parameters.moment("from")
      query.to = parameters.moment("to")
      query.author = parameters["by"]
      query.before = try parameters.cursor()?.number()
      let records = try await access.store.auditRecords(query)
      return try AdminJSON.response(
        .ok, Page(records.map { Row($0) }, limit: limit) { AdminCursor(place: $0.number) })
    }
  }
}
