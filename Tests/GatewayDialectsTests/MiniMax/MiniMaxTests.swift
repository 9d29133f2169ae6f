import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("MiniMax")
struct MiniMaxTests {
  private static func written(_ request: CanonicalRequest) throws -> WrittenRequest {
    try Dialect.minimax.writeRequest(request, traits: TargetTraits(model: "MiniMax-M2.5"))
  }

  // MARK: Requests

  @Test("A request is one of chat with the members that its document has")
  func writesRequest() throws {
    let written = try Self.written(
      DialectTesting.simple {
        $0.isStream = true
        $0.maxOutputTokens = RawJSON(100)
        $0.sampling.temperature = RawJSON("1e-1")
        $0.sampling.seed = RawJSON(1)
        $0.user = "u"
        $0.choices = 1
        $0.reasoning.effort = .low
      })
    #expect(Set(written.dropped) == [.seed, .user, .reasoningEffort])
    #expect(
      String(decoding: written.body, as: UTF8.self)
        == #"{"model":"MiniMax-M2.5","messages":[{"role":"user","content":"Hi"}],"temperature":1e-1,"#
        + #""max_completion_tokens":100,"stream":true}"#)
  }

  @Test("Thoughts go back with the next turn")
  func writesThoughts() throws {
    let request = DialectTesting.simple {
      $0.messages.append(
        CanonicalMessage(.assistant, parts: [CanonicalPart(.reasoning(ReasoningPart(text: "Hm."))), .text("Yes.")]))
    }
    #expect(
      String(decoding: try Self.written(request).body, as: UTF8.self)
        .contains(#"{"role":"assistant","content":"Yes.","reasoning_content":"Hm."}"#))
  }

  @Test("What changes the meaning is refused")
  func refuses() {
    func unsupported(_ change: (inout CanonicalRequest) -> Void) -> RequestPart? {
      DialectTesting.unsupported(.minimax, DialectTesting.simple(change))
    }
    let function = CanonicalTool(name: "f", kind: .function(parameters: nil, isStrict: nil))
    #expect(unsupported { $0.choices = 2 } == .severalChoices)
    #expect(unsupported { $0.logprobs = true } == .logprobs)
    #expect(unsupported { $0.modalities = ["audio"] } == .audioOutput)
    #expect(unsupported { $0.modalities = ["image"] } == .imageOutput)
    #expect(unsupported { $0.previousResponseID = "r" } == .storedState)
    #expect(unsupported { $0.tools = [CanonicalTool(name: "c", kind: .custom(format: nil))] } == .tools)
    for choice in [ToolChoice.required, .named("f"), .allowed(["f"], isRequired: false)] {
      #expect(
        unsupported {
          $0.tools = [function]
          $0.toolChoice = choice
        } == .toolChoice)
    }
    #expect(
      unsupported {
        $0.tools = [function]
        $0.parallelToolCalls = false
      } == .singleToolCalls)
  }

  // MARK: Answers

  @Test("The last event repeats the answer, which is told once, with its usage")
  func readsLastEvent() throws {
    var feed = StreamFeed(.minimax)
    try feed.feed(DialectTesting.stream(.minimax, "text"))
    #expect(
      DialectTesting.lines(DialectTesting.assembled(try feed.ended()).answer) == [
        "text Hello, Wörld! 😀\nIt's \"quoted\".", "finish stop -", "usage 8+4+0+0 9+0+0",
      ])
  }

  @Test("An answer that was withheld is a filtered one, whole and streamed")
  func readsWithheld() throws {
    let plain = try DialectTesting.answer(.minimax, fixture("Dialects/minimax/filtered.answer.json"))
    #expect(DialectTesting.lines(plain) == ["finish contentFilter -", "usage 7+0+0+0 1+0+0"])
    var feed = StreamFeed(.minimax)
    try feed.feed(DialectTesting.stream(.minimax, "filtered"))
    #expect(DialectTesting.lines(DialectTesting.assembled(try feed.ended()).answer) == DialectTesting.lines(plain))
  }

  @Test("Sensitive words alone withhold nothing")
  func readsSensitive() throws {
    let answer = try DialectTesting.answer(
      .minimax,
      #"{"choices":[{"index":0,"finish_reason":"stop","message":{"content":"Ow."}}],"input_sensitive":true}"#)
    #expect(DialectTesting.lines(answer) == ["text Ow.", "finish stop -"])
  }

  @Test(
    "A malformed answer is a fault, never an empty answer",
    arguments: [
      ("{}", "an answer without choices"),
      (#"{"choices":null,"base_resp":{"status_code":0}}"#, "an answer without choices"),
      (
        #"{"choices":null,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#,
        "the provider answered with an error: insufficient balance"
      ),
      (#"{"base_resp":{"status_code":1000}}"#, "the provider answered with an error: 1000"),
    ])
  func refuses(body: String, message: String) {
    #expect(throws: AnswerFault(message)) { try DialectTesting.answer(.minimax, body) }
  }

  @Test("An error in a stream ends it with its code")
  func readsError() throws {
    var feed = StreamFeed(.minimax)
    try feed.feed(DialectTesting.stream(.minimax, "error"))
    let assembled = DialectTesting.assembled(try feed.ended())
    #expect(assembled.failure == ProviderError(message: "request timeout", code: "1001"))
    #expect(!assembled.isEnded)
  }

  @Test("A stream that ends before its last event is a fault")
  func refusesCutStream() throws {
    let events = try fixture("Dialects/minimax/text.stream.txt").components(separatedBy: "\n\n")
    for count in 0..<(events.count - 1) {
      var feed = StreamFeed(.minimax)
      try feed.feed(Array((events.prefix(count).joined(separator: "\n\n") + "\n\n").utf8))
      #expect(throws: AnswerFault("the stream ended without a finish reason")) { try feed.ended() }
    }
  }

  @Test(
    "A code says which status the error stands for",
    arguments: [
      ("1000", nil), ("1001", nil), ("1002", 429), ("1004", 401), ("1008", 402), ("1013", nil), ("1039", 429),
      ("1041", 429), ("1042", 400), ("2013", 400), ("2049", 401), ("2056", 429),
    ])
  func knowsStatuses(code: String, status: Int?) {
    #expect(ProviderError(message: "x", code: code).statusWithin200 == status)
  }

  @Test("Sensitive input and output are refusals of content", arguments: ["1026", "1027"])
  func knowsRefusals(code: String) {
    #expect(ProviderError(message: "x", code: code).meaning == .contentPolicy)
  }
}
