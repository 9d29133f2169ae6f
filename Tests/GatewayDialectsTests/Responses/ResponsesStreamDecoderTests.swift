import GatewayCore
import GatewayDialects
import Testing

@Suite struct ResponsesStreamDecoderTests {
  private func stream(_ events: [String]) -> String {
    var number = 0
    return events.map { event in
      number += 1
      let type = event.split(separator: "\"")[3]
      return "event: \(type)\ndata: \(event.dropLast()),\"sequence_number\":\(number)}\n\n"
    }.joined()
  }

  private func lines(_ events: [String]) throws -> [String] {
    OpenAITesting.lines(try OpenAITesting.streamed(.openAIResponses, stream(events)).answer)
  }

  @Test func aStreamThatDoesNotSayThatItBeginsIsReadAllTheSame() throws {
    let events = stream([delta("output_text", 0, "a"), completed])
    var feed = StreamFeed(.openAIResponses)
    try feed.feed(events.utf8)
    #expect(DeltaOrder.fault(try feed.ended()) == nil)
  }

  private let completed = #"{"type":"response.completed","response":{"status":"completed","output":[]}}"#

  private func added(_ index: Int, _ item: String) -> String {
    #"{"type":"response.output_item.added","output_index":\#(index),"item":\#(item)}"#
  }

  private func done(_ index: Int, _ item: String) -> String {
    #"{"type":"response.output_item.done","output_index":\#(index),"item":\#(item)}"#
  }

  private func delta(_ name: String, _ index: Int, _ text: String) -> String {
    #"{"type":"response.\#(name).delta","output_index":\#(index),"delta":"\#(text)"}"#
  }

  private func call(_ id: Int) -> String {
    #"{"type":"function_call","call_id":"\#(id)","name":"f\#(id)","arguments":""}"#
  }

  // MARK: Items

  @Test func callsOneAfterTheOtherAreToldAtOnce() throws {
    let events = [
      added(0, call(0)), delta("function_call_arguments", 0, "{}"), done(0, call(0)), added(1, call(1)),
      delta("function_call_arguments", 1, "[]"), done(1, call(1)), completed,
    ]
    #expect(try lines(events) == ["call 0 f0 {}", "call 1 f1 []", "finish toolCalls"])
  }

  @Test func piecesOfParallelCallsMayComeByTurns() throws {
    let events = [
      added(0, call(0)), added(1, call(1)), delta("function_call_arguments", 1, "["),
      delta("function_call_arguments", 0, "{"), delta("function_call_arguments", 1, "]"),
      delta("function_call_arguments", 0, "}"), done(1, call(1)), done(0, call(0)), completed,
    ]
    #expect(try lines(events) == ["call 0 f0 {}", "call 1 f1 []", "finish toolCalls"])
  }

  @Test func callsThatNeverEndAreNotLost() throws {
    let events = [
      added(0, call(0)), delta("function_call_arguments", 0, "{}"), added(1, call(1)),
      delta("function_call_arguments", 1, "[]"), added(2, call(2)), completed,
    ]
    #expect(try lines(events) == ["call 0 f0 {}", "call 1 f1 []", "call 2 f2 ", "finish toolCalls"])
  }

  @Test func whatComesWithTheEndOfItsItemIsRead() throws {
    let events = [
      done(0, #"{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"e"}"#),
      added(1, #"{"type":"message","content":[]}"#),
      done(
        1,
        #"{"type":"message","content":[{"type":"output_text","text":"a","annotations":[]},{"type":"refusal","refusal":"no"}]}"#
      ),
      done(2, #"{"type":"function_call","call_id":"1","name":"f","arguments":"{}"}"#), added(3, call(3)),
      done(3, #"{"type":"function_call","call_id":"3","name":"f3","arguments":"[]"}"#), completed,
    ]
    #expect(
      try lines(events) == [
        "thought hm signed e", "text a", "refusal no", "call 1 f {}", "call 3 f3 []", "finish toolCalls",
      ])
  }

  @Test func theWholeAnswerMayComeWithTheEnd() throws {
    let events = [
      #"{"type":"response.completed","response":{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"a"}]},{"type":"function_call","call_id":"1","name":"f","arguments":"{}"}],"usage":{"input_tokens":3,"output_tokens":4}}}"#
    ]
    #expect(try lines(events) == ["text a", "call 1 f {}", "finish toolCalls", "usage 3 4"])
  }

  @Test func partsOfAMessageAndOfASummaryAreToldApart() throws {
    let summary = #"{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":"#
    let part = #"{"type":"response.content_part.added","output_index":1,"content_index":"#
    let events = [
      added(0, #"{"type":"reasoning","summary":[]}"#), summary + "0}", delta("reasoning_summary_text", 0, "one"),
      summary + "1}", delta("reasoning_summary_text", 0, "two"), done(0, #"{"type":"reasoning","summary":[]}"#),
      added(1, #"{"type":"message","content":[]}"#), part + "0}", delta("output_text", 1, "a"), part + "1}",
      delta("output_text", 1, "b"), part + "2}", delta("refusal", 1, "no"), done(1, #"{"type":"message"}"#), completed,
    ]
    #expect(try lines(events) == ["thought one\n\ntwo", "text a", "text b", "refusal no", "finish stop"])
  }

  @Test func theStreamSaysWhatTheWholeAnswerSays() throws {
    let reasoning =
      #"{"type":"reasoning","summary":[{"type":"summary_text","text":"one"},{"type":"summary_text","text":"two"}]}"#
    let plain = try OpenAITesting.answer(.openAIResponses, #"{"status":"completed","output":[\#(reasoning)]}"#)
    #expect(try lines([done(0, reasoning), completed]) == OpenAITesting.lines(plain))
  }

  @Test func annotationsAndLogprobsAreRead() throws {
    let events = [
      #"{"type":"response.output_text.delta","output_index":0,"delta":"a","logprobs":[{"token":"a"}]}"#,
      #"{"type":"response.output_text.delta","output_index":0,"delta":"b","logprobs":[{"token":"b"}]}"#,
      #"{"type":"response.output_text.annotation.added","output_index":0,"annotation":{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":2}}"#,
      completed,
    ]
    #expect(
      try lines(events) == [
        "text ab [0..2 u]", #"logprobs {"content":[{"token":"a"},{"token":"b"}],"refusal":null}"#, "finish stop",
      ])
  }

  @Test func customToolsAndRawThoughtsAreRead() throws {
    let tool = #"{"type":"custom_tool_call","call_id":"1","name":"c","input":""}"#
    let events = [
      delta("reasoning_text", 0, "hm"), added(1, tool), delta("custom_tool_call_input", 1, "x"), done(1, tool),
      completed,
    ]
    #expect(try lines(events) == ["thought hm", "custom call 1 c x", "finish toolCalls"])
  }

  @Test func toolsThatOpenAIRunsPassWhole() throws {
    let search = #"{"type":"web_search_call","id":"ws"}"#
    let events = [
      added(0, search), #"{"type":"response.web_search_call.searching","output_index":0}"#, done(0, search), completed,
    ]
    #expect(try lines(events) == ["opaque web_search_call \(search)", "finish stop"])
  }

  // MARK: The end

  @Test(arguments: [
    (#"{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}"#, FinishReason.contentFilter),
    (#"{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}"#, .length), ("{}", .length),
  ])
  func anIncompleteResponseSaysWhy(response: String, finish: FinishReason) throws {
    let events = [delta("output_text", 0, "a"), #"{"type":"response.incomplete","response":\#(response)}"#]
    #expect(try lines(events) == ["text a", "finish \(finish)"])
  }

  @Test(arguments: [
    #"{"type":"response.failed","response":{"error":{"code":"context_length_exceeded","message":"too long"}}}"#,
    #"{"type":"error","code":"context_length_exceeded","message":"too long","param":null}"#,
    #"{"type":"error","error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"too long"}}"#,
    #"{"error":{"type":"invalid_request_error","code":"context_length_exceeded","message":"too long"}}"#,
  ])
  func anErrorKeepsItsCode(event: String) throws {
    let assembled = OpenAITesting.assembled(try OpenAITesting.deltas(.openAIResponses, "data: \(event)\n\n"))
    #expect(assembled.failure?.message == "too long")
    #expect(assembled.failure?.code == "context_length_exceeded")
    #expect(!assembled.isEnded)
  }

  @Test func aStreamWithoutItsEndIsNotWhole() {
    #expect(throws: AnswerFault.self) {
      try OpenAITesting.deltas(.openAIResponses, stream([delta("output_text", 0, "a")]))
    }
  }

  @Test(arguments: ["{", "[]", "7", "nonsense", #"{"type":"response.completed"}"#])
  func aMalformedEventIsAFault(event: String) {
    #expect(throws: AnswerFault.self) {
      try OpenAITesting.deltas(.openAIResponses, "data: \(event)\n\n" + stream([completed]))
    }
  }

  @Test func theMarkOfChatIsPassedOver() throws {
    #expect(throws: Never.self) { try OpenAITesting.deltas(.openAIResponses, stream([completed]) + "data: [DONE]\n\n") }
  }
}
