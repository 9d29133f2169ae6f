import GatewayCore
import GatewayDialects
import Testing

@Suite struct OpenAIChatStreamDecoderTests {
  private func deltas(_ events: [String]) throws -> [CanonicalDelta] {
    var decoder = OpenAIChatStreamDecoder()
    var deltas: [CanonicalDelta] = []
    for event in events {
      try Array(event.utf8).withUnsafeBytes { try decoder.receive(event: "", data: $0, into: &deltas) }
    }
    try decoder.bodyEnded(into: &deltas)
    return deltas
  }

  private func call(_ index: Int, _ members: String) -> String {
    #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":\#(index),\#(members)}]},"finish_reason":null}]}"#
  }

  private let end = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#

  private func lines(_ events: [String]) throws -> [String] {
    OpenAITesting.lines(try OpenAITesting.streamed(.openAIChat, OpenAITesting.events(events)).answer)
  }

  // MARK: Ends

  @Test(arguments: ["stop", nil]) func textBehindAFinishReasonBelongsToTheAnswer(second: String?) throws {
    let last = second.map { #""\#($0)""# } ?? "null"
    let deltas = try deltas([
      #"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"#,
      #"{"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":\#(last)}]}"#,
    ])
    #expect(DeltaOrder.fault(deltas) == nil)
    #expect(DialectTesting.lines(DialectTesting.assembled(deltas).answer) == ["text a", "text b", "finish stop -"])
  }

  @Test func nothingIsToldBehindTheUsage() throws {
    let usage = #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#
    #expect(throws: AnswerFault.self) {
      try deltas([end, usage, #"{"choices":[{"index":0,"delta":{"content":"b"}}]}"#])
    }
  }

  // MARK: Calls

  @Test func piecesOfParallelCallsMayComeByTurns() throws {
    let events = [
      call(0, #""id":"a","function":{"name":"f","arguments":""}"#), call(1, #""id":"b","function":{"name":"g"}"#),
      call(1, #""function":{"arguments":"{\"y\":"}"#), call(0, #""function":{"arguments":"{\"x\":\"}"}"#),
      call(1, #""function":{"arguments":"2}"}"#), call(0, #""function":{"arguments":"\"}"}"#), end,
    ]
    #expect(try lines(events) == [#"call a f {"x":"}"}"#, #"call b g {"y":2}"#, "finish toolCalls"])
  }

  @Test func aCallThatIsWholeDoesNotHoldUpTheNext() throws {
    let events = [
      call(0, #""id":"a","function":{"name":"f","arguments":"{\"x\":{}}"}"#),
      call(1, #""id":"b","function":{"name":"g","arguments":"{"}"#),
    ]
    var decoder = OpenAIChatStreamDecoder()
    var deltas: [CanonicalDelta] = []
    for event in events {
      try Array(event.utf8).withUnsafeBytes { try decoder.receive(event: "", data: $0, into: &deltas) }
    }
    guard case .arguments(0, 1, let piece)? = deltas.last else {
      Issue.record("the second call waits")
      return
    }
    #expect(piece == "{")
  }

  @Test func argumentsThatComeTooLateAreAFault() {
    let events = [
      call(0, #""id":"a","function":{"name":"f","arguments":"{}"}"#),
      call(1, #""id":"b","function":{"name":"g","arguments":"{}"}"#), call(0, #""function":{"arguments":"}"}"#), end,
    ]
    #expect(throws: AnswerFault.self) { try deltas(events) }
  }

  @Test func callsThatAllHaveTheIndexZeroAreToldApart() throws {
    let events = [
      call(0, #""id":"a","function":{"name":"f","arguments":"{}"}"#),
      call(0, #""id":"b","function":{"name":"f","arguments":"{}"}"#), end,
    ]
    #expect(try lines(events) == ["call a f {}", "call b f {}", "finish toolCalls"])
  }

  @Test func aNameMayFollowItsID() throws {
    let events = [call(0, #""id":"a""#), call(0, #""function":{"name":"f","arguments":"{}"}"#), end]
    #expect(try lines(events) == ["call a f {}", "finish toolCalls"])
  }

  @Test func aCallWithoutANameIsAFault() {
    #expect(throws: AnswerFault.self) { try deltas([call(0, #""id":"a","function":{"arguments":"{}"}"#), end]) }
  }

  @Test func textAfterCallsLosesNothing() throws {
    let events = [
      call(0, #""id":"a","function":{"name":"f","arguments":""}"#),
      call(1, #""id":"b","function":{"name":"g","arguments":"{}"}"#),
      #"{"choices":[{"index":0,"delta":{"content":"so"}}]}"#, end,
    ]
    #expect(try lines(events) == ["call a f ", "call b g {}", "text so", "finish toolCalls"])
  }

  @Test func customAndOlderCallsAreRead() throws {
    let custom = [
      call(0, #""id":"a","type":"custom","custom":{"name":"c","input":"x{"}"#),
      call(1, #""id":"b","function":{"name":"g","arguments":"{}"}"#), end,
    ]
    #expect(try lines(custom) == ["custom call a c x{", "call b g {}", "finish toolCalls"])
    let legacy = [
      #"{"choices":[{"index":0,"delta":{"function_call":{"name":"f","arguments":""}}}]}"#,
      #"{"choices":[{"index":0,"delta":{"function_call":{"arguments":"{}"}}}]}"#,
      #"{"choices":[{"index":0,"delta":{},"finish_reason":"function_call"}]}"#,
    ]
    #expect(try lines(legacy) == ["call call_0 f {}", "finish toolCalls"])
  }

  // MARK: Other parts

  @Test func aSoundIsPutTogether() throws {
    let events = [
      #"{"choices":[{"index":0,"delta":{"audio":{"id":"x","transcript":"he"}}}]}"#,
      #"{"choices":[{"index":0,"delta":{"audio":{"data":"AA=="}}}]}"#,
      #"{"choices":[{"index":0,"delta":{"audio":{"data":"AQI=","transcript":"y"}}}]}"#, end,
    ]
    #expect(try lines(events) == ["audio base64 AAEC - - - hey", "finish stop"])
  }

  @Test func refusalsAndLogprobsAreRead() throws {
    let events = [
      #"{"choices":[{"index":0,"delta":{"refusal":"n"},"logprobs":{"content":null,"refusal":[{"token":"n"}]}}]}"#,
      #"{"choices":[{"index":0,"delta":{"refusal":"o"},"logprobs":{"content":null,"refusal":[{"token":"o"}]}}]}"#,
      end,
    ]
    #expect(
      try lines(events) == [
        "refusal no", #"logprobs {"content":null,"refusal":[{"token":"n"},{"token":"o"}]}"#, "finish stop",
      ])
  }

  @Test func usageIsFoundWhereverItStands() throws {
    let usage = #"{"prompt_tokens":3,"completion_tokens":4}"#
    for event in [
      #"{"choices":[],"usage":\#(usage)}"#, #"{"choices":[],"x_groq":{"usage":\#(usage)}}"#,
      #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":\#(usage)}]}"#,
    ] {
      let events = [#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#, end, event, "[DONE]"]
      #expect(try lines(events) == ["text a", "finish stop", "usage 3 4"])
    }
  }

  @Test func theVerdictOnThePromptIsNoStart() throws {
    let events = [
      #"{"id":"","model":"","created":0,"choices":[],"prompt_filter_results":[]}"#,
      #"{"id":"c","model":"gpt","created":5,"choices":[{"index":0,"delta":{"content":"a"}}]}"#, end,
    ]
    let answer = OpenAITesting.assembled(try deltas(events)).answer
    #expect(answer.model == "gpt")
    #expect(answer.created == 5)
  }

  @Test func aWholeMessageInOneEventIsRead() throws {
    #expect(
      try lines([#"{"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}]}"#]) == [
        "text a", "finish stop",
      ])
  }

  @Test func thoughtsInPartsOfTheContentAreRead() throws {
    let events = [
      #"{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}}]}"#,
      #"{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"a"}]}}]}"#, end,
    ]
    #expect(try lines(events) == ["thought hm", "text a", "finish stop"])
  }

  // MARK: Errors

  @Test(arguments: [
    #"{"error":{"message":"too long","code":"context_length_exceeded","type":"invalid_request_error"}}"#,
    #"{"choices":[{"index":0,"delta":{},"error":{"message":"too long","code":"context_length_exceeded"}}]}"#,
    #"{"object":"error","message":"too long","code":"context_length_exceeded"}"#,
  ])
  func anErrorKeepsItsCode(event: String) throws {
    let failure = OpenAITesting.assembled(try deltas([event])).failure
    #expect(failure?.message == "too long")
    #expect(failure?.code == "context_length_exceeded")
  }

  @Test func anAnswerThatWasBrokenOffIsNoAnswer() throws {
    for reason in ["error", "insufficient_system_resource", "abort"] {
      let events = [
        #"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#,
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#, "[DONE]",
      ]
      let assembled = OpenAITesting.assembled(try deltas(events))
      #expect(assembled.failure?.code == reason)
      #expect(!assembled.isEnded)
    }
  }

  @Test(arguments: [
    "[]", "7", "{", #"{"choices":[7]}"#, #"{"choices":[{"index":-1}]}"#, #"{"choices":[{"index":9999}]}"#,
  ])
  func aMalformedEventIsAFault(event: String) {
    #expect(throws: AnswerFault.self) { try deltas([event, end]) }
  }

  @Test func stopAfterCallsMeansCalls() throws {
    var assembler = CanonicalAssembler()
    for delta in try deltas([call(0, #""id":"a","function":{"name":"f","arguments":{"x":1}}"#), end, "[DONE]"]) {
      assembler.receive(delta)
    }
    #expect(assembler.answer.choices.first?.finish == .toolCalls)
    guard case .toolCall(let call)? = assembler.answer.choices.first?.parts.first?.content else {
      Issue.record("there is no call")
      return
    }
    #expect(call.arguments.json?.string == #"{"x":1}"#)
  }

  @Test func aStreamWithoutAFinishReasonIsNotWhole() {
    #expect(throws: AnswerFault.self) { try deltas([#"{"choices":[{"index":0,"delta":{"content":"a"}}]}"#]) }
  }

  @Test func severalChoicesAreToldApart() throws {
    let events =
      [0, 1, 0].map { #"{"choices":[{"index":\#($0),"delta":{"content":"\#($0)"}}]}"# } + [
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"},{"index":1,"delta":{},"finish_reason":"length"}]}"#
      ]
    var assembler = CanonicalAssembler()
    for delta in try deltas(events) { assembler.receive(delta) }
    #expect(assembler.answer.choices.map { $0.parts.count } == [1, 1])
    #expect(assembler.answer.choices.map(\.finish) == [.stop, .length])
  }

  @Test func thoughtsGoByAllTheirNames() throws {
    for member in [
      #""reasoning_content":"hm""#, #""reasoning":"hm""#,
      #""reasoning_details":[{"type":"reasoning.text","text":"hm"}]"#,
    ] {
      var assembler = CanonicalAssembler()
      for delta in try deltas([#"{"choices":[{"index":0,"delta":{\#(member)}}]}"#, end]) { assembler.receive(delta) }
      guard case .reasoning(let thought)? = assembler.answer.choices.first?.parts.first?.content else {
        Issue.record("no thought in \(member)")
        continue
      }
      #expect(thought.text == "hm")
    }
  }

  @Test func aProviderWithoutReasonsEndsByTheMarkerAlone() throws {
    let chunk = #"{"code":0,"message":"Success","choices":[{"index":0,"delta":{"content":"a"}}]}"#
    var decoder = Dialect.openAIChat.streamDecoder(finishesByDone: true)
    var told: [CanonicalDelta] = []
    for event in [chunk, "[DONE]"] {
      try Array(event.utf8).withUnsafeBytes { try decoder.receive(event: "", data: $0, into: &told) }
    }
    var assembler = CanonicalAssembler()
    for delta in told { assembler.receive(delta) }
    #expect(assembler.isEnded)
    #expect(assembler.answer.choices.map(\.finish) == [.stop])
  }

  @Test func anErrorInTheFormOfSparksEndsTheStream() throws {
    var assembler = CanonicalAssembler()
    for delta in try deltas([#"{"code":10013,"message":"refused","sid":"s"}"#]) { assembler.receive(delta) }
    #expect(assembler.failure?.code == "10013")
  }
}
