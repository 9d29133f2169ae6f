import GatewayCore
import GatewayDialects
import Testing

@Suite struct ResponsesAnswerTests {
  private func lines(_ output: String, _ more: String = #""status":"completed""#) throws -> [String] {
    OpenAITesting.lines(try OpenAITesting.answer(.openAIResponses, #"{"output":[\#(output)],\#(more)}"#))
  }

  // MARK: Reading

  @Test func everyKindOfItemIsRead() throws {
    let output = #"""
      {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"one"},{"type":"summary_text","text":"two"}],"encrypted_content":"e"},
      {"type":"reasoning","id":"rs_2","summary":[]},
      {"type":"reasoning","id":"rs_3","summary":[],"content":[{"type":"reasoning_text","text":"raw"}]},
      {"type":"web_search_call","id":"ws"},
      {"type":"message","content":[{"type":"output_text","text":"a","annotations":[{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1},{"type":"file_citation","file_id":"f","index":0}],"logprobs":[{"token":"a","logprob":-0.10}]},{"type":"refusal","refusal":"no"}]},
      {"type":"function_call","call_id":"1","name":"f","arguments":"{}"},
      {"type":"custom_tool_call","call_id":"2","name":"c","input":"x"}
      """#
    #expect(
      try lines(output) == [
        "thought one\n\ntwo signed e", "thought raw", #"opaque web_search_call {"type":"web_search_call","id":"ws"}"#,
        "text a [0..1 u]", "refusal no", "call 1 f {}", "custom call 2 c x",
        #"logprobs {"content":[{"token":"a","logprob":-0.10}],"refusal":null}"#, "finish toolCalls",
      ])
  }

  @Test(arguments: [
    (#""status":"completed""#, FinishReason.stop),
    (#""status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}"#, .length),
    (#""status":"incomplete","incomplete_details":{"reason":"content_filter"}"#, .contentFilter),
    (#""status":"incomplete","incomplete_details":null"#, .length),
  ])
  func theStatusTellsWhyItEnded(status: String, finish: FinishReason) throws {
    let message = #"{"type":"message","content":[{"type":"output_text","text":"a"}]}"#
    #expect(try lines(message, status) == ["text a", "finish \(finish)"])
  }

  @Test(arguments: [
    "[]", "{}", #"{"output":{}}"#, #"{"output":[{}]}"#, #"{"output":[7]}"#, #"{"output":[],"status":"failed"}"#,
    #"{"output":[{"type":"function_call","call_id":"1"}]}"#,
  ])
  func aMalformedAnswerIsAFault(body: String) {
    #expect(throws: AnswerFault.self) { try OpenAITesting.answer(.openAIResponses, body) }
  }

  // MARK: Writing

  private func written(_ parts: [CanonicalPart], _ finish: FinishReason = .stop) throws -> JSONNode {
    try OpenAITesting.written(.openAIResponses, OpenAITesting.answer(parts, finish))
  }

  @Test func everyPartIsAnItem() throws {
    var text = TextPart(text: "a")
    text.citations = [Citation(url: "u", title: "t")]
    let parts: [CanonicalPart] = [
      CanonicalPart(.reasoning(ReasoningPart(text: "hm", signature: "s"))), CanonicalPart(.text(text)),
      CanonicalPart(.toolCall(ToolCall(id: "1", name: "f", arguments: .string(.empty)))),
      CanonicalPart(.toolCall(ToolCall(kind: .custom, id: "2", name: "c", arguments: .string(.empty)))),
      CanonicalPart(.refusal("no")), CanonicalPart(.image(MediaPart(.base64("AA==")))),
    ]
    #expect(
      try written(parts, .toolCalls)["output"]?.elements.map { $0.raw.string } == [
        #"{"id":"rs_01231","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"s"}"#,
        #"{"id":"msg_01232","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[{"type":"url_citation","start_index":0,"end_index":0,"url":"u","title":"t"}],"logprobs":[]}]}"#,
        #"{"id":"fc_01233","type":"function_call","status":"completed","arguments":"{}","call_id":"1","name":"f"}"#,
        #"{"id":"ctc_01234","type":"custom_tool_call","status":"completed","input":"","call_id":"2","name":"c"}"#,
        #"{"id":"msg_01235","type":"message","status":"completed","role":"assistant","content":[{"type":"refusal","refusal":"no"}]}"#,
        #"{"id":"ig_01236","type":"image_generation_call","status":"completed","result":"AA=="}"#,
      ])
  }

  @Test func onlyTheLastItemOfACutAnswerIsIncomplete() throws {
    let body = try written([.text("a"), .text("b")], .length)
    #expect(body["status"]?.string == "incomplete")
    #expect(body["incomplete_details"]?["reason"]?.string == "max_output_tokens")
    #expect(body["output"]?.elements.map { $0["status"]?.string } == ["completed", "incomplete"])
  }

  @Test func whatTheSDKNeedsIsThere() throws {
    var answer = OpenAITesting.answer([.text("a")])
    answer.serviceTier = "flex"
    answer.usage = TokenUsage(inputUncached: 3, inputCached: 2, cacheWrite: 1, output: 4, reasoning: 5)
    let body = try OpenAITesting.written(.openAIResponses, answer)
    #expect(body["id"]?.string == "resp_0123")
    #expect(body["object"]?.string == "response")
    #expect(body["created_at"]?.int == 1_700_000_000)
    #expect(body["service_tier"]?.string == "flex")
    for name in ["error", "incomplete_details", "instructions", "temperature", "top_p", "user"] {
      #expect(body.members.first { $0.name.string == name }?.value.isNull == true)
    }
    #expect(
      body["usage"]?.raw.string
        == #"{"input_tokens":6,"input_tokens_details":{"cached_tokens":2,"cache_write_tokens":1},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":5},"total_tokens":15}"#
    )
  }

  @Test func logprobsOfChatStandInTheText() throws {
    var answer = OpenAITesting.answer([.text("a")])
    answer.choices[0].logprobs = RawJSON(#"{"content":[{"token":"a","logprob":-1e-9}],"refusal":null}"#)
    let body = try OpenAITesting.written(.openAIResponses, answer)
    let part = body["output"]?.elements.first { _ in true }?["content"]?.elements.first { _ in true }
    #expect(part?["logprobs"]?.raw.string == #"[{"token":"a","logprob":-1e-9}]"#)
  }
}
