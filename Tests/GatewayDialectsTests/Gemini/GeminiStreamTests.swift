import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("Streams of Gemini")
struct GeminiStreamTests {
  static let names = ["text", "tools", "thinking", "length", "filtered"]

  private static func chunk(_ parts: String, _ members: String = "") -> String {
    #"{"candidates":[{"content":{"parts":[\#(parts)]},"index":0\#(members)}],"responseId":"r"}"#
  }

  private static let stop = #","finishReason":"STOP""#

  private func lines(_ events: [String]) throws -> [String] {
    var feed = StreamFeed(.gemini)
    try feed.feed(Array(events.map { "data: \($0)\n\n" }.joined().utf8))
    return DialectTesting.lines(DialectTesting.assembled(try feed.ended()).answer)
  }

  @Test("A stream that is cut anywhere is never a whole answer", arguments: names)
  func isNeverWholeWhenCut(name: String) throws {
    let bytes = try DialectTesting.stream(.gemini, name)
    var feed = StreamFeed(.gemini)
    for byte in bytes {
      if let deltas = try? feed.ended() {
        #expect(DialectTesting.assembled(deltas).answer.choices.first?.finish != nil)
      }
      try feed.feed([byte])
    }
    let whole = DialectTesting.assembled(try feed.ended())
    let plain = try Dialect.gemini.readAnswer(JSONDocument(DialectTesting.bytes(.gemini, "\(name).answer.json")).root)
    #expect(whole.isEnded)
    #expect(DialectTesting.lines(whole.answer) == DialectTesting.lines(plain))
  }

  @Test("A stream that is read and written says the same", arguments: names)
  func saysTheSameAfterReadingAndWriting(name: String) throws {
    var feed = StreamFeed(.gemini)
    try feed.feed(DialectTesting.stream(.gemini, name))
    let deltas = try feed.ended()
    var again = StreamFeed(.gemini)
    try again.feed(Array(DialectTesting.encoded(.gemini, deltas).utf8))
    let read = DialectTesting.assembled(try again.ended()).answer
    #expect(DialectTesting.lines(read) == DialectTesting.lines(DialectTesting.assembled(deltas).answer))
  }

  @Test("Signatures, media, code and calls are the same as in a plain answer")
  func readsEveryPart() throws {
    let parts = [
      #"{"text":"hm","thought":true}"#, #"{"text":"a"}"#, #"{"text":"b","thoughtSignature":"c2ln"}"#,
      #"{"inlineData":{"mimeType":"image/png","data":"AA=="}}"#, #"{"executableCode":{"code":"1"}}"#,
      #"{"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"Y2FsbA=="}"#,
      #"{"functionCall":{"name":"f"}}"#, #"{"text":"","thoughtSignature":"ZW5k"}"#,
    ]
    let plain = try DialectTesting.answer(.gemini, Self.chunk(parts.joined(separator: ","), Self.stop))
    let streamed = try lines(parts.map { Self.chunk($0) } + [Self.chunk("", Self.stop)])
    #expect(streamed == DialectTesting.lines(plain))
    #expect(streamed.contains(#"call call_r_0_1 f {} signed -"#))
  }

  @Test("Candidates side by side are kept apart")
  func readsCandidates() throws {
    func chunk(_ first: String, _ second: String, _ end: String = "") -> String {
      #"{"candidates":[{"content":{"parts":[{"text":"\#(first)"}]},"index":0\#(end)},"#
        + #"{"content":{"parts":[{"text":"\#(second)"}]},"index":1\#(end)}]}"#
    }
    #expect(
      try lines([chunk("a", "x"), chunk("b", "y", Self.stop)])
        == ["text ab", "finish stop -", "text xy", "finish stop -"])
  }

  @Test("Sources that come with the end belong to the text, also when a signature ends it")
  func readsCitations() throws {
    let grounding = #","groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://x","title":"t"}}]}"#
    #expect(
      try lines([
        Self.chunk(#"{"text":"a"}"#), Self.chunk(#"{"text":"","thoughtSignature":"c2ln"}"#, Self.stop + grounding),
      ]) == ["text a [t https://x]", "thought  signed c2ln redacted -", "finish stop -"])
  }

  @Test("Log probabilities of the chunks are joined, and written")
  func keepsLogprobs() throws {
    func logprobs(_ token: String) -> String {
      #","logprobsResult":{"chosenCandidates":[{"token":"\#(token)","logProbability":-1}]}"#
    }
    let events = [Self.chunk(#"{"text":"a"}"#, logprobs("a")), Self.chunk(#"{"text":"b"}"#, logprobs("b") + Self.stop)]
    let read = try lines(events)
    #expect(read[1].contains(#""token":"a""#) && read[1].contains(#""token":"b""#))
    var feed = StreamFeed(.gemini)
    try feed.feed(Array(events.map { "data: \($0)\n\n" }.joined().utf8))
    var again = StreamFeed(.gemini)
    try again.feed(Array(DialectTesting.encoded(.gemini, try feed.ended()).utf8))
    #expect(DialectTesting.lines(DialectTesting.assembled(try again.ended()).answer) == read)
  }

  @Test("A block in the midst of an answer ends it as filtered")
  func readsLateBlock() throws {
    #expect(
      try lines([Self.chunk(#"{"text":"a"}"#), #"{"promptFeedback":{"blockReason":"SAFETY"}}"#])
        == ["text a", "finish contentFilter -"])
  }

  @Test(
    "A malformed stream is a fault",
    arguments: [
      ["7"], ["{"], [chunk("7")], [chunk(#"{"functionCall":{}}"#)], [chunk(#"{"text":"a"}"#)], [],
      [#"{"candidates":[{"index":128}]}"#], [chunk("", #","finishReason":"MALFORMED_FUNCTION_CALL""#)],
      [#"{"usageMetadata":{"promptTokenCount":1}}"#],
    ])
  func refusesBroken(events: [String]) {
    #expect(throws: AnswerFault.self) { try lines(events) }
  }

  @Test("Calls are written whole, with the usage and the end last")
  func writesChunks() {
    let deltas: [CanonicalDelta] = [
      .started(CanonicalDelta.Start(id: "x", model: "gpt")), .usage(TokenUsage(inputUncached: 1, output: 2)),
      .partStarted(choice: 0, part: 0, .toolCall(id: "a", name: "f", kind: .function, signature: nil)),
      .arguments(choice: 0, part: 0, RawText(#"{"x""#)), .arguments(choice: 0, part: 0, RawText(":1}")),
      .partEnded(choice: 0, part: 0), .finished(choice: 0, .toolCalls, stopSequence: nil), .ended,
    ]
    let own = #""modelVersion":"gpt","responseId":"0123"}"#
    #expect(
      DialectTesting.encoded(.gemini, deltas)
        == #"data: {"candidates":[{"content":{"parts":[{"functionCall":{"id":"a","name":"f","args":{"x":1}}}],"role":"model"},"index":0}],"#
        + own + "\n\n"
        + #"data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],"#
        + #""usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3},"# + own + "\n\n")
  }
}
