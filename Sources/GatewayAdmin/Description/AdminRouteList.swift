package import HTTPTypes
package import Hummingbird

/// One path and method of the admin plane with its description. There is no other way to add a route, so the OpenAPI document has all of
/// them.
package struct AdminRoute: Sendable {
  package typealias Handler = @Sendable (Request, AdminContext) async throws -> Response

  package let method: HTTPRequest.Method
  /// From the root, in the router's writing: `/api/v1/keys/:id`.
  package let path: String
  package let operation: AdminOperation
  let handler: Handler

  /// What the description promises comes first: who may, and which parameters there are.
  func answer(_ request: Request, _ context: AdminContext) async throws -> Response {
    var context = context
    try operation.access.check(context)
    if !operation.hasFreeQuery { context.query = try AdminQuery(request, operation.query) }
    return try await handler(request, context)
  }

  func add(to router: Router<AdminContext>) {
    router.on(RouterPath(path), method: method) { request, context in try await answer(request, context) }
  }
}

/// The routes of a plane, as they are added.
package struct AdminRouteList {
  private let root: String
  package private(set) var routes: [AdminRoute] = []

  /// - Parameter root: before all paths: `/api/v1`.
  package init(root: String = "") { self.root = root }

  package mutating func get(
    _ path: String, _ operation: AdminOperation, use handler: @escaping AdminRoute.Handler
  ) { add(.get, path, operation, handler) }

  package mutating func post(
    _ path: String, _ operation: AdminOperation, use handler: @escaping AdminRoute.Handler
  ) { add(.post, path, operation, handler) }

  package mutating func put(
    _ path: String, _ operation: AdminOperation, use handler: @escaping AdminRoute.Handler
  ) { add(.put, path, operation, handler) }

  package mutating func patch(
    _ path: String, _ operation: AdminOperation, use handler: @escaping AdminRoute.Handler
  ) { add(.patch, path, operation, handler) }

  package mutating func delete(
    _ path: String, _ operation: AdminOperation, use handler: @escaping AdminRoute.Handler
  ) { add(.delete, path, operation, handler) }

  private mutating func add(
    _ method: HTTPRequest.Method, _ path: String, _ operation: AdminOperation, _ handler: @escaping AdminRoute.Handler
  ) {
    let whole = root + "/" + path.drop { $0 == "/" }
    routes.append(AdminRoute(method: method, path: whole, operation: operation, handler: handler))
  }
}
