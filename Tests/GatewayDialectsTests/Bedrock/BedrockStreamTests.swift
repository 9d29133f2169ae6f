import GatewayCore
import GatewayDialects
import Testing

@Suite("Streams of Bedrock")
struct BedrockStreamTests {
  @Test(arguments: ["text", "tools", "thinking", "length", "filtered"])
  func anAssembledStreamIsThePlainAnswer(name: String) throws {
    let plain = summary(try bedrockAnswer(bedrockFixture("\(name).answer.json")))
    let stream = try bedrockStream(name)
    #expect(summary(assembled(try deltas(stream))) == plain)
    for size in [1, 5, 97] { #expect(summary(assembled(try deltas(stream, size: size))) == plain) }
  }

  @Test(arguments: ["text", "tools", "thinking", "length"])
  func aStreamThatIsReadAndWrittenSaysTheSame(name: String) throws {
    let stream = try bedrockStream(name)
    let written = encoded(try deltas(stream))
    #expect(summary(assembled(try deltas(written))) == summary(assembled(try deltas(stream))))
    #expect(
      try frames(written).map(\.name) == frames(stream).filter { !$0.payload.contains(#""input":"""#) }.map(\.name))
  }

  @Test(arguments: ["text", "tools", "thinking", "length", "filtered"])
  func aPlainAnswerCanBeStreamed(name: String) throws {
    let answer = try bedrockAnswer(bedrockFixture("\(name).answer.json"))
    #expect(summary(assembled(try deltas(encoded(answer.deltas)))) == summary(answer))
  }

  @Test func keepsEscapesWhereTheyAreCut() throws {
    let texts = try deltas(bedrockStream("text")).compactMap { delta -> String? in
      if case .text(_, _, let text) = delta { String(decoding: text.bytes, as: UTF8.self) } else { nil }
    }
    #expect(texts == ["Hello, W", #"\u00f6rld! \ud83d\ude00"#, #"\n"#, #"It's \"quo"#, #"ted\"."#])
  }

  @Test func opensEachPartOnceAndClosesItBeforeTheNext() throws {
    var trace: [String] = []
    for delta in try deltas(bedrockStream("tools")) {
      switch delta {
      case .started: trace.append("started")
      case .partStarted(_, let part, _): trace.append("+\(part)")
      case .partEnded(_, let part): trace.append("-\(part)")
      case .finished: trace.append("finished")
      case .usage: trace.append("usage")
      case .ended: trace.append("ended")
      default: break
      }
    }
    #expect(trace == ["started", "+0", "-0", "+1", "-1", "+2", "-2", "finished", "usage", "ended"])
  }

  @Test func anExceptionFailsTheStreamOnce() throws {
    let deltas = try deltas(bedrockStream("error"))
    guard case .failed(let error) = deltas.last else {
      Issue.record("no failure")
      return
    }
    #expect(error.type == "ServiceUnavailableException")
    #expect(error.message == "The service is overloaded. Try your request again later.")
  }

  @Test func keepsWhatTheModelItselfSaidOfAFailure() throws {
    let deltas = try deltas(
      ofEvents: [
        (
          "modelStreamErrorException",
          #"{"message":"The model failed.","originalStatusCode":529,"originalMessage":"Overloaded"}"#
        )
      ], ends: false)
    guard case .failed(let error) = deltas.last else {
      Issue.record("no failure")
      return
    }
    #expect(error.type == "ModelStreamErrorException")
    #expect(error.code == "529")
  }

  @Test func aStreamWithoutItsEndIsAFault() throws {
    let events = [("messageStart", "{}"), ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#)]
    #expect(throws: AnswerFault("the stream ended without messageStop")) { _ = try deltas(ofEvents: events) }
  }

  @Test func aStreamWithoutMetadataIsWhole() throws {
    let deltas = try deltas(ofEvents: [("messageStart", "{}"), ("messageStop", #"{"stopReason":"end_turn"}"#)])
    guard case .ended = deltas.last else {
      Issue.record("not ended")
      return
    }
  }

  @Test func malformedEventsAreFaults() {
    #expect(throws: AnswerFault.self) {
      _ = try deltas(ofEvents: [("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"te"#)])
    }
    #expect(throws: AnswerFault("malformed answer: a toolUse delta without its contentBlockStart")) {
      _ = try deltas(ofEvents: [("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{"}}}"#)])
    }
    #expect(throws: AnswerFault("malformed answer: contentBlockStart of a toolUse without toolUseId or name")) {
      _ = try deltas(ofEvents: [("contentBlockStart", #"{"contentBlockIndex":0,"start":{"toolUse":{"name":"x"}}}"#)])
    }
  }

  @Test func unknownEventsAndDeltasAreSkipped() throws {
    let answer = assembled(
      try deltas(ofEvents: [
        ("messageStart", "{}"), ("weather", #"{"sun":true}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"smell":"rose"}}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#),
        ("messageStop", #"{"stopReason":"end_turn"}"#),
      ]))
    #expect(summary(answer) == ["text Hi []", "finish Optional(GatewayDialects.FinishReason.stop) -"])
  }

  @Test func aChangeOfTheBlockIndexEndsAPartThatNobodyClosed() throws {
    let answer = assembled(
      try deltas(ofEvents: [
        ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"one"}}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"text":"two"}}"#),
        ("messageStop", #"{"stopReason":"end_turn"}"#),
      ]))
    #expect(summary(answer).prefix(2) == ["text one []", "text two []"])
  }

  @Test func aDeltaOfTextAndCallTogetherLosesNeither() throws {
    let answer = assembled(
      try deltas(ofEvents: [
        ("contentBlockStart", #"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"a","name":"f"}}}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"toolUse":{"input":"{}"},"text":"and"}}"#),
        ("messageStop", #"{"stopReason":"tool_use"}"#),
      ]))
    #expect(summary(answer).prefix(2) == ["call a f {}", "text and []"])
  }

  @Test func readsEncryptedThoughtsImagesAndServerTools() throws {
    let answer = assembled(
      try deltas(ofEvents: [
        ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"redactedContent":"c2Vj"}}}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"reasoningContent":{"redactedContent":"cmV0"}}}"#),
        ("contentBlockStop", #"{"contentBlockIndex":0}"#),
        (
          "contentBlockStart",
          #"{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"s","name":"nova_grounding","type":"server_tool_use"}}}"#
        ),
        ("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"toolUse":{"input":"{\"q\":"}}}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":1,"delta":{"toolUse":{"input":"1e-9}"}}}"#),
        ("contentBlockStop", #"{"contentBlockIndex":1}"#),
        ("contentBlockStart", #"{"contentBlockIndex":2,"start":{"toolResult":{"toolUseId":"s","type":"t"}}}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":2,"delta":{"toolResult":[{"text":"found"}]}}"#),
        ("contentBlockStop", #"{"contentBlockIndex":2}"#),
        ("contentBlockStart", #"{"contentBlockIndex":3,"start":{"image":{"format":"png"}}}"#),
        ("contentBlockDelta", #"{"contentBlockIndex":3,"delta":{"image":{"source":{"bytes":"iVBO"}}}}"#),
        ("contentBlockStop", #"{"contentBlockIndex":3}"#), ("messageStop", #"{"stopReason":"end_turn"}"#),
      ]))
    #expect(
      summary(answer) == [
        "thought  - c2VjcmV0",
        #"opaque bedrock-converse toolUse {"toolUseId":"s","name":"nova_grounding","type":"server_tool_use","input":{"q":1e-9}}"#,
        #"opaque bedrock-converse toolResult {"toolUseId":"s","type":"t","content":[{"text":"found"}]}"#,
        "image image/png base64(iVBO)", "finish Optional(GatewayDialects.FinishReason.stop) -",
      ])
    #expect(summary(assembled(try deltas(encoded(answer.deltas)))).prefix(5) == summary(answer).prefix(5))
  }

  @Test func readsCitations() throws {
    let answer = assembled(
      try deltas(ofEvents: [
        ("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"The sky is blue."}}"#),
        (
          "contentBlockDelta",
          #"{"contentBlockIndex":0,"delta":{"citation":{"title":"Sky","sourceContent":[{"text":"blue"}],"location":{"web":{"url":"https://a.example"}}}}}"#
        ), ("messageStop", #"{"stopReason":"end_turn"}"#),
      ]))
    guard case .text(let text) = answer.choices.first?.parts.first?.content else {
      Issue.record("no text")
      return
    }
    #expect(text.citations.first?.url == "https://a.example")
    #expect(text.citations.first?.citedText == "blue")
    #expect(try frames(encoded(answer.deltas))[2].payload.contains(#""citation":{"title":"Sky""#))
  }

  @Test func readsTheSequenceThatStoppedTheAnswer() throws {
    let answer = assembled(
      try deltas(ofEvents: [
        ("messageStop", #"{"stopReason":"stop_sequence","additionalModelResponseFields":{"stop_sequence":"END"}}"#)
      ]))
    #expect(answer.choices.first?.stopSequence == "END")
  }

  // MARK: Writing

  @Test func emptyPartsAreNotSaid() throws {
    let output = encoded([
      .started(.init()), .partStarted(choice: 0, part: 0, .text), .partEnded(choice: 0, part: 0),
      .partStarted(choice: 0, part: 1, .text), .text(choice: 0, part: 1, "Hi"), .partEnded(choice: 0, part: 1),
      .finished(choice: 0, .stop, stopSequence: nil), .ended,
    ])
    let frames = try frames(output)
    #expect(frames.map(\.name) == ["messageStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"])
    #expect(frames[1].payload == #"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#)
  }

  @Test func usageThatComesBeforeTheEndIsSaidLast() throws {
    let frames = try frames(
      encoded([
        .started(.init()), .usage(TokenUsage(inputUncached: 1)),
        .usage(TokenUsage(inputUncached: 8, inputCached: 4, output: 9)),
        .finished(choice: 0, .stop, stopSequence: nil), .ended,
      ]))
    #expect(frames.map(\.name) == ["messageStart", "messageStop", "metadata"])
    #expect(
      frames[2].payload
        == #"{"metrics":{"latencyMs":0},"usage":{"inputTokens":8,"outputTokens":9,"totalTokens":21,"cacheReadInputTokens":4,"cacheWriteInputTokens":0}}"#
    )
  }

  @Test func aForcedToolThatStandsForTheTextBecomesText() throws {
    let output = encoded(
      [
        .started(.init()),
        .partStarted(choice: 0, part: 0, .toolCall(id: "a", name: "json_response", kind: .function, signature: nil)),
        .arguments(choice: 0, part: 0, #"{"city":"#), .arguments(choice: 0, part: 0, #""Paris"}"#),
        .partEnded(choice: 0, part: 0), .finished(choice: 0, .toolCalls, stopSequence: nil), .ended,
      ], bedrockContext(emulated: [.responseFormat]))
    let frames = try frames(output)
    #expect(frames[1].payload == #"{"contentBlockIndex":0,"delta":{"text":"{\"city\":"}}"#)
    #expect(frames[4].payload == #"{"stopReason":"end_turn"}"#)
  }

  @Test func callsWithoutAnIdGetOne() throws {
    let output = encoded([
      .partStarted(choice: 0, part: 0, .toolCall(id: "", name: "f", kind: .function, signature: nil)),
      .partEnded(choice: 0, part: 0), .finished(choice: 0, .toolCalls, stopSequence: nil), .ended,
    ])
    #expect(
      try frames(output)[1].payload
        == #"{"contentBlockIndex":0,"start":{"toolUse":{"name":"f","toolUseId":"tooluse_0Ab9_1"}}}"#)
  }

  @Test(
    arguments: [
      (ProviderError(message: "x", type: "rate_limit_error"), "throttlingException"),
      (ProviderError(message: "x", type: "overloaded_error"), "serviceUnavailableException"),
      (ProviderError(message: "x", type: "invalid_request_error"), "validationException"),
      (ProviderError(message: "x", type: "api_error", code: "internal"), "internalServerException"),
      (ProviderError(message: "x"), "modelStreamErrorException"),
      (ProviderError(message: "x", type: "ThrottlingException"), "throttlingException"),
    ])
  func aFailureIsAnException(error: ProviderError, name: String) throws {
    var kinds: [EventStreamFrame.Kind] = []
    try eachFrame(encoded([.failed(error)])) { frame, data in
      kinds.append(frame.kind)
      #expect(frame.name == name)
      #expect(String(decoding: data, as: UTF8.self) == #"{"message":"x"}"#)
    }
    #expect(kinds == [.exception])
  }
}
