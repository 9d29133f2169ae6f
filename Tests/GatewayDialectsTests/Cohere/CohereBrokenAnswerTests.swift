import Foundation
import GatewayCore
import GatewayDialects
import Testing

@Suite("Cohere answers that are not as they should be")
struct CohereBrokenAnswerTests {
  @Test(
    "A malformed answer is a fault, never an empty answer",
    arguments: [
      ("{}", "malformed answer: it has no 'message'"),
      (#"{"message":"text"}"#, "malformed answer: it has no 'message'"),
      (
        #"{"message":{"role":"assistant"}}"#,
        "malformed answer: 'message' has no content and there is no 'finish_reason'"
      ),
      (#"{"message":{"content":7}}"#, "malformed answer: 'message.content' is no array"),
      (#"{"message":{"content":[{}]}}"#, "malformed answer: a content block without a type"),
      (#"{"message":{"tool_calls":[{"id":"1"}]}}"#, "malformed answer: a tool call without a name"),
      (
        #"{"finish_reason":"ERROR","message":{"content":[]}}"#,
        "the provider gave up the answer: finish_reason ERROR"
      ),
      (
        #"{"finish_reason":"TIMEOUT","message":{"content":[{"type":"text","text":"a"}]}}"#,
        "the provider gave up the answer: finish_reason TIMEOUT"
      ),
    ])
  func refuses(body: String, message: String) {
    #expect(throws: AnswerFault(message)) { try CohereTesting.answer(body) }
  }

  @Test("An answer that says that it is empty is fine")
  func takesEmptyAnswer() throws {
    let answer = try CohereTesting.answer(#"{"finish_reason":"COMPLETE","message":{"role":"assistant","content":[]}}"#)
    #expect(CohereTesting.lines(answer) == ["finish stop"])
  }

  @Test("A stream that ends early is a fault")
  func refusesCutStream() throws {
    let stream = try CohereTesting.file("text.stream.txt")
    let events = stream.components(separatedBy: "\n\n")
    for count in 0..<(events.count - 3) {
      let cut = events.prefix(count).joined(separator: "\n\n")
      #expect(throws: AnswerFault("the stream ended without 'message-end'")) { try CohereTesting.deltas(cut) }
    }
  }

  @Test("The error of a stream ends it")
  func readsError() throws {
    let deltas = try CohereTesting.deltas(CohereTesting.file("error.stream.txt"))
    let assembled = CohereTesting.assembled(deltas)
    #expect(assembled.failure?.message == "the model is overloaded, try again later")
    #expect(assembled.failure?.code == "ERROR")
    #expect(!assembled.isEnded)
  }

  @Test(
    "Other shapes of an error in a stream are understood",
    arguments: [
      #"data: {"id":"1","message":"internal server error"}"#,
      #"data: {"type":"error","message":"internal server error"}"#,
      "event: error\n" + #"data: {"message":"internal server error"}"#,
      #"data: {"type":"message-end","delta":{"error":"internal server error"}}"#,
    ])
  func readsOtherErrors(stream: String) throws {
    let assembled = CohereTesting.assembled(try CohereTesting.deltas(stream))
    #expect(assembled.failure?.message == "internal server error")
  }

  @Test("The gateway's failure is written as Cohere's error event, and read as one")
  func writesError() throws {
    let event = String(decoding: CohereErrorWriter.event(GatewayError(.providerTimeout, "too \"late\"")), as: UTF8.self)
    #expect(
      event
        == "event: message-end\n"
        + #"data: {"type":"message-end","delta":{"error":"too \"late\"","finish_reason":"ERROR"}}"# + "\n\n")
    #expect(CohereTesting.assembled(try CohereTesting.deltas(event)).failure?.message == "too \"late\"")
    let failed = CohereTesting.encoded([.failed(ProviderError(message: "gone"))])
    #expect(failed.hasSuffix("{\"error\":\"gone\",\"finish_reason\":\"ERROR\"}}\n\n"))
    #expect(!failed.contains("[DONE]"))
  }

  @Test("The body of a failure has the message and where the fault is")
  func writesErrorBody() {
    let error = GatewayError(.invalidParameter, "'messages[0].role' is wrong.", parameter: "messages[0].role")
    #expect(
      String(decoding: CohereErrorWriter.body(error), as: UTF8.self)
        == #"{"message":"'messages[0].role' is wrong.","code":"invalid_parameter","param":"messages[0].role"}"#)
  }

  @Test(
    "Cohere's error bodies are understood",
    arguments: [
      (
        #"{"id":"ab","message":"invalid request: list of documents must not be empty"}"#,
        "invalid request: list of documents must not be empty"
      ),
      (#"{"message":"invalid api token"}"#, "invalid api token"),
      (#"{"data":"invalid token"}"#, "The provider answered with an error without a message."),
    ])
  func parsesErrors(body: String, message: String) {
    let error = Array(body.utf8).withUnsafeBytes { ProviderError.parse(errorBody: $0) }
    #expect(error.message == message)
  }

  @Test("Malformed JSON in a stream is a fault")
  func refusesMalformedEvent() {
    #expect(throws: AnswerFault.self) { try CohereTesting.deltas("data: {\"type\":") }
  }

  @Test("Events that are not known are passed over")
  func skipsUnknown() throws {
    let stream = try CohereTesting.file("text.stream.txt").replacingOccurrences(
      of: "event: content-end", with: "event: debug\ndata: {\"type\":\"debug\",\"prompt\":\"x\"}\n\nevent: content-end")
    let odd = "event: new\ndata: {\"type\":\"new-thing\",\"delta\":7}\n\n" + stream
    let answer = CohereTesting.assembled(try CohereTesting.deltas(odd)).answer
    #expect(CohereTesting.lines(answer) == CohereAnswerTests.expected["text"])
  }

  @Test("Nothing of a delta is lost when it has a thought and text at once")
  func readsMixedDelta() throws {
    let stream =
      #"data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"a","text":"b"}}}}"#
    let end = #"data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}"#
    let answer = CohereTesting.assembled(try CohereTesting.deltas(stream + "\n\n" + end)).answer
    #expect(CohereTesting.lines(answer) == ["thought a", "text b", "finish stop"])
  }

  @Test("Deltas without their start open the part themselves")
  func opensParts() throws {
    let stream = """
      event: message-start
      data: {"type":"message-start","id":"i"}

      event: content-delta
      data: {"type":"content-delta","delta":{"message":{"content":{"text":"He"}}}}

      event: content-delta
      data: {"type":"content-delta","delta":{"message":{"content":{"text":"llo"}}}}

      event: message-end
      data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}


      """
    let answer = CohereTesting.assembled(try CohereTesting.deltas(stream)).answer
    #expect(CohereTesting.lines(answer) == ["text Hello", "finish stop"])
  }

  @Test("A citation that comes after the end of its text is kept")
  func keepsLateCitation() throws {
    let stream = try CohereTesting.file("citations.stream.txt")
    let events = stream.components(separatedBy: "\n\n")
    let end = try #require(events.firstIndex { $0.hasPrefix("event: content-end") })
    let start = try #require(events.firstIndex { $0.hasPrefix("event: citation-start") })
    var late = events
    late.insert(late.remove(at: end), at: start)
    let answer = CohereTesting.assembled(try CohereTesting.deltas(late.joined(separator: "\n\n"))).answer
    #expect(CohereTesting.lines(answer) == CohereAnswerTests.expected["citations"])
  }

  @Test("Arguments of a call that is not open are a fault")
  func refusesStrayArguments() {
    let stream =
      #"data: {"type":"tool-call-delta","index":1,"delta":{"message":{"tool_calls":{"function":{"arguments":"{"}}}}}"#
    #expect(throws: AnswerFault("malformed answer: arguments of a tool call that is not open")) {
      try CohereTesting.deltas(stream)
    }
  }

  @Test("Calls make the reason, even when the provider says COMPLETE")
  func seesCalls() throws {
    let stream = try CohereTesting.file("tools.stream.txt").replacingOccurrences(of: "TOOL_CALL", with: "COMPLETE")
    #expect(CohereTesting.assembled(try CohereTesting.deltas(stream)).answer.choices[0].finish == .toolCalls)
  }
}
