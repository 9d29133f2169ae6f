import GatewayTesting
import Testing

/// How a realtime session is opened, and what is refused before it.
@Suite struct RealtimeHandshakes {
  private static let keys = ["APP_KEY": "sk-app-1", "OTHER_KEY": "sk-app-2", "PROVIDER_KEY": "sk-provider-1"]

  private func gateway(_ scenario: Scenario, _ upstream: SocketUpstream) async throws -> GatewayProcess {
    try await scenario.gateway(
      """
      providers:
        p0: { kind: openai-compatible, url: \(upstream.url), keys: [env:PROVIDER_KEY] }
      models:
        m: { targets: [p0/up] }
        x: { targets: [p0/other] }
      consumers:
        app: { keys: [env:APP_KEY] }
        other: { keys: [env:OTHER_KEY], models: [x] }
      """, environment: Self.keys)
  }

  private static func fields(_ changed: [String: String?]) -> HeaderList {
    HeaderList(
      GatewayProcess.handshake.fields.compactMap { field in
        guard let value = changed[field.name] else { return field }
        return value.map { HeaderList.Field(name: field.name, value: $0) }
      })
  }

  private static let faults: [(name: String, path: String, fields: [String: String?], status: Int, code: String)] = [
    ("no upgrade", "/v1/realtime?model=m", ["upgrade": nil], 426, "upgrade_required"),
    ("another protocol", "/v1/realtime?model=m", ["upgrade": "h2c"], 426, "upgrade_required"),
    ("no connection field", "/v1/realtime?model=m", ["connection": "keep-alive"], 426, "upgrade_required"),
    ("an old version", "/v1/realtime?model=m", ["sec-websocket-version": "8"], 426, "upgrade_required"),
    ("no version", "/v1/realtime?model=m", ["sec-websocket-version": nil], 426, "upgrade_required"),
    ("no key", "/v1/realtime?model=m", ["sec-websocket-key": nil], 400, "malformed_request"),
    ("a short key", "/v1/realtime?model=m", ["sec-websocket-key": "c2hvcnQ="], 400, "malformed_request"),
    ("a key that is no base64", "/v1/realtime?model=m", ["sec-websocket-key": "???"], 400, "malformed_request"),
    ("no model", "/v1/realtime", [:], 400, "missing_required_parameter"),
    ("an empty model", "/v1/realtime?model=", [:], 400, "missing_required_parameter"),
    ("two models", "/v1/realtime?model=m&model=x", [:], 400, "invalid_parameter"),
    ("an unknown model", "/v1/realtime?model=n", [:], 404, "model_not_found"),
  ]

  @Test(arguments: faults.indices)
  func aFaultyHandshakeIsRefused(_ index: Int) async throws {
    try await scenario { scenario, network in
      let fault = Self.faults[index]
      let upstream = try await network.socketUpstream()
      let gateway = try await scenario.gateway(Configuration.text(to: [upstream.url]))
      let answer = try await gateway.call("GET", fault.path, headers: Self.fields(fault.fields))
      #expect(answer.status == fault.status, "\(fault.name)")
      #expect(try answer.error()["code"]?.string == fault.code, "\(fault.name)")
      if fault.status == 426 {
        #expect(answer.headers["upgrade"] == "websocket")
        #expect(answer.headers["sec-websocket-version"] == "13")
      }
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test func aSessionNeedsAKeyThatMayUseTheModel() async throws {
    try await scenario { scenario, network in
      let gateway = try await gateway(scenario, try await network.socketUpstream())
      #expect(try await gateway.refusedSocket().status == 401)
      #expect(try await gateway.refusedSocket(headers: ["authorization": "Bearer sk-wrong"]).status == 401)
      #expect(try await gateway.refusedSocket(headers: ["authorization": "Bearer sk-app-2"]).status == 403)
      #expect(try await gateway.socket(headers: ["authorization": "Bearer sk-app-1"]).head.status == 101)
    }
  }

  @Test func anOldHTTPCannotBeUpgraded() async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream()
      let gateway = try await scenario.gateway(Configuration.text(to: [upstream.url]))
      let client = try await gateway.connect()
      client.send("GET /v1/realtime?model=m HTTP/1.0\r\n\(GatewayProcess.handshake.text)\r\n")
      #expect(try await client.answer().status == 400)
    }
  }

  @Test func anotherMethodIsNotAllowed() async throws {
    try await scenario { scenario, network in
      let gateway = try await gateway(scenario, try await network.socketUpstream())
      let answer = try await gateway.call("POST", "/v1/realtime?model=m", "{}")
      #expect(answer.status == 405)
      #expect(answer.headers["allow"] == "GET, OPTIONS")
    }
  }

  @Test func theClientsHandshakeIsAnsweredAsTheStandardSays() async throws {
    try await scenario { scenario, network in
      let gateway = try await gateway(scenario, try await network.socketUpstream())
      let (head, _) = try await gateway.socket(
        headers: ["authorization": "Bearer sk-app-1", "sec-websocket-protocol": "other, realtime"])
      #expect(head.status == 101)
      #expect(head.headers["upgrade"] == "websocket")
      #expect(head.headers["connection"]?.lowercased() == "upgrade")
      // The example of RFC 6455 §1.3.
      #expect(head.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
      #expect(head.headers.all("sec-websocket-protocol") == ["realtime"])
      #expect(head.headers["sec-websocket-extensions"] == nil)
      #expect(head.headers["x-request-id"]?.isEmpty == false)
      #expect(head.headers["x-sluice-target"] == "p0/up")
      #expect(head.headers["x-sluice-attempts"] == "1")
    }
  }

  @Test func aBrowserPresentsItsKeyAmongTheSubprotocols() async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream()
      let gateway = try await gateway(scenario, upstream)
      let (head, _) = try await gateway.socket(
        headers: [
          "sec-websocket-protocol": "realtime, openai-insecure-api-key.sk-app-1, openai-beta.realtime-v1",
          "origin": "http://gateway.test",
        ])
      #expect(head.status == 101)
      #expect(head.headers["sec-websocket-protocol"] == "realtime")
      let request = try #require(upstream.requests.first)
      #expect(request.headers["sec-websocket-protocol"] == "realtime")
      #expect(request.headers["openai-beta"] == "realtime=v1")
      #expect(!request.headers.text.contains("sk-app-1"))
    }
  }

  @Test func thePageOfAnotherSiteIsRefusedUnlessItIsNamed() async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream()
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: [upstream.url], top: "server: { gateway: { cors: [\"https://app.example\"] } }"))
      let answer = try await gateway.refusedSocket(headers: ["origin": "https://evil.example"])
      #expect(answer.status == 403)
      #expect(try answer.error()["code"]?.string == "origin_not_allowed")
      #expect(try await gateway.socket(headers: ["origin": "https://app.example"]).head.status == 101)
    }
  }

  @Test func theProviderIsAskedWithItsOwnNameAndKey() async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream()
      let gateway = try await gateway(scenario, upstream)
      _ = try await gateway.socket(
        "/v1/realtime?model=m&intent=transcription&secret=1",
        headers: [
          "authorization": "Bearer sk-app-1", "openai-beta": "realtime=v1", "cookie": "a=b",
          "sec-websocket-extensions": "permessage-deflate",
        ])
      let request = try #require(upstream.requests.first)
      #expect(request.method == "GET")
      #expect(request.target == "/v1/realtime?model=up&intent=transcription")
      #expect(request.headers.all("host") == ["127.0.0.1:\(upstream.port)"])
      #expect(request.headers.all("authorization") == ["Bearer sk-provider-1"])
      #expect(request.headers.all("openai-beta") == ["realtime=v1"])
      #expect(request.headers.all("sec-websocket-version") == ["13"])
      #expect(request.headers["sec-websocket-key"] != GatewayProcess.handshake["sec-websocket-key"])
      #expect(request.headers["sec-websocket-extensions"] == nil)
      #expect(request.headers["sec-websocket-protocol"] == nil)
      #expect(request.headers["cookie"] == nil)
    }
  }
}
