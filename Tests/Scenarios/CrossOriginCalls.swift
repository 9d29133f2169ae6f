import GatewayTesting
import Testing

/// Calls from pages of other sites.
@Suite struct CrossOriginCalls {
  private static let own = "https://app.example"

  private func gateway(
    _ scenario: Scenario, _ origins: String = "[\"https://app.example\"]"
  ) async throws -> GatewayProcess {
    let upstream = try await scenario.upstream {
      $0.text.contains(#""stream":true"#) ? .stream("fine") : [.chat("fine")]
    }
    return try await scenario.gateway(
      to: upstream,
      top: "server: { gateway: { cors: \(origins) } }\nconsumers: { app: { keys: [env:APP_KEY] } }",
      environment: ["APP_KEY": "sk-app-1"])
  }

  private func preflight(_ gateway: GatewayProcess, from origin: String, _ path: String = "/v1/chat/completions")
    async throws -> Answer
  {
    try await gateway.call(
      "OPTIONS", path,
      headers: [
        "origin": origin, "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      ])
  }

  @Test func anAllowedOriginMayAskBeforeItCalls() async throws {
    try await scenario { scenario in
      // A browser sends no key with this question.
      let answer = try await preflight(try await gateway(scenario), from: Self.own)
      #expect(answer.status == 204)
      #expect(answer.body.isEmpty)
      #expect(answer.headers.all("access-control-allow-origin") == [Self.own])
      #expect(answer.headers["access-control-allow-methods"]?.contains("POST") == true)
      let allowed = answer.headers["access-control-allow-headers"]?.lowercased() ?? ""
      #expect(allowed.contains("authorization") && allowed.contains("content-type"))
      #expect(answer.headers["access-control-max-age"] != nil)
      #expect(answer.headers["vary"]?.lowercased().contains("origin") == true)
    }
  }

  @Test(arguments: [
    "https://evil.example", "http://app.example", "https://app.example:8443", "https://app.example.evil.example",
    "null",
  ])
  func anotherOriginIsToldNothing(_ origin: String) async throws {
    try await scenario { scenario in
      let gateway = try await gateway(scenario)
      let preflight = try await preflight(gateway, from: origin)
      let call = try await gateway.chat(headers: ["origin": origin, "authorization": "Bearer sk-app-1"])
      #expect(call.status == 200, "CORS is the browser's business; the key decides here")
      for answer in [preflight, call] {
        #expect(!answer.headers.names.contains { $0.hasPrefix("access-control-") }, "\(answer.headers.text)")
      }
    }
  }

  @Test func theAnswersOfAnAllowedOriginMayBeRead() async throws {
    try await scenario { scenario in
      let gateway = try await gateway(scenario)
      let key: HeaderList = ["origin": Self.own, "authorization": "Bearer sk-app-1"]
      let answers = [
        try await gateway.chat(headers: key), try await gateway.chat(ChatBody.streamed(), headers: key),
        try await gateway.call("GET", "/v1/models", headers: key),
        try await gateway.chat(headers: ["origin": Self.own]),
        try await gateway.chat("{", headers: key),
        try await gateway.call("GET", "/nowhere", headers: key),
      ]
      #expect(answers.map(\.status) == [200, 200, 200, 401, 400, 404])
      for answer in answers {
        #expect(answer.headers.all("access-control-allow-origin") == [Self.own], "\(answer.status)")
        #expect(answer.headers["vary"]?.lowercased().contains("origin") == true)
        let exposed = answer.headers["access-control-expose-headers"]?.lowercased() ?? ""
        for name in ["x-request-id", "x-sluice-target", "retry-after"] { #expect(exposed.contains(name)) }
        #expect(answer.headers["access-control-allow-credentials"] == nil)
      }
    }
  }

  @Test func anAnswerThatDependsOnTheOriginSaysSoToCaches() async throws {
    try await scenario { scenario in
      let gateway = try await gateway(scenario)
      for headers: HeaderList in [
        ["authorization": "Bearer sk-app-1"],
        ["origin": "https://evil.example", "authorization": "Bearer sk-app-1"],
      ] {
        let answer = try await gateway.call("GET", "/v1/models", headers: headers)
        #expect(answer.headers["vary"]?.lowercased().contains("origin") == true)
      }
    }
  }

  @Test func aStarAllowsEveryOrigin() async throws {
    try await scenario { scenario in
      let gateway = try await gateway(scenario, "[\"*\"]")
      let answer = try await preflight(gateway, from: "https://any.example")
      #expect(["*", "https://any.example"].contains(answer.headers["access-control-allow-origin"]))
    }
  }

  @Test func withoutTheSettingNoOriginIsAllowed() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let gateway = try await scenario.gateway(to: upstream)
      let answer = try await gateway.chat(headers: ["origin": Self.own])
      #expect(answer.status == 200)
      #expect(!answer.headers.names.contains { $0.hasPrefix("access-control-") })
    }
  }

  @Test func anUnknownPathIsNotAllowed() async throws {
    try await scenario { scenario in
      let gateway = try await gateway(scenario)
      #expect(try await preflight(gateway, from: Self.own, "/nowhere").status == 404)
    }
  }
}
