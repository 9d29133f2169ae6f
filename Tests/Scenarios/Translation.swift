import GatewayTesting
import Testing

/// Callers and providers that speak different dialects. What each pair says is tested with the SDKs and on fixtures; here is what
/// the gateway does around it.
@Suite struct Translation {
  private static let message = #"""
    {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"hi"}],\#
    "stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}
    """#

  /// `m`: first the Messages API, then chat.
  private static func configuration(_ claude: ScriptedUpstream, _ chat: ScriptedUpstream? = nil) -> String {
    """
    providers:
      claude: { kind: anthropic, url: \(claude.url), keys: [env:UP_KEY] }
      chat: { kind: openai-compatible, url: \((chat ?? claude).url)/v1 }
    models:
      m: { targets: [claude/c\(chat == nil ? "" : ", chat/up")], retry: { attempts: 0 } }
      plain: { targets: [chat/up], retry: { attempts: 0 } }
    """
  }

  private static let key = ["UP_KEY": "sk-up"]

  @Test func aChatCallReachesAMessagesAPI() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let gateway = try await scenario.gateway(Self.configuration(claude), environment: Self.key)
      let answer = try await gateway.chat(
        #"{"model":"m","messages":[{"role":"user","content":"a\ud83d\ude00b"}],"seed":7,"temperature":1e-1,"zap":1}"#)
      #expect(answer.status == 200)
      #expect(try answer.content() == "hi")
      #expect(answer.headers["x-sluice-dropped"] == "seed, zap")
      #expect(answer.headers["x-sluice-target"] == "claude/c")
      let request = try await claude.request()
      #expect(request.target == "/v1/messages")
      #expect(request.headers["anthropic-version"] == "2023-06-01")
      #expect(request.headers["x-api-key"] == "sk-up")
      #expect(request.headers["authorization"] == nil)
      #expect(request.text.contains(#""content":"a\ud83d\ude00b""#))
      #expect(request.text.contains(#""temperature":1e-1"#))
      #expect(try await gateway.logged()["usage"]?["input_uncached"]?.number == 3)
    }
  }

  @Test func anEffortMeansWhatTheModelSaysInTokens() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let gateway = try await scenario.gateway(
        Self.configuration(claude) + "\n  more: { targets: [claude/c], effortBudgets: { high: 20000 } }",
        environment: Self.key)
      let answer = try await gateway.chat(
        #"{"model":"more","messages":[{"role":"user","content":"x"}],"reasoning_effort":"high"}"#)
      #expect(answer.status == 200)
      #expect(try await claude.request().text.contains(#""budget_tokens":20000"#))
    }
  }

  @Test func aPartThatOneTargetHasNotLeadsToTheNext() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let chat = try await scenario.upstream([.chat("two")])
      let gateway = try await scenario.gateway(Self.configuration(claude, chat), environment: Self.key)
      let answer = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"x"}],"n":2}"#)
      #expect(answer.status == 200)
      #expect(answer.headers["x-sluice-target"] == "chat/up")
      #expect(answer.headers["x-sluice-attempts"] == "1")
      #expect(claude.requests.isEmpty)
    }
  }

  @Test func aPartThatNoTargetHasIsNamed() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let gateway = try await scenario.gateway(Self.configuration(claude), environment: Self.key)
      let answer = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"x"}],"n":2}"#)
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "unsupported_by_model")
      #expect(try answer.error()["param"]?.string == "n")
      #expect(claude.requests.isEmpty)
    }
  }

  @Test func aMistakeIsToldInTheCallersDialectWithItsPath() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(Self.configuration(chat), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1/messages",
        #"{"model":"plain","max_tokens":9,"messages":[{"role":"user","content":[{"type":"picture"}]}]}"#)
      #expect(answer.status == 400)
      #expect(try answer.json()["type"]?.string == "error")
      #expect(try answer.json()["error"]?["type"]?.string == "invalid_request_error")
      #expect(try answer.json()["error"]?["message"]?.string?.contains("messages[0].content[0].type") == true)
      let unknown = try await gateway.call(
        "POST", "/v1beta/models/nobody:generateContent", #"{"contents":[{"parts":[{"text":"x"}]}]}"#)
      #expect(unknown.status == 404)
      #expect(try unknown.json()["error"]?["status"]?.string == "NOT_FOUND")
      let bedrock = try await gateway.call("POST", "/model/nobody/converse", #"{"messages":[]}"#)
      #expect(bedrock.status == 404)
      #expect(bedrock.headers["x-amzn-errortype"] != nil)
    }
  }

  @Test func aTranslatedStreamFailsOverBeforeItsFirstContent() async throws {
    try await scenario { scenario in
      let broken =
        #"event: error"# + "\n" + #"data: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#
      let claude = try await scenario.upstream([
        .streamHead, .chunk("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n"),
        .chunk(broken + "\n\n"), .end,
      ])
      let chat = try await scenario.upstream(.stream("from", " chat"))
      let gateway = try await scenario.gateway(Self.configuration(claude, chat), environment: Self.key)
      let client = try await gateway.connect()
      client.post("/v1/responses", #"{"model":"m","input":"x","stream":true}"#)
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      #expect(events.isWhole)
      let texts = events.events.filter { $0.name == "response.output_text.delta" }
      #expect(try texts.map { try $0.json()["delta"]?.string } == ["from", " chat"])
      #expect(events.events.last?.name == "response.completed")
    }
  }

  @Test func aTranslatedStreamThatBreaksEndsInTheCallersDialect() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream([.streamHead, .role, .content("a"), .close])
      let gateway = try await scenario.gateway(Self.configuration(chat), environment: Self.key)
      let client = try await gateway.connect()
      client.post(
        "/v1/messages",
        #"{"model":"plain","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(try await client.head().status == 200)
      let events = try await client.remainingEvents()
      #expect(events.events.last?.name == "error")
      #expect(!events.events.contains { $0.name == "message_stop" })
      #expect(try await gateway.logged()["outcome"]?.string == "broken")
    }
  }

  @Test func tokensAreCountedWithoutAProvider() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(Self.configuration(chat), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1/messages/count_tokens",
        #"{"model":"plain","system":"Be brief.","messages":[{"role":"user","content":"How are you today?"}]}"#)
      #expect(answer.status == 200)
      #expect(answer.headers["x-sluice-estimated"] == "true")
      #expect(try #require(try answer.json()["input_tokens"]?.number) > 3)
      #expect(chat.requests.isEmpty)
    }
  }

  @Test func aKeyInTheQueryWorksForGeminiOnlyAndIsNotLogged() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        Self.configuration(chat) + "\nconsumers: { app: { keys: [env:APP] } }",
        environment: ["UP_KEY": "sk-up", "APP": "sk-app-query"])
      let body = #"{"contents":[{"parts":[{"text":"x"}]}]}"#
      let path = "/v1beta/models/plain:generateContent"
      #expect(try await gateway.call("POST", path + "?key=sk-app-query", body).status == 200)
      #expect(try await gateway.call("POST", path, body, headers: ["x-goog-api-key": "sk-app-query"]).status == 200)
      #expect(try await gateway.call("POST", path + "?key=wrong", body).status == 401)
      let chatBody = #"{"model":"plain","messages":[{"role":"user","content":"x"}]}"#
      #expect(try await gateway.call("POST", "/v1/chat/completions?key=sk-app-query", chatBody).status == 401)
      #expect(!gateway.child.output.contains("sk-app-query"))
      #expect(!gateway.programLog.contains("sk-app-query"))
    }
  }

  @Test func parametersOfAModelReachEveryDialect() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let gateway = try await scenario.gateway(
        """
        providers: { claude: { kind: anthropic, url: \(claude.url) } }
        models:
          m: { targets: [claude/c], parameters: { default: { temperature: 0.25 }, clamp: { max_tokens: [1, 50] } } }
        """)
      let answer = try await gateway.call(
        "POST", "/v1/messages", #"{"model":"m","max_tokens":900,"messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 200)
      let request = try await claude.request()
      #expect(request.text.contains(#""temperature":0.25"#))
      #expect(request.text.contains(#""max_tokens":50"#))
    }
  }

  @Test func aSignatureGoesBackToItsVendorOnly() async throws {
    try await scenario { scenario in
      let thought = #"""
        {"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking",\#
        "thinking":"hm","signature":"c2ln"},{"type":"text","text":"hi"}],"stop_reason":"end_turn",\#
        "stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}
        """#
      let claude = try await scenario.upstream([.json(thought)])
      let chat = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(Self.configuration(claude, chat), environment: Self.key)
      let first = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#)
      let details = try #require(try first.json()["choices"]?[0]?["message"]?["reasoning_details"]?[0])
      let signature = try #require(details["signature"]?.string)
      #expect(signature != "c2ln")
      let second = #"""
        {"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"hi",\#
        "reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"\#(signature)"}]},\#
        {"role":"user","content":"y"}]}
        """#
      #expect(try await gateway.chat(second).status == 200)
      #expect(claude.requests.last?.text.contains(#""signature":"c2ln""#) == true)
    }
  }

  @Test func parametersOfADialectsOwnWordsLeaveTheRestOfTheBody() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let gateway = try await scenario.gateway(
        Self.configuration(claude).replacing(
          "m: { targets",
          with:
            "m: { parameters: { default: { stop: END, temperature: 0.5 }, clamp: { max_tokens: [1, 100] } }, targets"),
        environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1/messages",
        #"{"model":"m","max_tokens":500,"messages":[{"role":"user","content":"x"}],"mcp_servers":[{"zap":1e2}]}"#)
      #expect(answer.status == 200)
      #expect(
        try await claude.request().text
          == #"{"stop_sequences":["END"],"temperature":0.5,"model":"c","max_tokens":100,"#
          + #""messages":[{"role":"user","content":"x"}],"mcp_servers":[{"zap":1e2}]}"#)
    }
  }

  @Test func aTextThatIsTooLongIsToldInOpenAIsWords() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([
        .json(
          #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}}"#,
          status: 400)
      ])
      let gateway = try await scenario.gateway(Self.configuration(claude), environment: Self.key)
      let answer = try await gateway.chat()
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "context_length_exceeded")
      #expect(try await gateway.logged()["error_code"]?.string == "context_length_exceeded")
    }
  }

  @Test func aRefusalOfTheContentWithinA200IsTheCallers() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .json(#"{"error":{"message":"input new_sensitive","code":"1026"}}"#)
      ])
      let gateway = try await scenario.gateway(Self.configuration(upstream), environment: Self.key)
      let answer = try await gateway.chat(#"{"model":"plain","messages":[{"role":"user","content":"x"}]}"#)
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "content_policy_violation")
    }
  }

  @Test func aStreamThatBreaksOffIsToldWithItsCount() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream([.streamHead, .role, .content("one"), .close])
      let gateway = try await scenario.gateway(Self.configuration(chat), environment: Self.key)
      let client = try await gateway.connect()
      client.post("/v1/responses", #"{"model":"plain","input":"x","stream":true}"#)
      _ = try await client.head()
      let events = try await client.remainingEvents().events
      let last = try events.last?.json()
      #expect(last?["type"]?.string == "response.failed")
      #expect(last?["sequence_number"]?.number == Double(events.count - 1))
    }
  }

  @Test func thePathOfAPartIsTheCallers() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let gateway = try await scenario.gateway(Self.configuration(claude), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1beta/models/m:generateContent",
        #"{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"candidateCount":2}}"#)
      #expect(answer.status == 400)
      #expect(answer.text.contains("several choices"))
      #expect(try await gateway.logged()["error_code"]?.string == "unsupported_by_model")
    }
  }

  @Test func mediaThatATargetDoesNotTakeAreNamedByTheirPlace() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let gateway = try await scenario.gateway(Self.configuration(claude), environment: Self.key)
      let answer = try await gateway.chat(
        """
        {"model":"m","messages":[{"role":"user","content":[{"type":"input_audio",\
        "input_audio":{"data":"QUJD","format":"wav"}}]}]}
        """)
      #expect(try answer.error()["code"]?.string == "unsupported_by_model")
      #expect(try answer.error()["param"]?.string == "messages[0].content[0].input_audio.data")
    }
  }

  @Test func aModelThatCanIsNamed() async throws {
    try await scenario { scenario in
      let claude = try await scenario.upstream([.json(Self.message)])
      let gateway = try await scenario.gateway(Self.configuration(claude), environment: Self.key)
      let answer = try await gateway.chat(#"{"model":"m","messages":[{"role":"user","content":"x"}],"n":2}"#)
      #expect(answer.status == 400)
      let message = try answer.error()["message"]?.string ?? ""
      #expect(message.hasSuffix("the model 'plain' of this gateway can"), "\(message)")
    }
  }

  @Test func aTargetThatSaysWhatItCanIsPassedOver() async throws {
    try await scenario { scenario in
      let first = try await scenario.upstream([.chat("one")])
      let second = try await scenario.upstream([.chat("two")])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: "\(first.url)" }
          b: { kind: openai-compatible, url: "\(second.url)" }
        models:
          m: { targets: [{ provider: a, model: x, capabilities: [tools] }, b/y] }
          small: { targets: [{ provider: a, model: x, capabilities: [] }] }
        """)
      let image = #"[{"type":"image_url","image_url":{"url":"https://h/i.png"}}]"#
      func ask(_ model: String, _ content: String, _ more: String = "") async throws -> Answer {
        try await gateway.chat(#"{"model":"\#(model)","messages":[{"role":"user","content":\#(content)}]\#(more)}"#)
      }
      let tools = #","tools":[{"type":"function","function":{"name":"f"}}]"#
      #expect(try await ask("m", #""x""#, tools).content() == "one")
      #expect(try await ask("m", image).content() == "two")
      #expect(try await ask("small", #""x""#).content() == "one")
      let refused = try await ask("small", #""x""#, tools)
      #expect(refused.status == 400)
      #expect(try refused.error()["message"]?.string?.hasSuffix("the model 'm' of this gateway can") == true)
    }
  }

  // MARK: Gemini's other forms

  @Test func aStreamWithoutEventsIsAnArray() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream(.stream("one", "two", usage: (3, 2)))
      let gateway = try await scenario.gateway(Self.configuration(chat), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1beta/models/plain:streamGenerateContent", #"{"contents":[{"parts":[{"text":"x"}]}]}"#)
      #expect(answer.headers["content-type"] == "application/json")
      let first = try answer.json()[0]?["candidates"]?[0]?["content"]?["parts"]?[0]?["text"]?.string
      #expect(first == "one")
      #expect(answer.text.contains("usageMetadata"))
    }
  }

  @Test func anArrayThatBreaksOffEndsWithItsError() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream([.streamHead, .role, .content("one"), .close])
      let gateway = try await scenario.gateway(Self.configuration(chat), environment: Self.key)
      let answer = try await gateway.call(
        "POST", "/v1beta/models/plain:streamGenerateContent?x=1", #"{"contents":[{"parts":[{"text":"x"}]}]}"#)
      let elements = try answer.json()
      #expect(elements[0]?["candidates"]?[0]?["content"]?["parts"]?[0]?["text"]?.string == "one")
      #expect(elements[1]?["error"]?["message"]?.string?.contains("broke off") == true)
    }
  }

  @Test func modelsAreListedInTheFormOfTheCaller() async throws {
    try await scenario { scenario in
      let chat = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(Self.configuration(chat), environment: Self.key)
      let gemini = try await gateway.call("GET", "/v1beta/models?pageSize=50")
      #expect(try gemini.json()["models"]?[0]?["name"]?.string == "models/m")
      #expect(try await gateway.call("GET", "/v1beta/models/plain").json()["displayName"]?.string == "plain")
      let claude: HeaderList = ["anthropic-version": "2023-06-01"]
      let messages = try await gateway.call("GET", "/v1/models", headers: claude)
      #expect(try messages.json()["data"]?[1]?["id"]?.string == "plain")
      #expect(try messages.json()["has_more"]?.bool == false)
      let created = try messages.json()["data"]?[0]?["created_at"]?.string ?? ""
      #expect(created.hasPrefix("20") && created.hasSuffix("Z") && created.count == 20)
      let missing = try await gateway.call("GET", "/v1/models/zz", headers: claude)
      #expect(missing.status == 404)
      #expect(try missing.json()["type"]?.string == "error")
      #expect(try await gateway.call("GET", "/v1/models").json()["object"]?.string == "list")
    }
  }
}
