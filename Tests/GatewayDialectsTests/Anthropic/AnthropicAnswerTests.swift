import GatewayCore
import GatewayDialects
import Testing

@Suite("Answers of the Messages API")
struct AnthropicAnswerTests {
  private func read(_ content: String, _ members: String) throws -> CanonicalResponse {
    try DialectTesting.answer(.anthropic, #"{"id":"m1","model":"c","content":[\#(content)],\#(members)}"#)
  }

  @Test("Every block and bucket is read")
  func readsAll() throws {
    let answer = try read(
      #"""
      {"type":"thinking","thinking":"hm","signature":"c2ln"},{"type":"redacted_thinking","data":"ZA=="},
      {"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}},
      {"type":"brand_new_block","x":1},
      {"type":"text","text":"a","citations":[{"type":"web_search_result_location","url":"https://x","title":"t",
        "cited_text":"c","encrypted_index":"e"}]},
      {"type":"tool_use","id":"a","name":"f","input":{"x":12345678901234567890}}
      """#,
      #"""
      "stop_reason":"tool_use","usage":{"input_tokens":3,"cache_read_input_tokens":5,"cache_creation_input_tokens":7,
        "output_tokens":11,"output_tokens_details":{"thinking_tokens":4},"service_tier":"priority"}
      """#)
    #expect(
      DialectTesting.lines(answer) == [
        "thought hm signed c2ln redacted -", "thought  signed - redacted ZA==",
        #"opaque anthropic server_tool_use {"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}}"#,
        #"opaque anthropic brand_new_block {"type":"brand_new_block","x":1}"#, "text a [t https://x]",
        #"call a f {"x":12345678901234567890} signed -"#, "finish toolCalls -", "usage 3+5+7+0 7+4+0",
      ])
    #expect(answer.id == "m1")
    #expect(answer.serviceTier == "priority")
  }

  @Test("What is written to the cache for an hour is told apart")
  func readsHourlyWrites() throws {
    let answer = try read(
      "",
      #"""
      "stop_reason":"end_turn","usage":{"input_tokens":3,"cache_creation_input_tokens":556,"output_tokens":1,
        "cache_creation":{"ephemeral_5m_input_tokens":456,"ephemeral_1h_input_tokens":100}}
      """#)
    #expect(answer.usage?.cacheWrite == 556 && answer.usage?.cacheWrite1h == 100)
  }

  @Test(
    "Each stop reason is read and written as the same",
    arguments: [
      ("end_turn", FinishReason.stop), ("max_tokens", .length), ("tool_use", .toolCalls), ("refusal", .refusal),
      ("pause_turn", .pause), ("model_context_window_exceeded", .contextLength),
    ])
  func keepsStopReasons(word: String, reason: FinishReason) throws {
    let answer = try read("", #""stop_reason":"\#(word)""#)
    #expect(answer.choices.first?.finish == reason)
    #expect(DialectTesting.written(.anthropic, answer).contains(#""stop_reason":"\#(word)""#))
  }

  @Test("A stop sequence is named")
  func keepsStopSequence() throws {
    let answer = try read("", #""stop_reason":"stop_sequence","stop_sequence":"END""#)
    #expect(DialectTesting.lines(answer) == ["finish stop END"])
    #expect(
      DialectTesting.written(.anthropic, answer).contains(#""stop_reason":"stop_sequence","stop_sequence":"END""#))
  }

  @Test("An answer is written as the API would")
  func writesAnswer() throws {
    var answer = CanonicalResponse()
    answer.model = "gpt"
    var choice = CanonicalResponse.Choice(index: 0)
    choice.parts = [
      CanonicalPart(.reasoning(ReasoningPart(text: "hm"))), .text(.empty), .text("a"),
      CanonicalPart(.refusal("no")),
      CanonicalPart(.toolCall(ToolCall(id: "a", name: "f", arguments: .string(.empty)))),
    ]
    choice.finish = .toolCalls
    answer.choices = [choice]
    answer.usage = TokenUsage(inputUncached: 1, inputCached: 2, cacheWrite: 3, inputAudio: 4, output: 5, reasoning: 6)
    #expect(
      DialectTesting.written(.anthropic, answer)
        == #"{"id":"msg_0123","type":"message","role":"assistant","model":"gpt","content":["#
        + #"{"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"a","citations":null},"#
        + #"{"type":"text","text":"no"},{"type":"tool_use","id":"a","name":"f","input":{}}],"#
        + #""stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":3,"#
        + #""cache_read_input_tokens":2,"output_tokens":11,"output_tokens_details":{"thinking_tokens":6}}}"#)
  }

  @Test(
    "What is no answer is a fault",
    arguments: [
      "7", "[]", "{}", #"{"content":"a"}"#, #"{"content":[7]}"#, #"{"content":[{}]}"#,
      #"{"content":[{"type":"text"}]}"#,
      #"{"content":[{"type":"tool_use","id":"a","input":{}}]}"#, #"{"type":"error","error":{"message":"no"}}"#,
      #"{"content":[{"type":"tool_use","id":"a","name":"f","input":"x"}]}"#,
    ])
  func refusesBroken(body: String) {
    #expect(throws: AnswerFault.self) { try DialectTesting.answer(.anthropic, body) }
  }

  @Test("Errors have the type of their status or of the provider's own word")
  func writesErrors() {
    func event(_ error: ProviderError) -> String { DialectTesting.encoded(.anthropic, [.failed(error)]) }
    func error(_ type: String) -> String {
      "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"\(type)\",\"message\":\"m\"}}\n\n"
    }
    #expect(event(ProviderError(message: "m", type: "overloaded_error")) == error("overloaded_error"))
    #expect(event(ProviderError(message: "m", type: "UNAVAILABLE", code: "503")) == error("overloaded_error"))
    #expect(event(ProviderError(message: "m", type: "throttlingException")) == error("rate_limit_error"))
    #expect(event(ProviderError(message: "m", type: "server_error")) == error("api_error"))
    #expect(event(ProviderError(message: "m")) == error("api_error"))
  }
}
