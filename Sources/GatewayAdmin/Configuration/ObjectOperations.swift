import GatewayConfiguration
import GatewayCore

/// What the routes of objects do: descriptions.
struct ObjectOperations {
  /// Statuses of changes that are not made.
  static let refused = [409, 412, 422, 428]

  private let collection: StoredObjects.Collection

  init(_ collection: StoredObjects.Collection) { self.collection = collection }

  /// Of one: `Provider`.
  private var one: String { collection.component }
  private var many: String { one + "s" }

  var list: AdminOperation {
    AdminOperation(
      "list\(many)", "The \(collection.rawValue), by name.", .permitted(.read),
      query: [.search("In the name."), .limit(), .cursor],
      answers: [
        OperationAnswer(
          200, "A page of them.",
          content: [("application/json", { _ in SharedSchemas.page(of: .reference("Object")) })])
      ])
  }

  var show: AdminOperation {
    AdminOperation(
      "get\(one)", "One of the \(collection.rawValue).", .permitted(.read), path: path,
      answers: [.json(component: "Object", "It, and where it comes from.", headers: [.etag])])
  }

  var put: AdminOperation {
    let component = one
    return AdminOperation(
      "put\(one)", "Makes or changes one of the \(collection.rawValue).", .permittedForAll(.write), path: path,
      query: [.dryRun, .note], conditions: [.ifMatch, .ifNoneMatch],
      body: OperationBody { _ in .reference(component) },
      answers: [
        .json(component: "Change", "It is changed, or would be."),
        .json(component: "Change", "It is new.", status: 201),
      ], refused: Self.refused)
  }

  var delete: AdminOperation {
    AdminOperation(
      "delete\(one)", "Removes one of the \(collection.rawValue).", .permittedForAll(.write), path: path,
      query: [.dryRun, .note], conditions: [.ifMatch],
      answers: [.json(component: "Change", "It is gone, or would be.")], refused: Self.refused)
  }

  private var path: [PathParameter] { [.text("name", "Percent-encoded: `openai%2Fgpt-4o`.")] }

  static let limits = AdminOperation(
    "getLimits", "The limits for everyone.", .permittedForAll(.read),
    answers: [
      OperationAnswer(
        200, "`value` are those of the database, `file` those of the file.",
        content: [
          (
            "application/json",
            { _ in
              .closedObject([
                ("source", .choice(["database"])), ("etag", .text), ("value", .reference("Limits")),
                ("file", .reference("Limits")),
              ])
            }
          )
        ], headers: [.etag])
    ])

  static let putLimits = AdminOperation(
    "putLimits", "Other limits for everyone.", .permittedForAll(.write), query: [.dryRun, .note],
    conditions: [.ifMatch], body: OperationBody { _ in .reference("Limits") },
    answers: [.json(component: "Change", "They are changed, or would be.")], refused: refused)

  /// - Parameter type: of the body.
  static func change<Body: Decodable & SendableMetatype>(_ type: Body.Type) -> AdminOperation {
    AdminOperation(
      "change", "Several changes as one revision, all or none.", .permittedForAll(.write), query: [.dryRun, .note],
      body: .json(type), answers: [.json(component: "Change", "They are made, or would be.")],
      refused: [404] + refused)
  }
}
