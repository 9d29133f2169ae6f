import GatewayTesting
import Testing

/// Callers whose tokens their issuer is asked about.
@Suite struct TokenIntrospection {
  private static func top(_ login: String, _ more: String = "claims: { consumer: client_id }") -> String {
    """
    authentication:
      - keys
      - introspection: { url: "\(login)/introspect", clientID: "sluice gw", clientSecret: env:SECRET, \(more) }
    consumers:
      app: { keys: [env:APP_KEY] }
      web-app: { models: [m] }
    """
  }

  private static let environment = ["APP_KEY": "sk-app", "SECRET": "s3cr~t/+"]
  private static let active = Script.Step.json(#"{"active":true,"client_id":"web-app","sub":"u-1","scope":"a b"}"#)

  private func withGateway(
    _ director: @escaping ScriptedUpstream.Director, _ more: String = "claims: { consumer: client_id }",
    _ body: (GatewayProcess, ScriptedUpstream, ScriptedUpstream) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let login = try await scenario.upstream(director: director)
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: Self.top(login.url, more), environment: Self.environment)
      try await body(gateway, login, upstream)
    }
  }

  private static func bearer(_ token: String) -> HeaderList { ["authorization": "Bearer \(token)"] }

  @Test func anActiveTokenIsLetInAndAskedAboutOnce() async throws {
    try await withGateway({ _ in [Self.active] }) { gateway, login, upstream in
      // On one connection, and so on one loop.
      let client = try await gateway.connect()
      for _ in 0..<3 {
        client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.bearer("opaque+token"))
        #expect(try await client.answer().status == 200)
      }
      #expect(login.requests.count == 1)
      let asked = try await login.request()
      #expect(asked.method == "POST" && asked.target == "/v1/introspect")
      #expect(asked.text == "token=opaque%2Btoken&token_type_hint=access_token")
      // sluice%20gw:s3cr~t%2F%2B
      #expect(asked.headers["authorization"] == "Basic c2x1aWNlJTIwZ3c6czNjcn50JTJGJTJC")
      #expect(asked.headers["content-type"] == "application/x-www-form-urlencoded")
      #expect(try await upstream.request().headers["authorization"] == nil)
      let line = try await gateway.logged()
      #expect(line["consumer"]?.string == "web-app" && line["subject"]?.string == "u-1")
      #expect(
        try await gateway.metrics().value(
          "sluice_authentications_total", ["method": "introspection", "outcome": "accepted"]) == 3)
    }
  }

  @Test func callsWithOneTokenWaitForOneAnswer() async throws {
    let gate = Gate()
    try await withGateway({ _ in [.wait(gate), Self.active] }, "claims: { consumer: client_id }, timeout: 20s") {
      gateway, login, _ in
      let client = try await gateway.connect()
      // A body that is not complete yet does not keep the question from being asked.
      client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer t1\r\n"
          + "content-length: \(ChatBody.plain().utf8.count)\r\n\r\n")
      _ = try await login.request()
      client.send(ChatBody.plain())
      gate.open()
      #expect(try await client.answer().status == 200)
      #expect(login.requests.count == 1)
    }
  }

  @Test func aTokenThatIsNotActiveIsRefused() async throws {
    try await withGateway({ _ in [.json(#"{"active":false}"#)] }) { gateway, login, upstream in
      let client = try await gateway.connect()
      for _ in 0..<2 {
        client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.bearer("gone"))
        let answer = try await client.answer()
        #expect(answer.status == 401)
        #expect(try answer.error()["code"]?.string == "invalid_token")
        #expect(answer.headers["www-authenticate"]?.contains("error=\"invalid_token\"") == true)
      }
      #expect(login.requests.count == 1)
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func gatewayKeysAreNotAskedAbout() async throws {
    try await withGateway({ _ in [Self.active] }) { gateway, login, _ in
      let answer = try await gateway.chat(headers: Self.bearer("sk-app"))
      #expect(answer.status == 200)
      #expect(login.connectionCount == 0)
    }
  }

  @Test func aTokenWithoutAScopeIsForbidden() async throws {
    try await withGateway({ _ in [Self.active] }, "claims: { consumer: client_id }, scopes: [a, c]") { gateway, _, _ in
      let answer = try await gateway.chat(headers: Self.bearer("t"))
      #expect(answer.status == 403)
      #expect(try answer.error()["message"]?.string == "the token lacks the scope 'c'")
    }
  }

  @Test func aServerThatFailsOrHangsIs503() async throws {
    try await withGateway(
      { $0.index == 0 ? [.hang] : [.error(401)] }, "claims: { consumer: client_id }, timeout: 500ms"
    ) { gateway, login, _ in
      for _ in 0..<2 {
        let answer = try await gateway.chat(headers: Self.bearer("t"))
        #expect(answer.status == 503)
        #expect(try answer.error()["code"]?.string == "authentication_unavailable")
      }
      #expect(login.requests.count == 2)
      try await gateway.says("no answer about a token", "it did not answer within 500 ms")
      #expect(!gateway.programLog.contains("s3cr"))
    }
  }

  @Test func aClientThatGoesAwayMeanwhileIsSettled() async throws {
    let gate = Gate()
    try await withGateway({ _ in [.wait(gate), Self.active] }) { gateway, login, upstream in
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.bearer("t"))
      _ = try await login.request()
      await client.close()
      #expect(try await gateway.logged { $0["outcome"]?.string == "client_gone" }["status"]?.number == 0)
      gate.open()
      try await eventually("nothing is in flight") {
        try await gateway.metrics().value("sluice_exchanges_in_flight") == 0
      }
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func aRefusalDoesNotWaitForTheBody() async throws {
    try await withGateway({ _ in [.json(#"{"active":false}"#)] }) { gateway, _, _ in
      let client = try await gateway.connect()
      client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer t\r\ncontent-length: 1000000\r\n\r\n{")
      let answer = try await client.answer()
      #expect(answer.status == 401)
      #expect(answer.headers["connection"] == "close")
    }
  }
}
