import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("Hunyuan answers")
struct HunyuanAnswerTests {
  private static func plain(_ name: String) throws -> CanonicalResponse {
    try DialectTesting.answer(.hunyuan, fixture("Dialects/hunyuan/\(name).answer.json"))
  }

  @Test("An answer has its id, its time and what was cached of the prompt")
  func readsAnswer() throws {
    let answer = try Self.plain("text")
    #expect(answer.id == "8b2cb4a8-1c7d-4f0c-9d2e-5a0f0c6f3a11")
    #expect(answer.created == 1_741_570_283)
    #expect(
      DialectTesting.lines(answer) == [
        "text Hello, Wörld! 😀\nIt's \"quoted\".", "finish stop -", "usage 8+4+0+0 9+0+0",
      ])
  }

  @Test("What the search found is told with the text, whole and streamed, each page once")
  func readsSources() throws {
    let lines = DialectTesting.lines(try Self.plain("search"))
    #expect(
      lines.first
        == #"text It rains. [Weather in "Zürich" https://example.com/a] [Forecast https://example.com/b]"#)
    let stream = try DialectTesting.stream(.hunyuan, "search")
    for size in [1, 7, stream.count] {
      var feed = StreamFeed(.hunyuan)
      for start in stride(from: 0, to: stream.count, by: size) {
        try feed.feed(stream[start..<min(start + size, stream.count)])
      }
      #expect(DialectTesting.lines(DialectTesting.assembled(try feed.ended()).answer) == lines)
    }
  }

  @Test("Sources that come with the last event are told, too")
  func readsLateSources() throws {
    let deltas = try DialectTesting.deltas(
      .hunyuan, events: #"{"Choices":[{"Delta":{"Content":"A"},"FinishReason":""}]}"#,
      #"{"Choices":[{"Delta":{"Content":""},"FinishReason":"stop"}],"SearchInfo":{"SearchResults":[{"Url":"https://e.com"}]}}"#
    )
    #expect(
      DialectTesting.lines(DialectTesting.assembled(deltas).answer) == ["text A [- https://e.com]", "finish stop -"])
  }

  @Test("Calls without numbers are told apart by their ids")
  func readsCallsByID() throws {
    func event(_ id: String, _ name: String, _ piece: String) -> String {
      #"{"Choices":[{"Delta":{"ToolCalls":[{"Id":"\#(id)","Type":"function","Function":"#
        + #"{"Name":"\#(name)","Arguments":"\#(piece)"}}]},"FinishReason":""}]}"#
    }
    let deltas = try DialectTesting.deltas(
      .hunyuan, events: event("a", "f", "{"), event("a", "f", "}"), event("b", "g", "{}"),
      #"{"Choices":[{"Delta":{},"FinishReason":"tool_calls"}]}"#)
    #expect(
      DialectTesting.lines(DialectTesting.assembled(deltas).answer) == [
        "call a f {} signed -", "call b g {} signed -", "finish toolCalls -",
      ])
  }

  @Test(
    "A malformed answer is a fault, never an empty answer",
    arguments: [
      ("{}", "malformed answer: it has no 'Response'"), (#"{"Response":7}"#, "malformed answer: it has no 'Response'"),
      (#"{"Response":{}}"#, "an answer without choices"),
      (#"{"Response":{"Choices":[]}}"#, "an answer without choices"),
      (#"{"Response":{"Choices":[7]}}"#, "a choice that is no object"),
      (#"{"Response":{"Choices":[{}]}}"#, "a choice without a message"),
      (
        #"{"Response":{"Error":{"Code":"AuthFailure.SecretIdNotFound","Message":"No such id."},"RequestId":"r"}}"#,
        "the provider answered with an error: No such id."
      ),
      (
        #"{"Response":{"ErrorMsg":{"Code":4000,"Msg":"Oh."},"Choices":[]}}"#,
        "the provider answered with an error: Oh."
      ),
    ])
  func refuses(body: String, message: String) {
    #expect(throws: AnswerFault(message)) { try DialectTesting.answer(.hunyuan, body) }
  }

  @Test("An error in a stream ends it with its code")
  func readsError() throws {
    var feed = StreamFeed(.hunyuan)
    try feed.feed(DialectTesting.stream(.hunyuan, "error"))
    let assembled = DialectTesting.assembled(try feed.ended())
    #expect(assembled.failure?.message == "model request timed out")
    #expect(assembled.failure?.code == "4001")
    let whole = try DialectTesting.deltas(
      .hunyuan, events: #"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"Slower."},"RequestId":"r"}}"#)
    #expect(DialectTesting.assembled(whole).failure?.code == "RequestLimitExceeded")
  }

  @Test("An error message without an error is none")
  func readsEmptyError() throws {
    let deltas = try DialectTesting.deltas(
      .hunyuan, events: #"{"ErrorMsg":{"Msg":"","Code":0},"Choices":[{"Delta":{"Content":"A"},"FinishReason":"stop"}]}"#
    )
    #expect(DialectTesting.assembled(deltas).failure == nil)
  }

  @Test("A stream that ends early is a fault")
  func refusesCutStream() throws {
    let events = try fixture("Dialects/hunyuan/text.stream.txt").components(separatedBy: "\n\n")
    for count in 0..<(events.count - 1) {
      var feed = StreamFeed(.hunyuan)
      try feed.feed(Array((events.prefix(count).joined(separator: "\n\n") + "\n\n").utf8))
      #expect(throws: AnswerFault("the stream ended without a finish reason")) { try feed.ended() }
    }
  }

  @Test("An error in the place of an answer is known, and read with its code")
  func knowsErrors() throws {
    let body = Array(
      #"{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"x"},"RequestId":"r"}}"#.utf8)
    #expect(ProviderError.isIn(try JSONDocument(body).root))
    let error = body.withUnsafeBytes { ProviderError.parse(errorBody: $0) }
    #expect(error == ProviderError(message: "x", code: "AuthFailure.SignatureFailure"))
    let late = Array(#"{"Response":{"ErrorMsg":{"Msg":"y","Code":4001}}}"#.utf8)
    #expect(ProviderError.isIn(try JSONDocument(late).root))
    #expect(late.withUnsafeBytes { ProviderError.parse(errorBody: $0) } == ProviderError(message: "y", code: "4001"))
    let good = try DialectTesting.bytes(.hunyuan, "text.answer.json")
    #expect(!ProviderError.isIn(try JSONDocument(good).root))
  }

  @Test(
    "A code says which status the error stands for",
    arguments: [
      ("AuthFailure.SecretIdNotFound", 401), ("UnauthorizedOperation", 403),
      ("RequestLimitExceeded.UinLimitExceeded", 429),
      ("LimitExceeded", 429), ("FailedOperation.EngineServerLimitExceeded", 429),
      ("FailedOperation.ServiceStopArrears", 402), ("ResourceInsufficient.ChargeResourceExhaust", 402),
      ("ResourceUnavailable.InArrears", 402), ("FailedOperation.ServiceNotActivated", 403),
      ("InvalidParameterValue.Model", 404), ("InvalidParameter", 400),
      ("InvalidParameterValue.ParameterValueError", 400),
      ("MissingParameter", 400), ("FailedOperation.EngineRequestTimeout", nil), ("InternalError", nil), ("4001", nil),
    ])
  func knowsStatuses(code: String, status: Int?) {
    #expect(ProviderError(message: "x", code: code).statusWithin200 == status)
  }

  @Test("A refusal of content is known as one")
  func knowsRefusals() {
    #expect(ProviderError(message: "x", code: "OperationDenied.TextIllegalDetected").meaning == .contentPolicy)
  }
}
