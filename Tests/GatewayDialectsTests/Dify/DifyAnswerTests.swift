import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("Dify answers")
struct DifyAnswerTests {
  private static let text = "text Hello, Wörld! 😀\nIt's \"quoted\"."

  /// What a streamed answer comes to, fed in pieces of `size` bytes.
  private static func assembled(_ name: String, size: Int = 1 << 20) throws -> CanonicalAssembler {
    let stream = try DialectTesting.stream(.dify, name)
    var feed = StreamFeed(.dify)
    for start in stride(from: 0, to: stream.count, by: size) {
      try feed.feed(stream[start..<min(start + size, stream.count)])
    }
    return DialectTesting.assembled(try feed.ended())
  }

  @Test(
    "An assembled stream is the plain answer, cut at every byte too",
    arguments: [
      ("text", "text"), ("agent", "text"), ("chatflow", "text"), ("workflow", "workflow"),
    ])
  func streamIsTheAnswer(stream: String, answer: String) throws {
    let plain = DialectTesting.lines(
      try DialectTesting.answer(.dify, fixture("Dialects/dify/\(answer).answer.json")))
    for size in [1, 7, 1 << 20] {
      let assembled = try Self.assembled(stream, size: size)
      #expect(assembled.isEnded)
      #expect(DialectTesting.lines(assembled.answer) == plain)
    }
  }

  @Test("An answer has its documents and its usage")
  func readsAnswer() throws {
    let answer = try DialectTesting.answer(.dify, fixture("Dialects/dify/text.answer.json"))
    #expect(DialectTesting.lines(answer) == [Self.text + " [iPhone List -]", "finish stop -", "usage 12+0+0+0 9+0+0"])
    #expect(answer.id == "663c5084-a254-4040-8ad3-51f2a3c1a77c")
  }

  @Test(
    "A workflow's answer is its text, its only text, or all that it put out",
    arguments: [
      (#"{"text":"A","other":"B"}"#, "text A"), (#"{"summary":"A"}"#, "text A"),
      (#"{"a":1,"b":"x"}"#, #"text {"a":1,"b":"x"}"#),
    ])
  func readsOutputs(outputs: String, line: String) throws {
    let answer = try DialectTesting.answer(
      .dify, #"{"workflow_run_id":"r","data":{"status":"succeeded","outputs":\#(outputs)}}"#)
    #expect(DialectTesting.lines(answer) == [line, "finish stop -"])
  }

  @Test("A workflow that puts nothing out piece by piece is told when it has finished")
  func tellsOutputsAtTheEnd() throws {
    let deltas = try DialectTesting.deltas(
      .dify, events: #"{"event":"workflow_started","workflow_run_id":"r","data":{}}"#,
      #"{"event":"workflow_finished","workflow_run_id":"r","data":{"status":"succeeded","outputs":{"x":"A"}}}"#)
    #expect(DialectTesting.lines(DialectTesting.assembled(deltas).answer) == ["text A", "finish stop -"])
  }

  @Test("A text that moderation puts in the answer's place is told, and what follows is not")
  func readsReplacement() throws {
    let answer = try Self.assembled("replaced").answer
    #expect(
      DialectTesting.lines(answer).prefix(3) == [
        "text Hello", "text I can't say that. [iPhone List -]", "finish contentFilter -",
      ])
  }

  @Test("Images that an agent makes are part of the answer")
  func readsFiles() throws {
    let deltas = try DialectTesting.deltas(
      .dify,
      events: #"{"event":"message_file","type":"image","belongs_to":"assistant","url":"https://example.com/a.png"}"#,
      #"{"event":"agent_message","answer":"Here."}"#, #"{"event":"message_end","metadata":{}}"#)
    #expect(
      DialectTesting.lines(DialectTesting.assembled(deltas).answer) == [
        "image url https://example.com/a.png - -", "text Here.", "finish stop -",
      ])
  }

  @Test(
    "Errors, runs that fail and apps that wait for people are failures",
    arguments: [
      ("error", "provider_quota_exceeded", "Your quota for Dify Hosted OpenAI has been exhausted."),
      ("failed", "failed", "The workflow ended as 'failed': The model is gone."),
    ])
  func readsErrors(name: String, code: String, message: String) throws {
    let assembled = try Self.assembled(name)
    #expect(assembled.failure?.code == code)
    #expect(assembled.failure?.message == message)
    #expect(!assembled.isEnded)
    let paused = try DialectTesting.deltas(.dify, events: #"{"event":"human_input_required","data":{}}"#)
    #expect(DialectTesting.assembled(paused).failure?.code == "paused")
  }

  @Test(
    "A malformed answer is a fault, never an empty answer",
    arguments: [
      ("{}", "malformed answer: it has no 'answer'"),
      (#"{"answer":7}"#, "malformed answer: it has no 'answer'"),
      (#"{"data":{"status":"stopped"}}"#, "The workflow ended as 'stopped'."),
      (#"{"data":{"status":"paused","outputs":{}}}"#, "The workflow ended as 'paused'."),
    ])
  func refuses(body: String, message: String) {
    #expect(throws: AnswerFault(message)) { try DialectTesting.answer(.dify, body) }
  }

  @Test("A stream that ends early is a fault")
  func refusesCutStream() throws {
    let events = try fixture("Dialects/dify/text.stream.txt").components(separatedBy: "\n\n")
    for count in 0..<(events.count - 1) {
      var feed = StreamFeed(.dify)
      try feed.feed(Array((events.prefix(count).joined(separator: "\n\n") + "\n\n").utf8))
      #expect(throws: AnswerFault("the stream ended without 'message_end' or 'workflow_finished'")) {
        try feed.ended()
      }
    }
  }

  @Test("Whatever comes in, the parts keep their order")
  func keepsOrder() throws {
    var noise = JSONNoise(seed: 7)
    for name in ["text", "agent", "workflow", "chatflow", "replaced", "error", "failed"] {
      let stream = try DialectTesting.stream(.dify, name)
      for _ in 0..<60 {
        var feed = StreamFeed(.dify)
        try? feed.feed(noise.damaged(stream))
        #expect(DeltaOrder.fault((try? feed.ended()) ?? feed.deltas) == nil)
      }
    }
  }
}
