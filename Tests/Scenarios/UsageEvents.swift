import GatewayTesting
import Testing

@Suite struct UsageEvents {
  @Test func usageIsAskedForAndKeptFromAClientThatDidNotAsk() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(.stream("x", usage: (9, 4)))
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream()
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(!rest.events.contains { $0.data?.contains("usage") == true })
      #expect(rest.events.last?.isDone == true)
      let sent = try await upstream.request().json()
      #expect(sent["stream_options"]?["include_usage"]?.bool == true)
      #expect(sent["stream"]?.bool == true)
      let usage = try await gateway.logged()["usage"]
      #expect(usage?["input_uncached"]?.number == 9)
      #expect(usage?["output"]?.number == 4)
      #expect(usage?["estimated"]?.bool == false)
    }
  }

  @Test func aUsageBelowZeroIsEstimatedAndTold() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("four words of answer", usage: (-9, -4))])
      let gateway = try await scenario.gateway(to: upstream)
      #expect(try await gateway.chat().status == 200)
      let usage = try await gateway.logged()["usage"]
      #expect(usage?["estimated"]?.bool == true)
      #expect(try #require(usage?["input_uncached"]?.number) > 0)
      #expect(try #require(usage?["output"]?.number) > 0)
      let labels = ["gen_ai_request_model": "m", "gen_ai_provider_name": "p0"]
      #expect(try await gateway.metrics().value("sluice_implausible_usage_total", labels) == 1)
    }
  }

  @Test func aClientThatAskedGetsIt() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(.stream("x", usage: (9, 4)))
      let gateway = try await scenario.gateway(to: upstream)
      let body = ChatBody.streamed(#""stream_options":{"include_usage":true}"#)
      let (client, _) = try await gateway.stream(body)
      let rest = try await client.remainingEvents()
      let usages = try rest.events.filter { !$0.isDone }.compactMap { try $0.json()["usage"] }
      #expect(usages.count == 1)
      #expect(usages.first?["prompt_tokens"]?.number == 9)
      #expect(try await upstream.request().text == body.replacing(#""model":"m""#, with: #""model":"up""#))
    }
  }

  @Test(arguments: [#""stream_options":{"include_usage":false}"#, #""stream_options":{}"#, #""stream_options":null"#])
  func aClientThatDeclinedDoesNotGetIt(_ member: String) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(.stream("x", usage: (9, 4)))
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream(ChatBody.streamed(member))
      let rest = try await client.remainingEvents()
      #expect(rest.events.content == "x")
      #expect(!rest.events.contains { $0.data?.contains(#""usage""#) == true })
      #expect(try await upstream.request().json()["stream_options"]?["include_usage"]?.bool == true)
    }
  }

  @Test func otherStreamOptionsAreKept() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(.stream("x", usage: (9, 4)))
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream(ChatBody.streamed(#""stream_options":{"x_vendor":[1]}"#))
      _ = try await client.remainingEvents()
      let options = try await upstream.request().json()["stream_options"]
      #expect(options?["x_vendor"] == .array([.number(1)]))
      #expect(options?["include_usage"]?.bool == true)
    }
  }

  @Test func usageBesideContentStays() async throws {
    try await scenario { scenario in
      let last = """
        {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,\
        "total_tokens":5}}
        """
      let upstream = try await scenario.upstream([.streamHead, .content("x"), .event(last), .done, .end])
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream()
      #expect(try await client.remainingEvents().events.map(\.data).contains(last))
      #expect(try await gateway.logged()["usage"]?["output"]?.number == 2)
    }
  }

  @Test func plainCallsAreNotGivenStreamOptions() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      _ = try await scenario.gateway(to: upstream).chat(ChatBody.plain(#""stream":false"#))
      #expect(try await upstream.request().json()["stream_options"] == nil)
    }
  }

  @Test func theUsageIsThatOfTheAttemptThatWon() async throws {
    try await scenario { scenario in
      let failing = try await scenario.upstream([.streamHead, .usage(1000, 1000), .end])
      let working = try await scenario.upstream(.stream("x", usage: (9, 4)))
      let gateway = try await scenario.gateway(to: failing, working)
      let (client, _) = try await gateway.stream(ChatBody.streamed(#""stream_options":{"include_usage":true}"#))
      let rest = try await client.remainingEvents()
      #expect(rest.events.filter { $0.data?.contains(#""prompt_tokens":9"#) == true }.count == 1)
      #expect(!rest.events.contains { $0.data?.contains("1000") == true })
      let line = try await gateway.logged()
      #expect(line["usage"]?["input_uncached"]?.number == 9)
      #expect(line["attempts"]?.elements.count == 2)
    }
  }
}
