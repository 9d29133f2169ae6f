import GatewayCore
import GatewayDialects
import Testing

@Suite("Cohere answers")
struct CohereAnswerTests {
  static let names = ["text", "tools", "thinking", "length", "filtered", "citations"]

  static let expected: [String: [String]] = [
    "text": ["text Hello, Wörld! 😀\nIt's \"quoted\".", "finish stop", "usage 8+4 9+0"],
    "tools": [
      "text Let me look.", #"call get_weather_p1t92w7gfgq7 get_weather {"city":"Zürich","days":2}"#,
      #"call get_time_ay6nmvjgp9vn get_time {"tz":"Europe/Zurich","precise":1e-9}"#, "finish toolCalls",
      "usage 50+0 30+0",
    ],
    "thinking": ["thought The user greets me.", "text Hi!", "finish stop", "usage 20+0 15+0"],
    "length": ["text Once upon a", "finish length", "usage 5+0 3+0"],
    "filtered": ["text I", "finish contentFilter", "usage 7+0 1+0"],
    "citations": ["text The tall ones. [4..8 Penguins https://example.com/p]", "finish stop", "usage 30+0 12+0"],
  ]

  @Test("An answer is read", arguments: names)
  func readsAnswer(name: String) throws {
    let answer = try CohereTesting.answer(CohereTesting.file("\(name).answer.json"))
    #expect(CohereTesting.lines(answer) == Self.expected[name])
    #expect(answer.id?.count == 36)
  }

  @Test("A stream is the same answer as without streaming", arguments: names)
  func readsStream(name: String) throws {
    let stream = try CohereTesting.deltas(CohereTesting.file("\(name).stream.txt"))
    let plain = try CohereTesting.answer(CohereTesting.file("\(name).answer.json"))
    let assembled = CohereTesting.assembled(stream)
    #expect(assembled.isEnded)
    #expect(CohereTesting.lines(assembled.answer) == CohereTesting.lines(plain))
    #expect(assembled.answer.id == plain.id)
  }

  @Test("What is written for a client is read back as the same answer", arguments: names)
  func writesAnswer(name: String) throws {
    let plain = try CohereTesting.answer(CohereTesting.file("\(name).answer.json"))
    let again = try CohereTesting.answer(CohereTesting.written(plain))
    #expect(CohereTesting.lines(again) == CohereTesting.lines(plain))
    #expect(again.id == "00112233-4455-6677-8899-aabbccddeeff")
  }

  @Test("A stream written for a client is read back as the same answer", arguments: names)
  func writesStream(name: String) throws {
    let plain = try CohereTesting.answer(CohereTesting.file("\(name).answer.json"))
    for deltas in [plain.deltas, try CohereTesting.deltas(CohereTesting.file("\(name).stream.txt"))] {
      let again = CohereTesting.assembled(try CohereTesting.deltas(CohereTesting.encoded(deltas))).answer
      #expect(CohereTesting.lines(again) == CohereTesting.lines(plain))
    }
  }

  @Test("Events have the shape and the order of the API")
  func writesEvents() throws {
    let stream = CohereTesting.encoded(try CohereTesting.deltas(CohereTesting.file("thinking.stream.txt")))
    let types = stream.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
    #expect(
      types == [
        "message-start", "content-start", "content-delta", "content-delta", "content-delta", "content-end",
        "content-start", "content-delta", "content-delta", "content-end", "message-end",
      ])
    #expect(stream.hasSuffix("\n\ndata: [DONE]\n\n"))
    #expect(
      stream.contains(
        """
        event: content-start
        data: {"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}

        event: content-delta
        data: {"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"Hi"}}}}


        """))
  }

  @Test("A stream of tool calls is written event by event")
  func writesCalls() throws {
    let stream = CohereTesting.encoded(try CohereTesting.deltas(CohereTesting.file("tools.stream.txt")))
    let start = #"{"id":"get_time_ay6nmvjgp9vn","type":"function","function":{"name":"get_time","arguments":""}}}}}"#
    #expect(
      stream.contains(
        "event: tool-call-start\n" + #"data: {"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":"#
          + start + "\n\n"))
    #expect(
      stream.contains(
        #"{"type":"tool-call-delta","index":1,"delta":{"message":{"tool_calls":{"function":{"arguments":"-9}"}}}}}"#))
    #expect(stream.contains("event: tool-call-end\ndata: {\"type\":\"tool-call-end\",\"index\":1}\n\n"))
  }

  @Test("Escapes, half surrogates and digits are moved, not rewritten")
  func keepsText() throws {
    let body =
      #"{"id":"x","finish_reason":"COMPLETE","message":{"content":[{"type":"text","text":"a\/\ud83d\u0041"}],"#
      + #""tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"n\":12345678901234567890,\"e\":1e-9}"}}]}}"#
    let written = CohereTesting.written(try CohereTesting.answer(body))
    #expect(written.contains(#""text":"a\/\ud83d\u0041""#))
    #expect(written.contains(#""arguments":"{\"n\":12345678901234567890,\"e\":1e-9}""#))
  }

  @Test("Tokens are what was used, not what was billed")
  func readsTokens() throws {
    let answer = try CohereTesting.answer(
      #"{"finish_reason":"COMPLETE","message":{"content":[]},"usage":{"billed_units":{"input_tokens":3,"output_tokens":2},"#
        + #""tokens":{"input_tokens":913.0,"output_tokens":83.0},"cached_tokens":100}}"#)
    #expect(answer.usage == TokenUsage(inputUncached: 813, inputCached: 100, output: 83))
  }

  @Test("Billed units count when there is nothing else")
  func readsBilledUnits() throws {
    let answer = try CohereTesting.answer(
      #"{"finish_reason":"COMPLETE","message":{"content":[]},"usage":{"billed_units":{"input_tokens":3,"output_tokens":2}}}"#
    )
    #expect(answer.usage == TokenUsage(inputUncached: 3, output: 2))
  }

  @Test("All buckets of another provider are within Cohere's two numbers")
  func writesTokens() {
    var answer = CanonicalResponse()
    answer.choices = [CanonicalResponse.Choice(index: 0)]
    answer.usage = TokenUsage(inputUncached: 10, inputCached: 5, cacheWrite: 3, output: 4, reasoning: 6)
    #expect(
      CohereTesting.written(answer).contains(
        #""usage":{"billed_units":{"input_tokens":18,"output_tokens":10},"#
          + #""tokens":{"input_tokens":18,"output_tokens":10},"cached_tokens":5}"#))
  }

  @Test("Log probabilities are told in OpenAI's shape and back")
  func movesLogprobs() throws {
    let body =
      #"{"finish_reason":"COMPLETE","message":{"content":[{"type":"text","text":"Hi"}]},"#
      + #""logprobs":[{"text":"Hi","token_ids":[5],"logprobs":[-0.10]}]}"#
    let answer = try CohereTesting.answer(body)
    #expect(
      answer.choices[0].logprobs?.string
        == #"{"content":[{"token":"Hi","logprob":-0.10,"bytes":null,"top_logprobs":[]}]}"#)
    #expect(
      CohereTesting.written(answer).contains(#""logprobs":[{"text":"Hi","token_ids":[],"logprobs":[-0.10]}]"#))
    let stream = CohereTesting.encoded(answer.deltas)
    #expect(stream.contains(#""logprobs":{"text":"Hi","token_ids":[],"logprobs":[-0.10]}}"#))
    #expect(
      CohereTesting.lines(CohereTesting.assembled(try CohereTesting.deltas(stream)).answer)
        == CohereTesting.lines(answer))
  }

  @Test("A call that stands for JSON is text again")
  func undoesEmulation() throws {
    var answer = CanonicalResponse()
    var choice = CanonicalResponse.Choice(index: 0)
    choice.finish = .toolCalls
    choice.parts = [
      CanonicalPart(
        .toolCall(ToolCall(id: "1", name: Emulation.toolName, arguments: .json(RawJSON(#"{"a":1.0}"#)))))
    ]
    answer.choices = [choice]
    var context = CohereTesting.context
    context.emulated = [.responseFormat]
    for text in [
      CohereTesting.written(answer, context), CohereTesting.encoded(answer.deltas, context),
    ] {
      #expect(text.contains(#"{\"a\":1.0}"#))
      #expect(text.contains(#""finish_reason":"COMPLETE""#))
      #expect(!text.contains("json_response"))
    }
  }

  @Test("A call without an id gets one, the same way in both forms")
  func makesCallIDs() {
    var answer = CanonicalResponse()
    var choice = CanonicalResponse.Choice(index: 0)
    choice.parts = [CanonicalPart(.toolCall(ToolCall(id: .empty, name: "f", arguments: .json(.emptyObject))))]
    answer.choices = [choice]
    #expect(CohereTesting.written(answer).contains(#""id":"f_aabbccddeeff0""#))
    #expect(CohereTesting.encoded(answer.deltas).contains(#""id":"f_aabbccddeeff0""#))
  }
}
