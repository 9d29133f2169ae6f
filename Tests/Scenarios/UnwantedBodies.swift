import GatewayTesting
import Testing

/// `OPTIONS` is answered to strangers, so nothing of a body is taken from them.
@Suite struct UnwantedBodies {
  private func withGateway(_ body: (GatewayProcess) async throws -> Void) async throws {
    try await scenario { scenario in
      try await body(
        try await scenario.gateway(
          to: try await scenario.upstream([.chat()]), top: "consumers: { app: { keys: [env:ONE] } }",
          environment: ["ONE": "sk-one"]))
    }
  }

  private static let paths = ["/v1/chat/completions", "/v1/models", "/v1/models/m"]

  @Test(arguments: ["content-length: 99999999999\r\n\r\n", "content-length: 99999999999\r\n\r\nhello"])
  func aLargeBodyOfOPTIONSIs413AndTheConnectionIsClosed(_ rest: String) async throws {
    try await withGateway { gateway in
      for path in Self.paths {
        let client = try await gateway.connect()
        client.send("OPTIONS \(path) HTTP/1.1\r\nhost: x\r\n\(rest)")
        let answer = try await client.answer()
        #expect(answer.status == 413, "\(path)")
        #expect(answer.headers["connection"] == "close")
        #expect(try answer.error()["code"]?.string == "body_too_large")
        #expect(try await client.bytesUntilClosed() == [], "what follows is no second request")
      }
      #expect(try await gateway.chat(headers: ["x-api-key": "sk-one"]).status == 200)
    }
  }

  @Test(arguments: [
    "content-length: 5\r\n\r\nhello", "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  ])
  func aSmallBodyOfOPTIONSIs413AndThrownAway(_ rest: String) async throws {
    try await withGateway { gateway in
      let client = try await gateway.connect()
      for path in Self.paths {
        client.send("OPTIONS \(path) HTTP/1.1\r\nhost: x\r\n\(rest)")
        let answer = try await client.answer()
        #expect(answer.status == 413, "\(path)")
        #expect(answer.headers["connection"] == nil)
        #expect(try answer.error()["code"]?.string == "body_too_large")
      }
      client.post("/v1/chat/completions", ChatBody.plain(), headers: ["x-api-key": "sk-one"])
      #expect(try await client.answer().status == 200)
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
