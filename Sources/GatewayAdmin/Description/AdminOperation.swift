package import GatewayConfiguration
package import GatewayCore

/// What a route does, as the OpenAPI document says it, and as it is enforced before the route runs.
package struct AdminOperation: Sendable {
  /// Who may.
  package enum Access: Sendable {
    /// Everybody who reaches the plane.
    case open
    case signedIn
    /// Somebody who has shown who it is, also while there is no user.
    case proven
    case permitted(AdminPermission)
    /// Whose role is not bound to one team.
    case permittedForAll(AdminPermission)

    func check(_ context: AdminContext) throws(AdminProblem) {
      switch self {
      case .open: return
      case .signedIn: try context.signedIn()
      case .proven: try context.proven()
      case .permitted(let permission): try context.require(permission)
      case .permittedForAll(let permission): try context.requireEverything(permission)
      }
    }
  }

  /// How refusals are written.
  package enum Refusals: Sendable {
    /// RFC 9457, as everywhere below `/api`.
    case problems
    /// The envelope of the inference API.
    case envelope
  }

  /// For names of functions in generated clients.
  package let id: String
  /// A sentence.
  package let summary: String
  package let access: Access
  package var pathParameters: [PathParameter]
  package var query: [QueryParameter]
  /// Conditions of a change (RFC 9110 §13.1) that the request may carry.
  package var conditions: [HeaderParameter]
  package var body: OperationBody?
  package var answers: [OperationAnswer]
  /// Statuses of refusals beyond those that follow from the rest.
  package var refused: [Int]
  package var refusals = Refusals.problems
  /// Others add parameters of theirs; the route reads the query itself.
  package var hasFreeQuery = false
  /// The answer, and any refusal, may be another server's.
  package var isRelayed = false

  package init(
    _ id: String, _ summary: String, _ access: Access, path: [PathParameter] = [], query: [QueryParameter] = [],
    conditions: [HeaderParameter] = [], body: OperationBody? = nil, answers: [OperationAnswer], refused: [Int] = [],
    refusals: Refusals = .problems
  ) {
    self.id = id
    self.summary = summary
    self.access = access
    pathParameters = path
    self.query = query
    self.conditions = conditions
    self.body = body
    self.answers = answers
    self.refused = refused
    self.refusals = refusals
  }

  /// With those of every route: 400 for its query, 401 for a token that is not known, 403 for a foreign page, 500 and 503.
  package func statusesOfRefusals(hasPathParameters: Bool) -> [Int] {
    var statuses: Set<Int> = [400, 403, 500]
    if refusals == .problems { statuses.formUnion([401, 503]) }
    if case .open = access {} else { statuses.insert(401) }
    if hasPathParameters { statuses.insert(404) }
    if body != nil { statuses.formUnion([413, 415]) }
    return statuses.union(refused).sorted()
  }
}

/// What a request brings.
package struct OperationBody: Sendable {
  package typealias Schema = @Sendable (SchemaBook) throws -> JSONValue

  package let schema: Schema

  package init(schema: @escaping Schema) { self.schema = schema }

  /// As the type reads it.
  package static func json<Value: Decodable & SendableMetatype>(_ type: Value.Type) -> OperationBody {
    OperationBody { try $0.schema(of: type, .body) }
  }
}

/// A success.
package struct OperationAnswer: Sendable {
  package let status: Int
  package let summary: String
  /// By media type; empty: there is no body.
  package var content: [(type: String, schema: OperationBody.Schema)]
  package var headers: [HeaderParameter]

  package init(
    _ status: Int, _ summary: String, content: [(type: String, schema: OperationBody.Schema)] = [],
    headers: [HeaderParameter] = []
  ) {
    self.status = status
    self.summary = summary
    self.content = content
    self.headers = headers
  }

  /// As the type writes it.
  package static func json<Value: Codable & SendableMetatype>(
    _ type: Value.Type, _ summary: String, status: Int = 200, headers: [HeaderParameter] = []
  ) -> OperationAnswer {
    OperationAnswer(
      status, summary, content: [("application/json", { try $0.schema(of: type, .answer) })], headers: headers)
  }

  /// A component of the book.
  package static func json(
    component: String, _ summary: String, status: Int = 200, headers: [HeaderParameter] = []
  ) -> OperationAnswer {
    OperationAnswer(
      status, summary, content: [("application/json", { _ in .reference(component) })], headers: headers)
  }
}
