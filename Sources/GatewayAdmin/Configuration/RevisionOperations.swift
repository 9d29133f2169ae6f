import GatewayConfiguration
import GatewayCore

/// What the routes of the configuration and its revisions do: descriptions.
enum RevisionOperations {
  static let document = AdminOperation(
    "getConfiguration", "All objects of the database as YAML.", .permittedForAll(.read),
    answers: [
      answer(
        [
          ("revision", .whole), ("file", JSONValue.text.orNull), ("yaml", .text), ("etag", .text),
          ("warnings", .list(.reference("Finding"))), ("needsRestart", .list(.text)),
        ], "What the database has, and what is to be said of it.", headers: [.etag])
    ])

  /// - Parameter type: of the body.
  static func replace<Body: Decodable & SendableMetatype>(_ type: Body.Type) -> AdminOperation {
    AdminOperation(
      "putConfiguration", "All objects of the database at once.", .permittedForAll(.write), query: [.dryRun, .note],
      conditions: [.ifMatch], body: .json(type),
      answers: [.json(component: "Change", "They are changed, or would be.")], refused: ObjectOperations.refused)
  }

  static let effective = AdminOperation(
    "getEffectiveConfiguration", "The running configuration, secrets hidden.", .permittedForAll(.read),
    answers: [OperationAnswer(200, "As it runs.", content: [("application/json", { _ in .typed("object") })])])

  static let schema = AdminOperation(
    "getConfigurationSchema", "The JSON Schema of the file.", .signedIn,
    answers: [OperationAnswer(200, "Draft 2020-12.", content: [("application/schema+json", { _ in .typed("object") })])]
  )

  static let list = AdminOperation(
    "listRevisions", "How the objects became what they are, the newest first.", .permittedForAll(.read),
    query: [.limit(50), .cursor],
    answers: [
      OperationAnswer(
        200, "A page of them.",
        content: [("application/json", { _ in SharedSchemas.page(of: .closedObject(revision), hasTotal: false) })])
    ])

  static let show = AdminOperation(
    "getRevision", "One revision with its objects, and what it has changed.", .permittedForAll(.read), path: path,
    answers: [
      answer(revision + [("yaml", .text), ("diff", .list(.reference("SettingChange")))], "The revision.")
    ])

  static let restore = AdminOperation(
    "restoreRevision", "A new revision with the objects of an older one.", .permittedForAll(.write), path: path,
    query: [.dryRun, .note], answers: [.json(component: "Change", "They are changed, or would be.")],
    refused: [409, 422])

  private static let path = [PathParameter.number("number", "Of the revision.")]

  private static let revision: [(String, JSONValue)] = [
    ("number", .whole), ("at", .moment), ("by", .text), ("note", JSONValue.text.orNull), ("changes", .list(.text)),
  ]

  private static func answer(
    _ members: [(String, JSONValue)], _ summary: String, headers: [HeaderParameter] = []
  ) -> OperationAnswer {
    OperationAnswer(200, summary, content: [("application/json", { _ in .closedObject(members) })], headers: headers)
  }
}
