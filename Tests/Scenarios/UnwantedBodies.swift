import GatewayTesting
import Testing

/// `OPTIONS` is answered to strangers, so nothing of a body is taken from them.
@Suite struct UnwantedBodies {
  @Test(arguments: [
    "content-length: 99999999999\r\n\r\n", "content-length: 99999999999\r\n\r\nhello",
    "content-length: 5\r\n\r\nhello", "content-length: 1\r\n\r\n",
    "transfer-encoding: chunked\r\n\r\n", "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  ])
  func aBodyOfOPTIONSIs413AndTheConnectionIsClosed(_ rest: String) async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(
        to: try await scenario.upstream([.chat()]), top: "consumers: { app: { keys: [env:ONE] } }",
        environment: ["ONE": "sk-one"])
      for path in ["/v1/chat/completions", "/v1/models", "/v1/models/m"] {
        let client = try await gateway.connect()
        client.send("OPTIONS \(path) HTTP/1.1\r\nhost: x\r\n\(rest)")
        let answer = try await client.answer()
        #expect(answer.status == 413, "\(path)")
        #expect(try answer.error()["code"]?.string == "body_too_large")
        #expect(try await client.bytesUntilClosed() == [], "what follows is no second request")
      }
      #expect(try await gateway.chat(headers: ["x-api-key": "sk-one"]).status == 200)
      #expect(gateway.child.exitCode == nil)
    }
  }

  @Test func anEmptyBodyOfOPTIONSIsFine() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      let client = try await gateway.connect()
      for _ in 0..<2 {
        client.send("OPTIONS /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n")
        let answer = try await client.answer()
        #expect(answer.status == 204)
        #expect(answer.headers["allow"] == "POST, OPTIONS")
      }
    }
  }
}
