import GatewayTesting
import Testing

@Suite struct PlainCalls {
  @Test func relaysTheAnswerOfTheProviderByteForByte() async throws {
    try await scenario { scenario in
      let body = """
        { "id" : "x",\t"object":"chat.completion", "model":"up-2024-08", "choices":[ {"index":0,"message":{"role":
        "assistant","content":"caf\\u00e9 ☕"},"finish_reason":"stop","logprobs":null}],
          "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"odd_details":{"a":[1,2.50,1e5]}},
          "x_vendor":{"model":"m","deep":[[],{}]} , "big": 12345678901234567890 }
        """
      let upstream = try await scenario.upstream([.json(body)])
      let answer = try await scenario.gateway(to: upstream).chat()
      #expect(answer.status == 200)
      #expect(answer.text == body)
      #expect(answer.headers["content-type"] == "application/json")
    }
  }

  @Test func changesNothingOfARequestButTheModelName() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      let body = """
        {  "messages" : [ {"role":"user","content":[{"type":"text","text":"caf\\u00e9 \\"m\\""},
        {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA=="}}]} ],
          "x_vendor": {"model":"m","list":[1.0,1e+2,-0]},  "model"  :  "m" , "tools":[{"type":"function",
          "function":{"name":"f","parameters":{"type":"object"}}}],"seed":12345678901234567890 }
        """
      #expect(try await gateway.chat(body).status == 200)
      let request = try await upstream.request()
      #expect(request.text == body.replacing(#""model"  :  "m""#, with: #""model"  :  "up""#))
      #expect(request.method == "POST")
      #expect(request.target == "/v1/chat/completions")
      #expect(request.headers["host"] == "127.0.0.1:\(upstream.port)")
      #expect(request.headers["content-type"] == "application/json")
    }
  }

  @Test func findsTheModelUnderAnEscapedName() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      #expect(
        try await gateway.chat(#"{"mod\u0065l":"\u006d","messages":[{"role":"user","content":"hi"}]}"#).status == 200)
      let sent = try await upstream.request().json()
      #expect(sent["model"]?.string == "up")
      #expect(sent.members.count == 2)
    }
  }

  @Test func namesTheTargetAndTheNumberOfAttempts() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let answer = try await scenario.gateway(to: upstream).chat()
      #expect(answer.headers.all("x-sluice-target") == ["p0/up"])
      #expect(answer.headers.all("x-sluice-attempts") == ["1"])
    }
  }

  @Test func givesEveryAnswerAnIdOfItsOwnAndKeepsTheClientsInTheLog() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(headers: ["x-request-id": "of-the-provider"])])
      let gateway = try await scenario.gateway(to: upstream)
      let first = try await gateway.chat(headers: ["x-request-id": "mine-42"])
      let second = try await gateway.chat(headers: ["x-request-id": "mine-42"])
      let ids = first.headers.all("x-request-id") + second.headers.all("x-request-id")
      #expect(ids.count == 2 && Set(ids).count == 2)
      #expect(!ids.contains("mine-42") && !ids.contains("of-the-provider"))
      let line = try await gateway.logged { $0["id"]?.string == ids[0] }
      #expect(line["client_request_id"]?.string == "mine-42")
    }
  }

  @Test func logsWhatAnExchangeWas() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (11, 7))])
      let gateway = try await scenario.gateway(to: upstream)
      _ = try await gateway.chat()
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "success")
      #expect(line["status"]?.number == 200)
      #expect(line["path"]?.string == "/v1/chat/completions")
      #expect(line["model"]?.string == "m")
      #expect(line["route"]?.string == "m")
      #expect(line["target"]?.string == "p0/up")
      #expect(line["attempts"]?.elements.count == 1)
      #expect(line["attempts"]?[0]?["status"]?.number == 200)
      #expect(line["attempts"]?[0]?["failure"] == nil)
      #expect(line["usage"]?["input_uncached"]?.number == 11)
      #expect(line["usage"]?["output"]?.number == 7)
      #expect(line["usage"]?["estimated"]?.bool == false)
      #expect(line["error_code"] == nil)
    }
  }

  @Test func estimatesTheUsageThatAProviderDoesNotSend() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .json(#"{"choices":[{"index":0,"message":{"content":"one two three four"},"finish_reason":"stop"}]}"#)
      ])
      let gateway = try await scenario.gateway(to: upstream)
      let answer = try await gateway.chat()
      #expect(try answer.json()["usage"] == nil)
      let usage = try await gateway.logged()["usage"]
      #expect(usage?["estimated"]?.bool == true)
      #expect(try #require(usage?["input_uncached"]?.number) > 0)
      #expect(try #require(usage?["output"]?.number) > 0)
    }
  }

  @Test func countsCachedAndReasoningTokensOnce() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .json(
          """
          {"choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,\
          "completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":30},\
          "completion_tokens_details":{"reasoning_tokens":20}}}
          """)
      ])
      let gateway = try await scenario.gateway(to: upstream)
      _ = try await gateway.chat()
      let usage = try await gateway.logged()["usage"]
      #expect(usage?["input_uncached"]?.number == 70)
      #expect(usage?["input_cached"]?.number == 30)
      #expect(usage?["output"]?.number == 30)
      #expect(usage?["reasoning"]?.number == 20)
    }
  }

  @Test func answersOverAndOverOnOneConnection() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { [.chat("answer \($0.index)")] }
      let client = try await scenario.gateway(to: upstream).connect()
      for index in 0..<20 {
        client.post("/v1/chat/completions", ChatBody.plain())
        #expect(try await client.answer().content() == "answer \(index)")
      }
      #expect(upstream.connectionCount == 1)
    }
  }

  @Test func aLargeAnswerArrivesWhole() async throws {
    try await scenario { scenario in
      let content = String(repeating: "0123456789abcdef", count: 128 << 10)
      let upstream = try await scenario.upstream([.chat(content)])
      let answer = try await scenario.gateway(to: upstream).chat()
      #expect(try answer.content() == content)
    }
  }

  @Test func acceptsAnAnswerThatEndsWithItsConnection() async throws {
    try await scenario { scenario in
      let json = #"{"choices":[{"index":0,"message":{"content":"till the end"},"finish_reason":"stop"}]}"#
      let upstream = try await scenario.upstream([
        .text("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n\(json)"), .close,
      ])
      #expect(try await scenario.gateway(to: upstream).chat().text == json)
    }
  }

  @Test func skipsInterimAnswersOfAProvider() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"), .chat("final"),
      ])
      #expect(try await scenario.gateway(to: upstream).chat().content() == "final")
    }
  }

  @Test(arguments: [1, 7, 64])
  func acceptsAChunkedAnswerHoweverItIsCut(_ size: Int) async throws {
    try await scenario { scenario in
      let json = #"{"choices":[{"index":0,"message":{"content":"in chunks"},"finish_reason":"stop"}]}"#
      let bytes = Array(json.utf8)
      var steps: [Script.Step] = [
        .text("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
      ]
      for start in stride(from: 0, to: bytes.count, by: size) {
        let piece = String(decoding: bytes[start..<min(start + size, bytes.count)], as: UTF8.self)
        steps.append(.sendByteByByte(Array(Script.Step.chunkText(piece).utf8)))
      }
      steps.append(.end)
      let script = Script(steps)
      let upstream = try await scenario.upstream(script)
      #expect(try await scenario.gateway(to: upstream).chat().text == json)
    }
  }
}
