import GatewayTesting
import Testing

@Suite struct Paths {
  private func withGateway(top: String = "", _ body: (GatewayProcess) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      try await body(try await scenario.gateway(to: upstream, top: top))
    }
  }

  @Test(arguments: [
    "/", "/v1", "/v1/", "/v1/chat", "/v1/chat/completions/", "/V1/chat/completions", "/v1//chat/completions",
    "/v1/chat/completions/../../x", "/v1/nothing", "/metrics", "/config", "/health/live",
  ])
  func anUnknownPathIs404(_ path: String) async throws {
    try await withGateway { gateway in
      for method in ["GET", "POST"] {
        let answer = try await gateway.call(method, path, method == "POST" ? ChatBody.plain() : nil)
        #expect(answer.status == 404)
        let error = try answer.error()
        #expect(error["code"]?.string == "unknown_path")
        #expect(error["type"]?.string == "invalid_request_error")
        #expect(answer.headers["x-request-id"] != nil)
      }
    }
  }

  @Test(arguments: [
    ("GET", "/v1/chat/completions", "POST"), ("PUT", "/v1/completions", "POST"), ("DELETE", "/v1/embeddings", "POST"),
    ("POST", "/v1/models", "GET"), ("DELETE", "/v1/models/m", "GET"), ("PATCH", "/v1/chat/completions", "POST"),
  ])
  func aWrongMethodIs405WithAllow(_ method: String, _ path: String, _ allowed: String) async throws {
    try await withGateway { gateway in
      let answer = try await gateway.call(method, path, method == "GET" ? nil : "{}")
      #expect(answer.status == 405)
      #expect(answer.headers["allow"]?.contains(allowed) == true)
      #expect(try answer.error()["code"]?.string == "method_not_allowed")
    }
  }

  @Test func aQueryDoesNotChangeThePath() async throws {
    try await withGateway { gateway in
      let call = try await gateway.call("POST", "/v1/chat/completions?api-version=1&x=/", ChatBody.plain())
      #expect(call.status == 200)
      let list = try await gateway.call("GET", "/v1/models?limit=2")
      #expect(list.status == 200)
    }
  }

  @Test func headAnswersAsGetWithoutABody() async throws {
    try await withGateway { gateway in
      let get = try await gateway.call("GET", "/v1/models")
      let client = try await gateway.connect()
      client.request("HEAD", "/v1/models")
      let head = try await client.answer(toHead: true)
      #expect(head.status == 200)
      #expect(head.headers["content-length"] == get.headers["content-length"])
      // Stray body bytes would be read as the head of this answer.
      client.request("GET", "/v1/models")
      #expect(try await client.answer().text == get.text)
      client.request("HEAD", "/nowhere")
      #expect(try await client.answer(toHead: true).status == 404)
      client.request("HEAD", "/v1/models/m")
      #expect(try await client.answer(toHead: true).status == 200)
    }
  }

  @Test func anHTTP10ClientIsAnsweredAndClosed() async throws {
    try await withGateway { gateway in
      let client = try await gateway.connect()
      client.send("GET /v1/models HTTP/1.0\r\n\r\n")
      #expect(try await client.answer().status == 200)
      #expect(try await client.bytesUntilClosed() == [])
    }
  }

  @Test func connectionCloseIsHonoured() async throws {
    try await withGateway { gateway in
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain(), headers: ["connection": "close"])
      let answer = try await client.answer()
      #expect(answer.status == 200)
      #expect(answer.headers["connection"]?.lowercased() == "close")
      #expect(try await client.bytesUntilClosed() == [])
    }
  }

  private static let cors = "server: { gateway: { cors: [\"https://app.example\"] } }"

  @Test func aPreflightOfAnAllowedOriginIsGranted() async throws {
    try await withGateway(top: Self.cors) { gateway in
      let answer = try await gateway.call(
        "OPTIONS", "/v1/chat/completions",
        headers: [
          "origin": "https://app.example", "access-control-request-method": "POST",
          "access-control-request-headers": "authorization, content-type, x-stainless-os",
        ])
      #expect(answer.status / 100 == 2)
      #expect(answer.headers["access-control-allow-origin"] == "https://app.example")
      #expect(answer.headers["access-control-allow-methods"]?.contains("POST") == true)
      let allowed = try #require(answer.headers["access-control-allow-headers"]).lowercased()
      #expect(allowed == "*" || allowed.contains("authorization"))
      #expect(allowed == "*" || allowed.contains("x-stainless-os"))
    }
  }

  @Test func aCallOfAnAllowedOriginIsReadable() async throws {
    try await withGateway(top: Self.cors) { gateway in
      let answer = try await gateway.chat(headers: ["origin": "https://app.example"])
      #expect(answer.headers["access-control-allow-origin"] == "https://app.example")
      #expect(answer.headers["vary"]?.lowercased().contains("origin") == true)
      let refused = try await gateway.chat("{}", headers: ["origin": "https://app.example"])
      #expect(refused.status == 400)
      #expect(refused.headers["access-control-allow-origin"] == "https://app.example")
    }
  }

  @Test(arguments: ["https://evil.example", "null", "https://app.example.evil.example", "http://app.example"])
  func anotherOriginIsNotAllowed(_ origin: String) async throws {
    try await withGateway(top: Self.cors) { gateway in
      let preflight = try await gateway.call(
        "OPTIONS", "/v1/chat/completions",
        headers: [
          "origin": origin, "access-control-request-method": "POST",
        ])
      #expect(preflight.headers["access-control-allow-origin"] == nil)
      #expect(try await gateway.chat(headers: ["origin": origin]).headers["access-control-allow-origin"] == nil)
    }
  }

  @Test func withoutCORSNoOriginIsAllowed() async throws {
    try await withGateway { gateway in
      let answer = try await gateway.chat(headers: ["origin": "https://app.example"])
      #expect(answer.headers["access-control-allow-origin"] == nil)
    }
  }
}
