import GatewayConfiguration
import GatewayCore
import GatewayStorage
import Hummingbird

/// `/api/v1/audit`: who has changed what.
struct AuditRoutes: AdminRoutes {
  let access: AdminAccess

  init(access: AdminAccess) { self.access = access }

  /// What `row` writes, for the document.
  private struct Row: Codable {
    /// An object that is written as it is kept.
    struct Detail: Encodable, SchemaDescribedAnswer {
      static func schema(in book: SchemaBook, _ direction: SchemaBook.Direction) throws -> JSONValue {
        .typed("object")
      }
      static var sample: Detail { Detail() }
    }

    let number: Int64
    let at: WallTime
    let by: String
    @OrNull var address: String?
    let action: String
    @OrNull var object: String?
    @OrNull var revision: Int?
    @OrNull var detail: Detail?
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
