import GatewayConfiguration
import Hummingbird

/// `/openapi.json`: this API, for programs that make clients. It says nothing of the installation, so it is open.
struct DocumentRoute: AdminRoutes {
  /// All but this one.
  let others: [AdminRoute]

  private static let path = "openapi.json"

  func add(to group: inout AdminRouteList) {
    let operation = AdminOperation(
      "getOpenAPI", "This document.", .open,
      answers: [OperationAnswer(200, "OpenAPI 3.1.", content: [("application/json", { _ in .typed("object") })])])
    // Its own description is the one that it cannot be given.
    var own = AdminRouteList(root: AdminRouter.root)
    own.get(Self.path, operation) { _, _ in Response(status: .noContent) }
    let routes = others + own.routes
    group.get(Self.path, operation) { _, _ in
      AdminJSON.response(.ok, bytes: Array(try OpenAPIDocument(routes).json().compactText.utf8))
    }
  }
}
