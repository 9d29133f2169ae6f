import GatewayTesting
import Testing

@Suite struct Refusals {
  @Test func anUnknownModelIs404WithTheNearestNamesOfTheKey() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: \(upstream.url) }
        models:
          deepseek-r1: { targets: [a/r1] }
          deepseek-r2: { targets: [a/r2] }
        consumers:
          app: { keys: [env:APP_KEY], models: [deepseek-r1] }
        """, environment: ["APP_KEY": "sk-app"])
      let answer = try await gateway.chat(ChatBody.plain(model: "deepsek-r1"), headers: ["x-api-key": "sk-app"])
      #expect(answer.status == 404)
      let error = try answer.error()
      #expect(error["code"]?.string == "model_not_found")
      #expect(error["param"]?.string == "model")
      let message = try #require(error["message"]?.string)
      #expect(message.contains("deepseek-r1"))
      #expect(!message.contains("deepseek-r2"))
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func aModelThatTheKeyMayNotUseIs403() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: "  n: { targets: [p0/n] }\nconsumers: { app: { keys: [env:APP_KEY], models: [n] } }",
        environment: ["APP_KEY": "sk-app"])
      let answer = try await gateway.chat(headers: ["x-api-key": "sk-app"])
      #expect(answer.status == 403)
      let error = try answer.error()
      #expect(error["code"]?.string == "model_not_allowed")
      #expect(error["type"]?.string == "permission_error")
      #expect(upstream.connectionCount == 0)
    }
  }

  private static let badBodies: [(body: [UInt8], code: String, parameter: String?)] = [
    (Array("".utf8), "invalid_json", nil),
    (Array("{".utf8), "invalid_json", nil),
    (Array("nonsense".utf8), "invalid_json", nil),
    (Array(#"{"model":"m",}"#.utf8), "invalid_json", nil),
    (Array(#"{"model":"m"} {}"#.utf8), "invalid_json", nil),
    (Array(#"{'model':'m'}"#.utf8), "invalid_json", nil),
    (Array(#"{"model":"m","x":NaN}"#.utf8), "invalid_json", nil),
    (Array(#"{"model":"m","x":01}"#.utf8), "invalid_json", nil),
    (Array(#"{"model":"m","x":"\q"}"#.utf8), "invalid_json", nil),
    (Array("{\"model\":\"m\",\"x\":\"\n\"}".utf8), "invalid_json", nil),
    (Array("{\"model\":\"m\",\"x\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8), "invalid_json", nil),
    (Array("{\"model\":\"m\",\"x\":\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8), "invalid_json", nil),
    (Array("[]".utf8), "", nil),
    (Array("\"m\"".utf8), "", nil),
    (Array("{}".utf8), "missing_required_parameter", "model"),
    (Array(#"{"messages":[]}"#.utf8), "missing_required_parameter", "model"),
    (Array(#"{"model":"","messages":[]}"#.utf8), "", "model"),
    (Array(#"{"model":7,"messages":[]}"#.utf8), "invalid_parameter", "model"),
    (Array(#"{"model":null,"messages":[]}"#.utf8), "", "model"),
    (Array(#"{"model":["m"],"messages":[]}"#.utf8), "invalid_parameter", "model"),
    (Array(#"{"model":"m","stream":"yes","messages":[]}"#.utf8), "invalid_parameter", "stream"),
    (Array(#"{"model":"m","stream":1,"messages":[]}"#.utf8), "invalid_parameter", "stream"),
    (Array(#"{"model":"m","model":"n","messages":[]}"#.utf8), "", "model"),
    (Array(#"{"model":"m","mod\u0065l":"n","messages":[]}"#.utf8), "", "model"),
    (Array(#"{"model":"m","stream":true,"stream":false,"messages":[]}"#.utf8), "", "stream"),
    (Array(#"{"model":"m","x":"#.utf8) + Array(repeating: UInt8(ascii: "["), count: 100_000), "invalid_json", nil),
  ]

  @Test func aBadBodyIs400InTheOpenAIEnvelope() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      for (index, bad) in Self.badBodies.enumerated() {
        let shown: Comment = "body \(index): \(String(decoding: bad.body.prefix(80), as: UTF8.self))"
        let client = try await gateway.connect()
        client.send(
          "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            + "content-length: \(bad.body.count)\r\n\r\n")
        client.send(bad.body)
        let answer = try await client.answer()
        #expect(answer.status == 400, shown)
        guard answer.status == 400 else { continue }
        let error = try answer.error()
        #expect(error["type"]?.string == "invalid_request_error", shown)
        #expect(Set(error.members.keys) == ["message", "type", "param", "code"], shown)
        if !bad.code.isEmpty { #expect(error["code"]?.string == bad.code, shown) }
        if let parameter = bad.parameter { #expect(error["param"]?.string == parameter, shown) }
        #expect(error["message"]?.string?.isEmpty == false, shown)
        await client.close()
      }
      #expect(upstream.requests.isEmpty)
      #expect(try await gateway.chat().status == 200)
    }
  }

  @Test func aRefusalLeavesTheConnectionUsable() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("after")])
      let client = try await scenario.gateway(to: upstream).connect()
      client.post("/v1/chat/completions", "{}")
      #expect(try await client.answer().status == 400)
      client.post("/v1/chat/completions", ChatBody.plain(model: "unknown"))
      #expect(try await client.answer().status == 404)
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().content() == "after")
    }
  }

  @Test func refusalsAreLoggedAndCounted() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      _ = try await gateway.chat(ChatBody.plain(model: "unknown"))
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "rejected")
      #expect(line["status"]?.number == 404)
      #expect(line["error_code"]?.string == "model_not_found")
      try await eventually("the refusal is counted") {
        try await gateway.metrics().value("sluice_exchanges_total", ["outcome": "rejected", "code": "model_not_found"])
          == 1
      }
    }
  }

  @Test func anUnknownModelIsNoMetricLabel() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      _ = try await gateway.chat(ChatBody.plain(model: "made-up-by-a-caller"))
      _ = try await gateway.logged()
      let text = try await gateway.admin("GET", "/metrics").text
      #expect(!text.contains("made-up-by-a-caller"))
    }
  }
}
