import GatewayConfiguration
import Hummingbird
import Synchronization

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
    let document = Document(routes: others + own.routes)
    group.get(Self.path, operation) { _, _ in AdminJSON.response(.ok, bytes: try document.bytes) }
  }
}

/// Made when it is asked for first.
private final class Document: Sendable {
  private let routes: [AdminRoute]
  private let made = Mutex<[UInt8]?>(nil)

  init(routes: [AdminRoute]) { self.routes = routes }

  var bytes: [UInt8] {
    get throws {
      try made.withLock { made in
        if let made { return made }
        let bytes = Array(try OpenAPIDocument(routes).json().compactText.utf8)
        made = bytes
        return bytes
      }
    }
  }
}
