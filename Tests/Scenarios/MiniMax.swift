import GatewayTesting
import Testing

/// MiniMax, which says its errors with status 200 and its answers twice.
@Suite struct MiniMax {
  private static let key = ["UP_KEY": "sk-up"]

  private static func configuration(_ upstream: ScriptedUpstream, _ provider: String) -> String {
    """
    providers:
      p: { kind: minimax, \(provider)url: "\(upstream.url)", keys: [env:UP_KEY] }
    models:
      m: { targets: [p/MiniMax-M2.5], retry: { attempts: 0 } }
      vectors: { type: embedding, targets: [p/embo-01], retry: { attempts: 0 } }
    """
  }

  private static let whole =
    #"{"id":"1","choices":[{"finish_reason":"stop","index":0,"message":{"content":"ab","role":"assistant"}}],"#
    + #""created":1,"model":"MiniMax-M2.5","object":"chat.completion","usage":{"total_tokens":5,"prompt_tokens":3,"#
    + #""completion_tokens":2},"input_sensitive":false,"output_sensitive":false,"#
    + #""base_resp":{"status_code":0,"status_msg":""}}"#

  private static func piece(_ text: String) -> Script.Step {
    .event(
      #"{"id":"1","choices":[{"index":0,"delta":{"content":"\#(text)","role":"assistant"}}],"created":1,"#
        + #""model":"MiniMax-M2.5","object":"chat.completion.chunk","usage":{"total_tokens":0}}"#)
  }

  private static func error(_ code: Int, _ message: String) -> String {
    #"{"id":"1","choices":null,"base_resp":{"status_code":\#(code),"status_msg":"\#(message)"}}"#
  }

  @Test func itsOwnFormatHasItsOwnPath() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.json(Self.whole)])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "dialect: minimax, "), environment: Self.key)
      let answer = try await gateway.chat(
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 200)
      #expect(try answer.content() == "ab")
      let request = try await upstream.request()
      #expect(request.target == "/v1/text/chatcompletion_v2")
      #expect(request.headers["authorization"] == "Bearer sk-up")
      #expect(
        request.text
          == #"{"model":"MiniMax-M2.5","messages":[{"role":"user","content":"x"}],"max_completion_tokens":9}"#)
    }
  }

  @Test func theLastEventIsNotToldAsText() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, Self.piece("a"), Self.piece("b"), .event(Self.whole), .end,
      ])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "dialect: minimax, "), environment: Self.key)
      let client = try await gateway.connect()
      client.post(
        "/v1/chat/completions",
        #"{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}"#
      )
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      #expect(events.isWhole)
      #expect(events.events.last?.data == "[DONE]")
      let chunks = try events.events.dropLast().map { try $0.json() }
      #expect(chunks.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.string }.joined() == "ab")
      #expect(chunks.last?["usage"]?["total_tokens"]?.number == 5)
    }
  }

  @Test func theLastEventOfAChatIsADeltaForItsCallers() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, Self.piece("a"), Self.piece("b"), .event(Self.whole), .end,
      ])
      let gateway = try await scenario.gateway(Self.configuration(upstream, ""), environment: Self.key)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", #"{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      #expect(events.isWhole)
      #expect(
        events.events.suffix(2).first?.data
          == Self.whole.replacing(#""message":{"content":"ab","role":"assistant"}"#, with: #""delta":{}"#))
      #expect(events.events.last?.data == "[DONE]")
      #expect(try await gateway.logged()["usage"]?["output"]?.number == 2)
    }
  }

  @Test(
    arguments: ["dialect: minimax, ", ""],
    [
      (1004, 502, "provider_auth_failed"), (1008, 502, "provider_auth_failed"), (1002, 429, "provider_rate_limited"),
      (1026, 400, "content_policy_violation"), (2013, 400, "2013"), (1013, 502, "provider_error"),
    ])
  func anErrorWithStatus200IsOne(dialect: String, error: (Int, Int, String)) async throws {
    let (code, status, told) = error
    try await scenario { scenario in
      let body = Self.error(code, "the reason")
      let upstream = try await scenario.upstream { request in
        request.text.contains("whole") ? [.json(body)] : [.streamHead, .event(body), .end]
      }
      let gateway = try await scenario.gateway(Self.configuration(upstream, dialect), environment: Self.key)
      let whole = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"whole"}]}"#)
      #expect(whole.status == status)
      #expect(try whole.error()["code"]?.string == told)
      let stream = try await gateway.chat(
        #"{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(stream.status == status)
      #expect(try stream.error()["code"]?.string == told)
    }
  }

  @Test func vectorsAreTranslated() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .json(#"{"vectors":[[0.5,1]],"total_tokens":4,"base_resp":{"status_code":0,"status_msg":"success"}}"#)
      ])
      let gateway = try await scenario.gateway(Self.configuration(upstream, ""), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1/embeddings", #"{"model":"vectors","input":"a","input_type":"query"}"#)
      #expect(answer.status == 200)
      #expect(try answer.json()["data"]?[0]?["embedding"]?[1]?.number == 1)
      let request = try await upstream.request()
      #expect(request.target == "/v1/embeddings")
      #expect(request.text == #"{"model":"embo-01","texts":["a"],"type":"query"}"#)
    }
  }
}
