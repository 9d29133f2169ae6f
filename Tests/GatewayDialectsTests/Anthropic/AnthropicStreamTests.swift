import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("Streams of the Messages API")
struct AnthropicStreamTests {
  static let names = ["text", "tools", "thinking", "length", "filtered"]

  private static let start =
    #"{"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":3,"output_tokens":1}}}"#
  private static let end =
    #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":0,"output_tokens":9}}"#
  private static let stop = #"{"type":"message_stop"}"#
  private static let close = #"{"type":"content_block_stop","index":0}"#

  private static func begin(_ block: String) -> String {
    #"{"type":"content_block_start","index":0,"content_block":\#(block)}"#
  }

  private static func delta(_ delta: String) -> String {
    #"{"type":"content_block_delta","index":0,"delta":\#(delta)}"#
  }

  private func lines(_ events: String...) throws -> [String] {
    var feed = StreamFeed(.anthropic)
    let all = [Self.start] + events + [Self.end, Self.stop]
    try feed.feed(Array(all.map { "data: \($0)\n\n" }.joined().utf8))
    return DialectTesting.lines(DialectTesting.assembled(try feed.ended()).answer)
  }

  @Test("A stream that is cut anywhere is never a whole answer", arguments: names)
  func isNeverWholeWhenCut(name: String) throws {
    let bytes = try DialectTesting.stream(.anthropic, name)
    var feed = StreamFeed(.anthropic)
    for byte in bytes {
      if let deltas = try? feed.ended() {
        #expect(DialectTesting.assembled(deltas).answer.choices.first?.finish != nil)
      }
      try feed.feed([byte])
    }
    let whole = DialectTesting.assembled(try feed.ended())
    let plain = try Dialect.anthropic.readAnswer(
      JSONDocument(DialectTesting.bytes(.anthropic, "\(name).answer.json")).root)
    #expect(whole.isEnded)
    #expect(DialectTesting.lines(whole.answer) == DialectTesting.lines(plain))
  }

  @Test("A stream that is read and written is the same stream", arguments: names)
  func isTheSameAfterReadingAndWriting(name: String) throws {
    var feed = StreamFeed(.anthropic)
    try feed.feed(DialectTesting.stream(.anthropic, name))
    let written = DialectTesting.encoded(.anthropic, try feed.ended())
    var again = StreamFeed(.anthropic)
    try again.feed(Array(written.utf8))
    let read = DialectTesting.assembled(try again.ended()).answer
    #expect(DialectTesting.lines(read) == DialectTesting.lines(DialectTesting.assembled(try feed.ended()).answer))
    let types = written.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { $0.dropFirst(7) }
    #expect(types.first { $0 != "ping" } == "message_start")
    #expect(types.suffix(2) == ["message_delta", "message_stop"])
  }

  @Test("The input of a server tool that comes in pieces is whole")
  func assemblesServerTools() throws {
    #expect(
      try lines(
        Self.begin(#"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#),
        Self.delta(#"{"type":"input_json_delta","partial_json":"{\"query\""}"#),
        Self.delta(#"{"type":"input_json_delta","partial_json":":\"q\"}"}"#), Self.close)
        == [
          #"opaque anthropic server_tool_use {"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}}"#,
          "finish stop -", "usage 3+0+0+0 9+0+0",
        ])
  }

  @Test("An input that comes at once is not doubled by its pieces")
  func takesInputOnce() throws {
    let call = Self.begin(#"{"type":"tool_use","id":"a","name":"f","input":{"x":1}}"#)
    #expect(try lines(call, Self.close).first == #"call a f {"x":1} signed -"#)
    #expect(
      try lines(call, Self.delta(#"{"type":"input_json_delta","partial_json":"{\"x\":1}"}"#), Self.close).first
        == #"call a f {"x":1} signed -"#)
  }

  @Test("Deltas without the start of their block make one")
  func opensMissingBlocks() throws {
    #expect(
      try lines(
        Self.delta(#"{"type":"thinking_delta","thinking":"hm"}"#),
        Self.delta(#"{"type":"signature_delta","signature":"c2ln"}"#), Self.close,
        Self.delta(#"{"type":"text_delta","text":"a"}"#))
        == ["thought hm signed c2ln redacted -", "text a", "finish stop -", "usage 3+0+0+0 9+0+0"])
  }

  @Test("Citations belong to their text")
  func readsCitations() throws {
    let citation = #"{"type":"web_search_result_location","url":"https://x","title":"t","encrypted_index":"e"}"#
    #expect(
      try lines(
        Self.begin(#"{"type":"text","text":"a"}"#),
        Self.delta(#"{"type":"citations_delta","citation":\#(citation)}"#), Self.close
      ).first == "text a [t https://x]")
  }

  @Test(
    "A malformed stream is a fault",
    arguments: [
      [start, "7"], [start, "{"], [start, begin("{}")], [start, begin(#"{"type":"tool_use","name":"f"}"#)],
      [start, #"{"type":"content_block_delta"}"#], [start, stop], [start],
      [start, begin(#"{"type":"text"}"#), delta(#"{"type":"input_json_delta","partial_json":"{"}"#)],
      [start, begin(#"{"type":"tool_use","id":"a","name":"f"}"#), delta(#"{"type":"text_delta","text":"a"}"#)],
    ])
  func refusesBroken(events: [String]) {
    #expect(throws: AnswerFault.self) {
      var feed = StreamFeed(.anthropic)
      try feed.feed(Array(events.map { "data: \($0)\n\n" }.joined().utf8))
      _ = try feed.ended()
    }
  }

  @Test(
    "An error ends the stream, in whatever envelope",
    arguments: [#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#, #"{"error":{"message":"m"}}"#])
  func endsWithError(event: String) throws {
    let assembled = DialectTesting.assembled(
      try DialectTesting.deltas(.anthropic, events: Self.start, event, Self.stop))
    #expect(assembled.failure?.message == "m")
    #expect(!assembled.isEnded)
  }

  @Test("The events are those of the API, in its order")
  func writesEvents() {
    let deltas: [CanonicalDelta] = [
      .started(CanonicalDelta.Start(id: "x", model: "gpt")), .ping,
      .partStarted(choice: 0, part: 0, .reasoning(redacted: nil)), .reasoning(choice: 0, part: 0, "hm"),
      .signature(choice: 0, part: 0, "c2ln"), .partEnded(choice: 0, part: 0),
      .partStarted(choice: 0, part: 1, .toolCall(id: "a", name: "f", kind: .function, signature: nil)),
      .arguments(choice: 0, part: 1, RawText("{}")), .partEnded(choice: 0, part: 1),
      .partStarted(choice: 1, part: 0, .text), .text(choice: 1, part: 0, "other"), .partEnded(choice: 1, part: 0),
      .finished(choice: 0, .toolCalls, stopSequence: nil),
      .usage(TokenUsage(inputUncached: 1, inputCached: 2, output: 3, reasoning: 4)), .ended,
    ]
    let events = DialectTesting.encoded(.anthropic, deltas).components(separatedBy: "\n\n").map {
      $0.components(separatedBy: "\ndata: ").last ?? ""
    }
    #expect(
      events == [
        #"{"type":"ping"}"#,
        #"{"type":"message_start","message":{"id":"msg_0123","type":"message","role":"assistant","model":"gpt","content":[],"#
          + #""stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"#
          + #""cache_read_input_tokens":0,"output_tokens":0}}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
        #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"f","input":{}}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
        #"{"type":"content_block_stop","index":1}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":1,"#
          + #""cache_creation_input_tokens":0,"cache_read_input_tokens":2,"output_tokens":7,"#
          + #""output_tokens_details":{"thinking_tokens":4}}}"#, #"{"type":"message_stop"}"#, "",
      ])
  }
}
