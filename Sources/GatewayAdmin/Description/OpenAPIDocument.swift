package import GatewayConfiguration
import GatewayCore
import HTTPTypes

/// The OpenAPI 3.1 document of the admin plane, made of the descriptions that its routes carry.
package struct OpenAPIDocument {
  private let routes: [AdminRoute]

  package init(_ routes: [AdminRoute]) { self.routes = routes }

  /// - Throws: where a type of a body or an answer cannot be described.
  package func json() throws -> JSONValue {
    let book = SchemaBook()
    try SharedSchemas.add(to: book)
    let paths = try paths(book)
    return .object([
      ("openapi", .string("3.1.0")),
      ("info", Self.info),
      ("servers", .array([.object([("url", .string("/")), ("description", .string("`server.admin.address`"))])])),
      ("paths", .object(paths)),
      (
        "components",
        .object([
          ("securitySchemes", Self.securitySchemes),
          ("schemas", .object(book.components.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
          ("responses", .object(RefusalDescription.all.map { ($0.component, $0.json) })),
        ])
      ),
    ])
  }

  private static let info: JSONValue = .object([
    ("title", .string("Sluice admin API")), ("version", .string("1")),
    (
      "description",
      .string(
        "Everything that the console of Sluice does. Moments are RFC 3339 in UTC, durations and sizes texts as in the file (`200ms`, "
          + "`64MiB`), amounts of money decimal texts. Lists come in pages: `next` is the `cursor` of the next one. Refusals are "
          + "problem details (RFC 9457) with a stable `code`.")
    ),
  ])

  private static let securitySchemes: JSONValue = .object([
    (
      "token",
      .object([
        ("type", .string("http")), ("scheme", .string("bearer")),
        ("description", .string("An API token (`sluice admin token`), or `server.admin.token`.")),
      ])
    ),
    (
      "session",
      .object([
        ("type", .string("apiKey")), ("in", .string("cookie")), ("name", .string("sluice_session")),
        (
          "description",
          .string("Of `POST /api/v1/session`. What changes something carries its `csrf` as the header `x-sluice-csrf`.")
        ),
      ])
    ),
  ])

  private func paths(_ book: SchemaBook) throws -> [(String, JSONValue)] {
    var order: [String] = []
    var items: [String: [(String, JSONValue)]] = [:]
    for route in routes {
      let path = Self.template(route.path)
      if items[path] == nil { order.append(path) }
      items[path, default: []].append((route.method.rawValue.lowercased(), try operation(route, book)))
    }
    return order.sorted().map { ($0, .object(items[$0] ?? [])) }
  }

  /// `/keys/:id` as `/keys/{id}`.
  private static func template(_ path: String) -> String {
    path.split(separator: "/").map { $0.first == ":" ? "/{\($0.dropFirst())}" : "/\($0)" }.joined()
  }

  private func operation(_ route: AdminRoute, _ book: SchemaBook) throws -> JSONValue {
    let operation = route.operation
    var members: [(String, JSONValue)] = [
      ("operationId", .string(operation.id)), ("summary", .string(operation.summary)),
      ("tags", .strings([Self.tag(route.path)])),
    ]
    if let words = operation.access.words { members.append(("description", .string(words))) }
    members.append(("security", operation.access.security))
    let parameters =
      Self.pathParameters(route).map(\.json) + operation.query.map(\.json) + operation.conditions.map(\.parameter)
    if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
    if let body = operation.body {
      let content: JSONValue = .object([
        ("application/json", .object([("schema", try body.schema(book))]))
      ])
      members.append(("requestBody", .object([("required", .bool(true)), ("content", content)])))
    }
    var answers = try operation.answers.map { answer in ("\(answer.status)", try Self.answer(answer, book)) }
    let refused = operation.statusesOfRefusals(hasPathParameters: route.path.contains("/:"))
    for status in refused where !operation.answers.contains(where: { $0.status == status }) {
      answers.append(("\(status)", RefusalDescription.reference(status, operation)))
    }
    if operation.isRelayed { answers.append(("default", Self.relayed)) }
    members.append(("responses", .object(answers.sorted { $0.0 < $1.0 })))
    return .object(members)
  }

  private static let relayed: JSONValue = .object([
    ("description", .string("Whatever the other server has answered.")),
    ("content", .object([("application/json", .object([("schema", .object([]))]))])),
  ])

  /// The first part of a path behind the root.
  private static func tag(_ path: String) -> String {
    let parts = path.split(separator: "/")
    return String((parts.starts(with: ["api", "v1"]) ? parts.dropFirst(2).first : parts.first) ?? "")
  }

  /// A part that the description does not tell of is a text.
  private static func pathParameters(_ route: AdminRoute) -> [PathParameter] {
    route.path.split(separator: "/").filter { $0.first == ":" }.map { part in
      let name = String(part.dropFirst())
      return route.operation.pathParameters.first { $0.name == name } ?? .text(name, "Percent-encoded.")
    }
  }

  private static func answer(_ answer: OperationAnswer, _ book: SchemaBook) throws -> JSONValue {
    var members: [(String, JSONValue)] = [("description", .string(answer.summary))]
    if !answer.headers.isEmpty {
      members.append(("headers", .object(answer.headers.map { ($0.name, $0.header) })))
    }
    if !answer.content.isEmpty {
      members.append(
        ("content", .object(try answer.content.map { ($0.type, .object([("schema", try $0.schema(book))])) })))
    }
    return .object(members)
  }
}

extension AdminOperation.Access {
  fileprivate var security: JSONValue {
    switch self {
    case .open: .array([])
    default: .array(["token", "session"].map { .object([($0, .array([]))]) })
    }
  }

  fileprivate var words: String? {
    switch self {
    case .open: "Needs no sign-in."
    case .signedIn, .proven: nil
    case .permitted(let permission): "Needs the permission `\(permission.rawValue)`."
    case .permittedForAll(let permission):
      "Needs the permission `\(permission.rawValue)`, and a role that is not bound to a team."
    }
  }
}
