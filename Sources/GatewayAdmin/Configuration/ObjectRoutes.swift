import GatewayConfiguration
import GatewayCore
import GatewayDialects
import HTTPTypes
import Hummingbird

/// What the configuration is made of: collections of objects, limits for everyone, and several changes at once.
package struct ObjectRoutes: AdminRoutes {
  let editor: ConfigurationEditor

  package init(_ configuration: any ConfigurationEditing, audit: @escaping ConfigurationAudit) {
    editor = ConfigurationEditor(configuration: configuration, audit: audit)
  }

  package func add(to group: inout AdminRouteList) {
    for collection in StoredObjects.Collection.allCases { add(collection, to: &group) }
    group.get("limits", ObjectOperations.limits) { _, context in try await limits(context) }
    group.put("limits", ObjectOperations.putLimits, use: editLimits)
    group.post("changes", ObjectOperations.change(Changes.self), use: changes)
  }

  private func add(_ collection: StoredObjects.Collection, to group: inout AdminRouteList) {
    let operations = ObjectOperations(collection)
    group.get(collection.rawValue, operations.list) { _, context in try await list(collection, context) }
    let path = "\(collection.rawValue)/:name"
    group.get(path, operations.show) { _, context in try await show(collection, context) }
    group.put(path, operations.put) { request, context in
      let value = ConfigurationValue(try await AdminBody.document(from: request).root)
      return try await edit(collection, value, request, context)
    }
    group.delete(path, operations.delete) { request, context in try await edit(collection, nil, request, context) }
  }

  private func list(_ collection: StoredObjects.Collection, _ context: AdminContext) async throws -> Response {
    let query = context.query
    let limit = query.limit()
    let view = await editor.configuration.configurationView()
    var objects = view.objects(of: collection).filter { context.team.map($0.isSeen) ?? true }
    if let text = query["q"]?.lowercased() { objects = objects.filter { $0.name.lowercased().contains(text) } }
    let total = objects.count
    if let last = try query.cursor()?.place { objects = objects.filter { $0.name > last } }
    let page = objects.prefix(limit)
    let next = objects.count > limit ? page.last.map { AdminCursor(place: $0.name).text } : nil
    return AdminJSON.answer(
      .object([
        ("data", .array(page.map(\.json))), ("next", next.map { .string($0) } ?? .null), ("total", .number(total)),
      ]))
  }

  private func show(_ collection: StoredObjects.Collection, _ context: AdminContext) async throws -> Response {
    let name = try context.name("name")
    let view = await editor.configuration.configurationView()
    guard let object = view.object(collection, name), context.team.map(object.isSeen) ?? true else {
      throw AdminProblem.notFound("there is no '\(name)' among the \(collection.rawValue)")
    }
    var response = AdminJSON.answer(object.json)
    response.headers[.eTag] = object.value.entityTag
    return response
  }

  private func edit(
    _ collection: StoredObjects.Collection, _ value: ConfigurationValue?, _ request: Request, _ context: AdminContext
  ) async throws -> Response {
    let name = try context.name("name")
    let edit = ObjectEdit(collection, name, value, try request.precondition)
    let pointer = "/\(collection.rawValue)/\(JSONPointer.token(name))"
    let change = ConfigurationEditor.Change(
      .objects([edit]), action: "\(collection.rawValue).\(value == nil ? "delete" : "put")", object: name,
      prefixes: [(pointer, "")])
    let isNew = await editor.configuration.configurationView().object(collection, name) == nil
    return try await editor.make(change, context, status: isNew && value != nil ? .created : .ok)
  }

  private func limits(_ context: AdminContext) async throws -> Response {
    let view = await editor.configuration.configurationView()
    let value = ConfigurationValue.list(view.stored.limits)
    var response = AdminJSON.answer(
      .object([
        ("source", .string("database")), ("etag", .string(value.entityTag)), ("value", value.json),
        ("file", ConfigurationValue.list(view.ofFile.limits).json),
      ]))
    response.headers[.eTag] = value.entityTag
    return response
  }

  private func editLimits(_ request: Request, _ context: AdminContext) async throws -> Response {
    guard case .list(let limits) = ConfigurationValue(try await AdminBody.document(from: request).root) else {
      throw AdminProblem.invalidRequest("the body is a list of limits", at: "")
    }
    let change = ConfigurationEditor.Change(
      .objects([], limits: LimitsEdit(limits, try request.precondition)), action: "limits.put", object: "limits",
      prefixes: [("/limits", "")])
    return try await editor.make(change, context)
  }

  private struct Changes: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      ["changes": SchemaNote("At least one.", fewest: 1), "note": SchemaNote("Why, for the history.")]
    }

    struct Change: Decodable, SchemaAnnotated {
      static var members: [String: SchemaNote] {
        [
          "collection": SchemaNote(
            "Whose shape `value` has.",
            choice: StoredObjects.Collection.allCases.map(\.rawValue) + [StoredObjects.limitsName]),
          "value": SchemaNote("Of what is put, as the file has it; `limits` are one list."),
          "etag": SchemaNote("The state that is changed; null: it is new."),
        ]
      }

      enum Operation: String, Decodable, CaseIterable, SchemaDescribed { case put, delete }

      let op: Operation
      let collection: String
      let name: String
      let value: JSONMember?
      let etag: String?
    }

    let changes: [Change]
    let note: String?
  }

  private func changes(_ request: Request, _ context: AdminContext) async throws -> Response {
    let body = try await AdminBody.decode(Changes.self, from: request, context: context)
    guard !body.changes.isEmpty else { throw AdminProblem.invalidRequest("there is no change", at: "/changes") }
    var edits: [ObjectEdit] = []
    var prefixes: [(String, String)] = []
    var limits: LimitsEdit?
    for (index, change) in body.changes.enumerated() {
      if change.collection == StoredObjects.limitsName {
        limits = try self.limits(change, limits, at: index)
        prefixes.append(("/limits", "/changes/\(index)/value"))
        continue
      }
      guard let collection = StoredObjects.Collection(rawValue: change.collection) else {
        throw AdminProblem.invalidRequest(
          "there is no collection '\(change.collection)'", at: "/changes/\(index)/collection")
      }
      guard (change.op == .put) == (change.value != nil) else {
        throw AdminProblem.invalidRequest(
          change.op == .put ? "what is put has a 'value'" : "what is deleted has no 'value'", at: "/changes/\(index)")
      }
      edits.append(
        ObjectEdit(
          collection, change.name, change.value.map { ConfigurationValue($0.node) },
          change.etag.map { .tag($0) } ?? .absent))
      prefixes.append(
        ("/\(collection.rawValue)/\(JSONPointer.token(change.name))", "/changes/\(index)/value"))
    }
    let names = edits.map(\.name) + (limits == nil ? [] : [StoredObjects.limitsName])
    let change = ConfigurationEditor.Change(
      .objects(edits, limits: limits), note: body.note, action: "changes",
      object: names.count == 1 ? names[0] : "\(names.count) objects", prefixes: prefixes)
    return try await editor.make(change, context)
  }

  /// The limits for everyone among several changes.
  private func limits(
    _ change: Changes.Change, _ known: LimitsEdit?, at index: Int
  ) throws(AdminProblem) -> LimitsEdit {
    guard known == nil else {
      throw .invalidRequest("the limits for everyone are changed twice", at: "/changes/\(index)")
    }
    guard change.op == .put, change.name == StoredObjects.limitsName, let value = change.value,
      case .list(let limits) = ConfigurationValue(value.node)
    else {
      throw .invalidRequest(
        "the limits for everyone are put as a list, under the name 'limits'", at: "/changes/\(index)")
    }
    return LimitsEdit(limits, change.etag.map { .tag($0) } ?? .none)
  }
}

extension Request {
  /// `if-match` or `if-none-match`.
  fileprivate var precondition: Precondition {
    get throws(AdminProblem) {
      let tag = headers[.ifMatch]?.trimmed
      let none = headers[.ifNoneMatch]?.trimmed
      switch (tag, none) {
      case (nil, nil): return .none
      case (let tag?, nil): return .tag(tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag)
      case (nil, "*"?): return .absent
      case (.some, "*"?):
        throw AdminProblem(
          .preconditionFailed, .objectChanged, "nothing is both there and new; send 'if-match' or 'if-none-match'")
      default:
        throw .invalidRequest("send 'if-match: ETAG' for an object that is there, or 'if-none-match: *' for a new one")
      }
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
