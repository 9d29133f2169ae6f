import GatewayTesting
import Testing

/// Providers that answer in a way of their own: DashScope, Dify, Coze, Spark.
@Suite struct Apps {
  private static let key = ["UP_KEY": "sk-up"]

  private static func configuration(_ upstream: ScriptedUpstream, _ provider: String, path: String = "") -> String {
    """
    providers:
      p: { \(provider), url: "\(upstream.url.dropLast("/v1".count))\(path)", keys: [env:UP_KEY] }
    models:
      m: { targets: [p/qwen-plus], retry: { attempts: 0 } }
    """
  }

  private static func dashScope(_ text: String, finish: String = "null") -> Script.Step {
    .chunk(
      "id:1\nevent:result\n:HTTP_STATUS/200\ndata:"
        + #"{"output":{"choices":[{"message":{"content":"\#(text)","role":"assistant"},"finish_reason":"\#(finish)"}]},"#
        + #""usage":{"input_tokens":3,"output_tokens":2},"request_id":"r"}"# + "\n\n")
  }

  @Test func aChatCallReachesDashScopesOwnFormat() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .json(#"{"output":{"choices":[{"finish_reason":"stop","message":{"content":"hi"}}]},"request_id":"r"}"#)
      ])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "kind: dashscope, dialect: dashscope", path: "/api/v1"), environment: Self.key)
      let answer = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 200)
      #expect(try answer.content() == "hi")
      let request = try await upstream.request()
      #expect(request.target == "/api/v1/services/aigc/text-generation/generation")
      #expect(request.headers["x-dashscope-sse"] == nil)
    }
  }

  @Test func aStreamIsAskedOfDashScopeInTheHead() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, Self.dashScope("a"), Self.dashScope("b", finish: "stop"), .end,
      ])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "kind: dashscope, dialect: dashscope"), environment: Self.key)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", #"{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      #expect(events.isWhole)
      #expect(events.events.last?.data == "[DONE]")
      let request = try await upstream.request()
      #expect(request.headers["x-dashscope-sse"] == "enable")
      #expect(request.text.contains(#""incremental_output":true"#))
    }
  }

  @Test func aPlainCallThatThinksIsStreamedAndPutTogether() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, Self.dashScope("a"), Self.dashScope("b", finish: "stop"), .end,
      ])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "kind: dashscope, dialect: dashscope"), environment: Self.key)
      let answer = try await gateway.chat(
        #"{"model":"m","reasoning_effort":"low","messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 200)
      #expect(answer.headers["content-type"]?.hasPrefix("application/json") == true)
      #expect(try answer.content() == "ab")
      #expect(try await upstream.request().headers["x-dashscope-sse"] == "enable")
      #expect(try await gateway.logged()["usage"]?["input_uncached"]?.number == 3)
    }
  }

  @Test func aCallerOfDashScopesReachesChatAndGetsEventsThatRepeatThemselves() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(.stream("a", "b"))
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "kind: openai-compatible", path: "/v1"), environment: Self.key)
      let client = try await gateway.connect()
      client.post(
        "/api/v1/services/aigc/text-generation/generation",
        #"{"model":"m","input":{"messages":[{"role":"user","content":"x"}]},"parameters":{}}"#,
        headers: ["X-DashScope-SSE": "enable"])
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      let texts = try events.events.map { event in
        try event.json()["output"]?["choices"]?[0]?["message"]?["content"]?.string
      }
      #expect(texts == ["a", "ab", "ab"])
    }
  }

  @Test func aDifyAgentIsStreamedAndPutTogether() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, .event(#"{"event":"agent_message","message_id":"1","answer":"a"}"#),
        .event(#"{"event":"agent_message","message_id":"1","answer":"b"}"#),
        .event(#"{"event":"message_end","metadata":{"usage":{"prompt_tokens":3,"completion_tokens":2}}}"#), .end,
      ])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "kind: dify, app: agent", path: "/v1"), environment: Self.key)
      let answer = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 200)
      #expect(try answer.content() == "ab")
      let request = try await upstream.request()
      #expect(request.target == "/v1/chat-messages")
      #expect(request.text.contains(#""response_mode":"streaming""#))
    }
  }

  @Test func anErrorInTheStreamOfAPlainCallIsAnError() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, .event(#"{"event":"agent_message","message_id":"1","answer":"a"}"#),
        .event(#"{"event":"error","status":400,"code":"completion_request_error","message":"no such model"}"#), .end,
      ])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "kind: dify, app: agent", path: "/v1"), environment: Self.key)
      let answer = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 502)
      #expect(try answer.error()["message"]?.string?.contains("no such model") == true)
    }
  }

  @Test func aRefusalOfCozesWithStatus200IsAnError() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json(#"{"code":4000,"msg":"no such bot"}"#)])
      let gateway = try await scenario.gateway(Self.configuration(upstream, "kind: coze"), environment: Self.key)
      let answer = try await gateway.chat(
        #"{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 502)
      #expect(try answer.error()["message"]?.string?.contains("no such bot") == true)
      #expect(try await upstream.request().target == "/v3/chat")
    }
  }

  @Test func aStreamOfSparksHasAReasonForItsCallers() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .content("a"), .done, .end])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "kind: spark", path: "/v1"), environment: Self.key)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", #"{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      #expect(events.isWhole)
      #expect(events.events.count == 3)
      #expect(try events.events[1].json()["choices"]?[0]?["finish_reason"]?.string == "stop")
    }
  }
}
