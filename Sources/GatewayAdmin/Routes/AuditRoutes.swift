import GatewayConfiguration
import GatewayCore
import GatewayStorage
import Hummingbird

/// `/api/v1/audit`: who has changed what.
struct AuditRoutes: AdminRoutes {
  let access: AdminAccess

  init(access: AdminAccess) { self.access = access }

  func add(to group: RouterGroup<AdminContext>) {
    group.get("/audit") { request, context in
      try context.require(.users)
      let parameters = try AdminQuery(request, "from", "to", "by", "limit", "cursor")
      let limit = try parameters.limit()
      var query = AuditQuery(limit: limit + 1)
      query.from = try parameters.moment("from")
      query.to = try parameters.moment("to")
      query.author = parameters["by"]
      query.before = try parameters.cursor()?.number()
      let records = try await access.store.auditRecords(query)
      return AdminJSON.answer(Self.page(records, limit: limit))
    }
  }

  /// As `Page` writes it, with details as the objects that they are.
  private static func page(_ records: [AuditRecord], limit: Int) -> JSONValue {
    let shown = records.prefix(limit)
    let next = records.count > limit ? shown.last.map { AdminCursor(place: $0.number).text } : nil
    return .object([("data", .array(shown.map(row))), ("next", next.map { .string($0) } ?? .null)])
  }

  private static func row(_ record: AuditRecord) -> JSONValue {
    .object([
      ("number", .verbatim("\(record.number)")), ("at", .string(record.at.text)),
      ("by", .string(record.author.name)), ("address", record.author.address.map { .string($0) } ?? .null),
      ("action", .string(record.entry.action)), ("object", record.entry.object.map { .string($0) } ?? .null),
      ("revision", record.entry.revision.map { .number($0) } ?? .null),
      ("detail", record.entry.detail.map { .verbatim($0) } ?? .null),
    ])
  }
}
