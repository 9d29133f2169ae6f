import GatewayConfiguration
import GatewayCore
import GatewayDialects
import HTTPTypes
import Hummingbird

/// The objects of the database as one document, and how they became what they are.
package struct RevisionRoutes: AdminRoutes {
  let editor: ConfigurationEditor
  let backend: any AdminBackend

  package init(
    _ configuration: any ConfigurationEditing, backend: any AdminBackend, audit: @escaping ConfigurationAudit
  ) {
    editor = ConfigurationEditor(configuration: configuration, audit: audit)
    self.backend = backend
  }

  package func add(to group: inout AdminRouteList) {
    group.get("configuration", RevisionOperations.document) { _, _ in await document() }
    group.put("configuration", RevisionOperations.replace(Document.self), use: replace)
    group.get("configuration/effective", RevisionOperations.effective) { _, _ in
      AdminJSON.response(.ok, bytes: backend.configurationJSON())
    }
    group.get("configuration/schema", RevisionOperations.schema) { _, _ in
      AdminJSON.response(.ok, bytes: Array(JSONSchema.text().utf8), contentType: "application/schema+json")
    }
    group.get("revisions", RevisionOperations.list) { _, context in try await list(context) }
    group.get("revisions/:number", RevisionOperations.show) { _, context in try await show(context) }
    group.post("revisions/:number/restore", RevisionOperations.restore) { _, context in
      let number = try context.number("number")
      return try await editor.make(
        .init(.restore(number), action: "revisions.restore", object: "\(number)"), context)
    }
  }

  private func document() async -> Response {
    let view = await editor.configuration.configurationView()
    let tag = view.stored.value.entityTag
    var response = AdminJSON.answer(
      .object([
        ("revision", .verbatim("\(view.revision)")), ("file", view.file.map { .string($0) } ?? .null),
        ("yaml", .string(view.stored.isEmpty ? "" : view.stored.value.yaml)), ("etag", .string(tag)),
        ("warnings", .array(view.problems.map { AdminFinding($0).json })),
        ("needsRestart", .strings(view.needsRestart)),
      ]))
    response.headers[.eTag] = tag
    return response
  }

  private struct Document: Decodable { let yaml: String }

  private func replace(_ request: Request, _ context: AdminContext) async throws -> Response {
    let body = try await AdminBody.decode(Document.self, from: request, context: context)
    guard let tag = request.headers[.ifMatch] else {
      throw AdminProblem(
        .preconditionRequired, .preconditionRequired,
        "say with 'if-match' which state you change: the etag of the answer to GET")
    }
    return try await editor.make(
      .init(.document(body.yaml, .tag(tag)), action: "configuration.put", object: "configuration"), context)
  }

  private func list(_ context: AdminContext) async throws -> Response {
    let query = context.query
    let limit = query.limit(default: 50)
    let before = try query.cursor()?.number()
    let revisions = try await answered { () throws(ChangeRefusal) in
      try await editor.configuration.revisions(before: before, limit: limit + 1)
    }
    let next = revisions.count > limit ? AdminCursor(place: revisions[limit - 1].number).text : nil
    return AdminJSON.answer(
      .object([
        ("data", .array(revisions.prefix(limit).map { .object(members(of: $0)) })),
        ("next", next.map { .string($0) } ?? .null),
      ]))
  }

  private func show(_ context: AdminContext) async throws -> Response {
    let number = try context.number("number")
    let (revision, before) = try await answered { () throws(ChangeRefusal) in
      (
        try await editor.configuration.revision(number),
        number > 1 ? try await editor.configuration.revision(number - 1) : nil
      )
    }
    guard let revision else { throw AdminProblem.notFound("there is no revision \(number)") }
    let objects = try StoredObjects(document: revision.content.document)
    let old = try before.map { try StoredObjects(document: $0.content.document) } ?? StoredObjects()
    return AdminJSON.answer(
      .object(
        members(of: revision) + [
          ("yaml", .string(objects.isEmpty ? "" : objects.value.yaml)),
          ("diff", .array(objects.changes(from: old).map(\.json))),
        ]))
  }

  private func members(of revision: StoredRevision) -> [(String, JSONValue)] {
    [
      ("number", .verbatim("\(revision.number)")), ("at", .string(revision.at.text)),
      ("by", .string(revision.content.by)),
      ("note", revision.content.note.map { .string($0) } ?? .null), ("changes", .strings(revision.content.changes)),
    ]
  }

  private func answered<Value: Sendable>(
    _ work: () async throws(ChangeRefusal) -> Value
  ) async throws(AdminProblem) -> Value {
    do throws(ChangeRefusal) {
      return try await work()
    } catch {
      throw AdminProblem(error)
    }
  }
}
