import GatewayTesting
import Testing

@Suite struct Surfaces {
  @Test func completionsReachTheirPath() async throws {
    try await scenario { scenario in
      let body = #"{"object":"text_completion","choices":[{"index":0,"text":"done","finish_reason":"stop"}]}"#
      let upstream = try await scenario.upstream([.json(body)])
      let gateway = try await scenario.gateway(to: upstream)
      let answer = try await gateway.call("POST", "/v1/completions", #"{"model":"m","prompt":"say"}"#)
      #expect(answer.status == 200)
      #expect(answer.text == body)
      let request = try await upstream.request()
      #expect(request.target == "/v1/completions")
      #expect(request.text == #"{"model":"up","prompt":"say"}"#)
    }
  }

  @Test func completionsAreStreamed() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, .event(#"{"object":"text_completion","choices":[{"index":0,"text":"a","finish_reason":null}]}"#),
        .event(#"{"object":"text_completion","choices":[{"index":0,"text":"b","finish_reason":"stop"}]}"#), .done, .end,
      ])
      let client = try await scenario.gateway(to: upstream).connect()
      client.post("/v1/completions", #"{"model":"m","prompt":"say","stream":true}"#)
      #expect(try await client.head().status == 200)
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.compactMap { (try? $0.json())?["choices"]?[0]?["text"]?.string } == ["a", "b"])
      #expect(rest.events.last?.isDone == true)
    }
  }

  @Test func embeddingsReachAnEmbeddingModel() async throws {
    try await scenario { scenario in
      let body = """
        {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-2e-3]}],"model":"up",\
        "usage":{"prompt_tokens":4,"total_tokens":4}}
        """
      let upstream = try await scenario.upstream([.json(body)])
      let gateway = try await scenario.gateway(to: upstream, model: "type: embedding")
      let answer = try await gateway.call("POST", "/v1/embeddings", #"{"model":"m","input":["a","b"]}"#)
      #expect(answer.status == 200)
      #expect(answer.text == body)
      let request = try await upstream.request()
      #expect(request.target == "/v1/embeddings")
      #expect(request.text == #"{"model":"up","input":["a","b"]}"#)
      #expect(try await gateway.logged()["usage"]?["input_uncached"]?.number == 4)
    }
  }

  @Test func aModelOfAnotherTypeIsRefused() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      let answer = try await gateway.call("POST", "/v1/embeddings", #"{"model":"m","input":"a"}"#)
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "model_type_mismatch")
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test func aWildcardPassesTheNameOn() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: \(upstream.url) }
        models:
          "qwen-*": { targets: [a/*] }
          qwen-max: { targets: [a/the-exact-one] }
          "qwen-long-*": { targets: [a/the-longest] }
        """)
      for (asked, sent) in [
        ("qwen-plus", "qwen-plus"), ("qwen-max", "the-exact-one"), ("qwen-long-2", "the-longest"),
      ] {
        let before = upstream.requests.count
        #expect(try await gateway.chat(ChatBody.plain(model: asked)).status == 200)
        #expect(try await upstream.request(before).json()["model"]?.string == sent)
      }
    }
  }

  @Test func aBareNameIsAnotherModelWithAllOfItsRouting() async throws {
    try await scenario { scenario in
      let failing = try await scenario.upstream([.error(500)])
      let working = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        to: failing, working, model: "retry: { attempts: 0 }", top: "  fast: { targets: [m] }")
      let answer = try await gateway.chat(ChatBody.plain(model: "fast"))
      #expect(try answer.content() == "from the backup")
      #expect(answer.headers["x-sluice-target"] == "p1/up")
      #expect(answer.headers["x-sluice-attempts"] == "2")
    }
  }
}
