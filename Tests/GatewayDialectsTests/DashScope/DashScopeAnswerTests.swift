import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("DashScope answers")
struct DashScopeAnswerTests {
  @Test("A multimodal answer's parts are one text, whole and streamed")
  func readsMultimodal() throws {
    let plain = try DialectTesting.answer(.dashscope, fixture("Dialects/dashscope/multimodal.answer.json"))
    #expect(DialectTesting.lines(plain) == ["text A red square.", "finish stop -", "usage 92+0+0+0 4+0+0"])
    var feed = StreamFeed(.dashscope)
    try feed.feed(DialectTesting.stream(.dashscope, "multimodal"))
    #expect(DialectTesting.lines(DialectTesting.assembled(try feed.ended()).answer) == DialectTesting.lines(plain))
  }

  @Test("The older form with a text and no choices is read, whole and streamed")
  func readsOlderForm() throws {
    let answer = try DialectTesting.answer(
      .dashscope, #"{"output":{"text":"Hi!","finish_reason":"stop"},"usage":{"input_tokens":1,"output_tokens":2}}"#)
    #expect(DialectTesting.lines(answer) == ["text Hi!", "finish stop -", "usage 1+0+0+0 2+0+0"])
    let deltas = try DialectTesting.deltas(
      .dashscope, events: #"{"output":{"text":"Hi","finish_reason":"null"}}"#,
      #"{"output":{"text":"!","finish_reason":"stop"},"usage":{"input_tokens":1,"output_tokens":2}}"#)
    #expect(DialectTesting.lines(DialectTesting.assembled(deltas).answer) == DialectTesting.lines(answer))
  }

  @Test("What the search found is told with the text, whole and streamed, each page once")
  func readsSources() throws {
    let lines = DialectTesting.lines(
      try DialectTesting.answer(.dashscope, fixture("Dialects/dashscope/search.answer.json")))
    #expect(
      lines.first
        == #"text It rains. [Weather in "Zürich" https://example.com/a] [Forecast https://example.com/b]"#)
    let stream = try DialectTesting.stream(.dashscope, "search")
    for size in [1, 7, stream.count] {
      var feed = StreamFeed(.dashscope)
      for start in stride(from: 0, to: stream.count, by: size) {
        try feed.feed(stream[start..<min(start + size, stream.count)])
      }
      #expect(DialectTesting.lines(DialectTesting.assembled(try feed.ended()).answer) == lines)
    }
  }

  @Test("Several choices are kept apart")
  func readsChoices() throws {
    let deltas = try DialectTesting.deltas(
      .dashscope,
      events: #"{"output":{"choices":[{"index":0,"message":{"content":"A"}},{"index":1,"message":{"content":"B"}}]}}"#,
      #"{"output":{"choices":[{"index":0,"finish_reason":"stop"},{"index":1,"finish_reason":"length"}]}}"#)
    #expect(
      DialectTesting.lines(DialectTesting.assembled(deltas).answer) == [
        "text A", "finish stop -", "text B", "finish length -",
      ])
  }

  @Test(
    "A malformed answer is a fault, never an empty answer",
    arguments: [
      ("{}", "malformed answer: it has no 'output'"),
      (#"{"output":{}}"#, "malformed answer: 'output' has no choices"),
      (#"{"output":{"choices":[]}}"#, "malformed answer: 'output' has no choices"),
      (#"{"output":{"choices":[7]}}"#, "malformed answer: a choice that is no object"),
      (
        #"{"output":{"choices":[{"message":{}}]}}"#,
        "malformed answer: a choice without a message and without 'finish_reason'"
      ),
      (
        #"{"output":{"choices":[{"message":{"content":7}}]}}"#,
        "malformed answer: 'content' is neither text nor a list of parts"
      ),
      (
        #"{"output":{"choices":[{"message":{"tool_calls":[{"id":"1"}]}}]}}"#,
        "malformed answer: a tool call without a name"
      ),
      (
        #"{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"r"}"#,
        "the provider answered with an error: Invalid API-key provided."
      ),
    ])
  func refuses(body: String, message: String) {
    #expect(throws: AnswerFault(message)) { try DialectTesting.answer(.dashscope, body) }
  }

  @Test("An error in a stream ends it with its code, named by its event or not")
  func readsError() throws {
    var feed = StreamFeed(.dashscope)
    try feed.feed(DialectTesting.stream(.dashscope, "error"))
    let failure = DialectTesting.assembled(try feed.ended()).failure
    #expect(failure?.code == "Throttling.RateQuota")
    let unnamed = try DialectTesting.deltas(.dashscope, events: #"{"code":"InternalError","message":"Oh."}"#)
    #expect(DialectTesting.assembled(unnamed).failure?.message == "Oh.")
  }

  @Test("A stream that ends early is a fault")
  func refusesCutStream() throws {
    let events = try fixture("Dialects/dashscope/text.stream.txt").components(separatedBy: "\n\n")
    for count in 0..<(events.count - 2) {
      var feed = StreamFeed(.dashscope)
      try feed.feed(Array((events.prefix(count).joined(separator: "\n\n") + "\n\n").utf8))
      #expect(throws: AnswerFault("the stream ended without a finish reason")) { try feed.ended() }
    }
  }

  // MARK: For callers

  @Test("An answer is written in messages, with its usage")
  func writesAnswer() throws {
    let answer = try DialectTesting.answer(.dashscope, fixture("Dialects/dashscope/thinking.answer.json"))
    #expect(
      DialectTesting.written(.dashscope, answer)
        == #"{"output":{"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"Hi!","#
        + #""reasoning_content":"The user greets me."}}]},"usage":{"input_tokens":20,"output_tokens":15,"#
        + #""total_tokens":35,"prompt_tokens_details":{"cached_tokens":0},"output_tokens_details":"#
        + #"{"reasoning_tokens":10}},"request_id":"0123"}"#)
  }

  @Test("Sources are written for callers, each page once, whole and with the last event")
  func writesSources() throws {
    let sources =
      #""search_info":{"search_results":[{"index":1,"title":"Weather in \"Zürich\"","url":"https://example.com/a"},"#
      + #"{"index":2,"title":"Forecast","url":"https://example.com/b"}]}"#
    let answer = try DialectTesting.answer(.dashscope, fixture("Dialects/dashscope/search.answer.json"))
    #expect(DialectTesting.written(.dashscope, answer).contains(sources))
    var feed = StreamFeed(.dashscope)
    try feed.feed(DialectTesting.stream(.dashscope, "search"))
    let events = DialectTesting.encoded(.dashscope, try feed.ended()).components(separatedBy: "\n\n")
    #expect(events.map { $0.contains(sources) } == [false, false, true, false])
  }

  @Test("A stream repeats what came before where the caller did not ask for pieces")
  func writesCumulativeStream() throws {
    var context = DialectTesting.context
    context.isCumulative = true
    var encoder = Dialect.dashscope.streamEncoder(context: context)
    var output: [UInt8] = []
    let deltas: [CanonicalDelta] = [
      .partStarted(choice: 0, part: 0, .text), .text(choice: 0, part: 0, "A"), .text(choice: 0, part: 0, "B"),
      .partEnded(choice: 0, part: 0),
      .partStarted(choice: 0, part: 1, .toolCall(id: "c", name: "f", kind: .function, signature: nil)),
      .arguments(choice: 0, part: 1, "{}"), .partEnded(choice: 0, part: 1),
      .finished(choice: 0, .toolCalls, stopSequence: nil), .ended,
    ]
    for delta in deltas { encoder.write(delta, into: &output) }
    let events = String(decoding: output, as: UTF8.self).components(separatedBy: "\n\n")
    #expect(events.count == 6)
    #expect(events[1].contains(#""content":"AB""#))
    #expect(
      events[4].hasPrefix(
        "id:5\nevent:result\n:HTTP_STATUS/200\n"
          + #"data:{"output":{"choices":[{"finish_reason":"tool_calls","index":0,"message":{"role":"assistant","#
          + #""content":"AB","tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]"#
      ))
  }

  @Test("The gateway's failures are written as DashScope's, in a stream with their status")
  func writesErrors() {
    let error = GatewayError(.providerTimeout, "too late")
    #expect(
      String(decoding: Dialect.dashscope.errorBody(error), as: UTF8.self)
        == #"{"code":"\#(error.code)","message":"too late","request_id":""}"#)
    #expect(
      String(decoding: Dialect.dashscope.errorEvent(error), as: UTF8.self)
        .hasPrefix("event:error\n:HTTP_STATUS/\(error.status)\ndata:{\"code\":"))
  }
}
