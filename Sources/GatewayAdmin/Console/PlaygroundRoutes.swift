import GatewayConfiguration
import GatewayCore
import GatewayDialects
import HTTPTypes
package import Hummingbird

/// An answer of the gateway, as it comes.
package struct GatewayAnswer: Sendable {
  package var status: Int
  package var headers: [(name: String, value: String)]
  package var body: ResponseBody

  package init(status: Int, headers: [(name: String, value: String)], body: ResponseBody) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Calls the gateway of this process as any client would: with a key, by its own address.
package protocol GatewayCalling: Sendable {
  /// - Throws: a sentence, as `AdminProblem`.
  func call(path: String, key: String?, body: [UInt8]) async throws(AdminProblem) -> GatewayAnswer
}

/// `POST /api/v1/playground`: one call of the gateway, with the caller's own gateway key. Being signed in here calls no model.
package struct PlaygroundRoutes: AdminRoutes {
  let gateway: any GatewayCalling

  package init(_ gateway: any GatewayCalling) { self.gateway = gateway }

  private struct Call: Decodable, SchemaAnnotated {
    static var members: [String: SchemaNote] {
      [
        "key": SchemaNote("A gateway key.", pattern: "^[!-~]*$"),
        "path": SchemaNote("Of the gateway: `/v1/chat/completions`.", pattern: "^/[!-~]{0,511}$"),
        "body": SchemaNote("What is sent there."),
      ]
    }

    let key: String?
    let path: String
    let body: JSONMember
  }

  package func add(to group: inout AdminRouteList) {
    var operation = AdminOperation(
      "callGateway", "One call of the gateway with a gateway key; the answer is the gateway's own, as it comes.",
      .signedIn, body: .json(Call.self),
      answers: [
        OperationAnswer(
          200, "The gateway's answer: its headers have `x-gateway-` before their names.",
          content: [("application/json", { _ in .object([]) }), ("text/event-stream", { _ in .text })])
      ], refused: [404, 502])
    operation.isRelayed = true
    group.post("playground", operation) { request, context in
      let call = try await AdminBody.decode(Call.self, from: request, context: context)
      guard call.path.hasPrefix("/"), call.path.utf8.count <= 512, call.path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else {
        throw AdminProblem.invalidRequest("'path' is a path of the gateway, such as /v1/chat/completions", at: "/path")
      }
      if let key = call.key, !key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
        throw AdminProblem.invalidRequest("a key has no blanks", at: "/key")
      }
      let answer = try await gateway.call(path: call.path, key: call.key, body: Array(call.body.node.raw.string.utf8))
      var response = Response(status: .init(code: answer.status), body: answer.body)
      for header in answer.headers {
        if let name = HTTPField.Name("x-gateway-\(header.name)") { response.headers[name] = header.value }
        if header.name == "content-type" { response.headers[.contentType] = header.value }
      }
      return response
    }
  }
}
