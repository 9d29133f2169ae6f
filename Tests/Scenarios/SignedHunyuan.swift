import Foundation
import GatewayTesting
import Testing

/// Tencent Cloud's signed API, which answers errors with status 200.
@Suite struct SignedHunyuan {
  private static let secrets = ["SECRET_ID": "AKIDtest", "SECRET_KEY": "tencent-secret"]
  private static let signature = TencentCloudSignature(
    secretID: "AKIDtest", secretKey: "tencent-secret", service: "hunyuan")

  private static func configuration(_ upstream: ScriptedUpstream, _ more: String = "") -> String {
    """
    providers:
      p:
        kind: hunyuan
        url: "\(upstream.url.dropLast("/v1".count))"
        secretID: env:SECRET_ID
        secretKey: env:SECRET_KEY
        \(more)
    models:
      m: { targets: [p/hunyuan-turbos-latest], retry: { attempts: 0 } }
      vectors: { type: embedding, targets: [p/hunyuan-embedding], retry: { attempts: 0 } }
    """
  }

  private static func event(_ text: String, finish: String = "") -> Script.Step {
    .event(
      #"{"Note":"n","Choices":[{"Index":0,"Delta":{"Role":"assistant","Content":"\#(text)"},"#
        + #""FinishReason":"\#(finish)"}],"Created":1,"Id":"i","#
        + #""Usage":{"PromptTokens":3,"CompletionTokens":2,"TotalTokens":5}}"#)
  }

  private static func error(_ code: String, _ message: String) -> Script.Step {
    .json(#"{"Response":{"Error":{"Code":"\#(code)","Message":"\#(message)"},"RequestId":"r"}}"#)
  }

  private func checkSignature(of request: ReceivedRequest, action: String) {
    #expect(Self.signature.fault(in: request, now: Int(Date().timeIntervalSince1970)) == nil)
    #expect(request.headers["x-tc-action"] == action)
    #expect(request.headers["x-tc-version"] == "2023-09-01")
    #expect(!request.headers.fields.contains { $0.value.contains("tencent-secret") })
  }

  @Test func aCallIsSignedAndHasTheBodyOfTheAction() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .json(
          #"{"Response":{"RequestId":"r","Id":"i","Created":1,"Choices":[{"FinishReason":"stop","#
            + #""Message":{"Role":"assistant","Content":"hi"}}],"#
            + #""Usage":{"PromptTokens":3,"CompletionTokens":2,"TotalTokens":5}}}"#)
      ])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "region: ap-guangzhou"), environment: Self.secrets)
      let answer = try await gateway.chat(
        #"{"model":"m","temperature":0.5,"stop":"END","seed":7,"messages":[{"role":"system","content":"Be brief."},"#
          + #"{"role":"user","content":"Weather?"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","#
          + #""type":"function","function":{"name":"f","arguments":"{}"}}]},"#
          + #"{"role":"tool","tool_call_id":"c","content":"rain"}],"#
          + #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}"#)
      #expect(answer.status == 200)
      #expect(try answer.content() == "hi")
      let request = try await upstream.request()
      checkSignature(of: request, action: "ChatCompletions")
      #expect(request.headers["x-tc-region"] == "ap-guangzhou")
      #expect(HunyuanSchema.fault(in: try request.json()) == nil)
      #expect(!"\(try await gateway.logged())".contains("tencent-secret"))
    }
  }

  @Test func aStreamOfItsReachesAnyCaller() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, Self.event("a"), Self.event("b"), Self.event("", finish: "stop"), .end,
      ])
      let gateway = try await scenario.gateway(Self.configuration(upstream), environment: Self.secrets)
      let client = try await gateway.connect()
      client.post(
        "/v1/messages",
        #"{"model":"m","max_tokens":10,"stream":true,"messages":[{"role":"user","content":"x"},"#
          + #"{"role":"user","content":"y"}]}"#)
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      #expect(events.isWhole)
      let texts = try events.events.compactMap { try $0.json()["delta"]?["text"]?.string }
      #expect(texts == ["a", "b"])
      let request = try await upstream.request()
      checkSignature(of: request, action: "ChatCompletions")
      #expect(request.headers["x-tc-region"] == nil)
      #expect(try request.json()["Stream"]?.bool == true)
      #expect(HunyuanSchema.fault(in: try request.json()) == nil)
    }
  }

  @Test func aBodyTooLargeForOneWriteIsSignedWhole() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .json(#"{"Response":{"Choices":[{"FinishReason":"stop","Message":{"Role":"assistant","Content":"hi"}}]}}"#)
      ])
      let gateway = try await scenario.gateway(Self.configuration(upstream), environment: Self.secrets)
      let text = String(repeating: "long ", count: 20_000)
      let answer = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]}"#)
      #expect(answer.status == 200)
      checkSignature(of: try await upstream.request(), action: "ChatCompletions")
    }
  }

  @Test func vectorsAreAnotherAction() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .json(
          #"{"Response":{"Data":[{"Embedding":[0.5,1],"Index":0,"Object":"embedding"},{"Embedding":[1,0],"Index":1}],"#
            + #""Usage":{"PromptTokens":4,"TotalTokens":4},"RequestId":"r"}}"#)
      ])
      let gateway = try await scenario.gateway(Self.configuration(upstream), environment: Self.secrets)
      let answer = try await gateway.call("POST", "/v1/embeddings", #"{"model":"vectors","input":["a","b"]}"#)
      #expect(answer.status == 200)
      #expect(try answer.json()["data"]?.elements.count == 2)
      let request = try await upstream.request()
      checkSignature(of: request, action: "GetEmbedding")
      #expect(request.text == #"{"InputList":["a","b"]}"#)
    }
  }

  @Test(arguments: [
    ("AuthFailure.SignatureFailure", 502, "provider_auth_failed"),
    ("ResourceUnavailable.InArrears", 502, "provider_auth_failed"),
    ("RequestLimitExceeded", 429, "provider_rate_limited"), ("InvalidParameterValue.ParameterValueError", 400, nil),
    ("OperationDenied.TextIllegalDetected", 400, "content_policy_violation"), ("InternalError", 502, "provider_error"),
  ])
  func anErrorWithStatus200IsOne(code: String, status: Int, told: String?) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([Self.error(code, "the reason")])
      let gateway = try await scenario.gateway(Self.configuration(upstream), environment: Self.secrets)
      for stream in [false, true] {
        let answer = try await gateway.chat(
          #"{"model":"m","stream":\#(stream),"messages":[{"role":"user","content":"x"}]}"#)
        #expect(answer.status == status)
        #expect(try answer.error()["code"]?.string == told ?? code)
        // What is said of a refused key stays in the gateway.
        #expect(try answer.error()["message"]?.string?.contains("the reason") == (told != "provider_auth_failed"))
      }
    }
  }

  @Test func anErrorInTheStreamEndsIt() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, Self.event("a"), .event(#"{"Note":"n","Id":"i","ErrorMsg":{"Msg":"timed out","Code":4001}}"#),
        .end,
      ])
      let gateway = try await scenario.gateway(Self.configuration(upstream), environment: Self.secrets)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", #"{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      #expect(try events.events.last?.json()["error"]?["message"]?.string?.contains("timed out") == true)
    }
  }

  @Test func aSchemaGoesToTheNextTargetThatHasOne() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("{}")])
      let gateway = try await scenario.gateway(
        """
        providers:
          p: { kind: hunyuan, url: "\(upstream.url.dropLast(3))", secretID: env:SECRET_ID, secretKey: env:SECRET_KEY }
          q: { kind: openai-compatible, url: "\(upstream.url)" }
        models:
          m: { targets: [p/hunyuan-turbos-latest, q/up] }
        """, environment: Self.secrets)
      let answer = try await gateway.chat(
        #"{"model":"m","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 200)
      #expect(try await upstream.request().target == "/v1/chat/completions")
    }
  }
}
