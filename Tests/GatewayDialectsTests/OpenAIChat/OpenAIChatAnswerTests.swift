import GatewayCore
import GatewayDialects
import Testing

@Suite struct OpenAIChatAnswerTests {
  private func lines(_ message: String, finish: String = "stop", more: String = "") throws -> [String] {
    OpenAITesting.lines(
      try OpenAITesting.answer(
        .openAIChat,
        #"{"id":"i","choices":[{"index":0,"message":\#(message),"finish_reason":"\#(finish)"\#(more)}]}"#))
  }

  // MARK: Reading

  @Test(arguments: [
    (#"{"content":"a","refusal":null}"#, "stop", ["text a", "finish stop"]),
    (#"{"content":null,"refusal":"no"}"#, "stop", ["refusal no", "finish stop"]),
    (
      #"{"content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"2","type":"custom","custom":{"name":"c","input":"x"}}]}"#,
      "stop", ["call 1 f {}", "custom call 2 c x", "finish toolCalls"]
    ),
    (#"{"function_call":{"name":"f","arguments":"{}"}}"#, "function_call", ["call call_0 f {}", "finish toolCalls"]),
    (
      #"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"},{"type":"reference","reference_ids":[1]}]}"#,
      "stop", ["thought hm", "text a", "finish stop"]
    ),
    (
      #"{"content":"a","annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"t","start_index":0,"end_index":1}}]}"#,
      "stop", ["text a [0..1 u]", "finish stop"]
    ),
    (
      #"{"content":null,"audio":{"id":"x","data":"AAAA","expires_at":1,"transcript":"hi"}}"#, "stop",
      ["audio base64 AAAA - - - hi", "finish stop"]
    ),
    (
      #"{"content":"","images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}"#, "stop",
      ["image base64 AA== image/png - - -", "finish stop"]
    ),
    (
      #"{"content":"a","reasoning_details":[{"type":"reasoning.summary","summary":"hm","signature":"s"}]}"#, "length",
      ["thought hm signed s", "text a", "finish length"]
    ),
  ])
  func aMessageIsRead(message: String, finish: String, expected: [String]) throws {
    #expect(try lines(message, finish: finish) == expected)
  }

  @Test(arguments: [
    "[]", "{}", #"{"choices":{}}"#, #"{"choices":[]}"#, #"{"choices":[7]}"#, #"{"choices":[{}]}"#,
    #"{"choices":[{"message":"a"}]}"#, #"{"choices":[{"message":{"content":[{"type":"text"}]}}]}"#,
    #"{"choices":[{"message":{"tool_calls":[{"id":"1","function":{"arguments":"{}"}}]}}]}"#,
    #"{"choices":[{"message":{"content":"a"},"finish_reason":"error"}]}"#,
    #"{"choices":[{"message":{"content":"a"},"finish_reason":"insufficient_system_resource"}]}"#,
    #"{"choices":[{"message":{"content":"a"},"error":{"message":"down","code":502}}]}"#,
  ])
  func aMalformedAnswerIsAFault(body: String) {
    #expect(throws: AnswerFault.self) { try OpenAITesting.answer(.openAIChat, body) }
  }

  @Test func everyBucketOfTheUsageIsReadAndWritten() throws {
    let body =
      #"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":10,"audio_tokens":5},"completion_tokens_details":{"reasoning_tokens":20,"audio_tokens":7}}}"#
    let answer = try OpenAITesting.answer(.openAIChat, body)
    #expect(
      answer.usage
        == TokenUsage(
          inputUncached: 45, inputCached: 40, cacheWrite: 10, inputAudio: 5, output: 23, reasoning: 20, outputAudio: 7))
    let usage = try OpenAITesting.written(.openAIChat, answer)["usage"]
    #expect(
      usage?.raw.string
        == #"{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":{"cached_tokens":40,"cache_write_tokens":10,"audio_tokens":5},"completion_tokens_details":{"reasoning_tokens":20,"audio_tokens":7}}"#
    )
  }

  // MARK: Writing

  private func message(_ parts: [CanonicalPart]) throws -> JSONNode {
    let body = try OpenAITesting.written(.openAIChat, OpenAITesting.answer(parts))
    return try #require(body["choices"]?.elements.first { _ in true }?["message"])
  }

  @Test func allPartsAreWritten() throws {
    var thought = ReasoningPart(text: "hm", signature: "s")
    thought.isSummary = true
    var sound = MediaPart(.base64("AAAA"))
    sound.context = "hi"
    var text = TextPart(text: "a")
    text.citations = [Citation(url: "u", title: "t")]
    let parts: [CanonicalPart] = [
      CanonicalPart(.reasoning(thought)), CanonicalPart(.text(text)), .text("b"),
      CanonicalPart(.toolCall(ToolCall(id: "1", name: "f", arguments: .string(.empty)))),
      CanonicalPart(.toolCall(ToolCall(kind: .custom, id: "2", name: "c", arguments: .string("x")))),
      CanonicalPart(.audio(sound)),
    ]
    #expect(
      try message(parts).raw.string
        == #"{"role":"assistant","content":"ab","refusal":null,"reasoning_content":"hm","reasoning_details":[{"type":"reasoning.summary","summary":"hm","signature":"s","index":0}],"annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":0,"url":"u","title":"t"}}],"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"2","type":"custom","custom":{"name":"c","input":"x"}}],"audio":{"id":"audio_0123","data":"AAAA","expires_at":1700000000,"transcript":"hi"}}"#
    )
  }

  @Test func aRefusalIsNoContent() throws {
    let message = try message([CanonicalPart(.refusal("no"))])
    #expect(message.member("content")?.isNull == true)
    #expect(message["refusal"]?.string == "no")
  }

  @Test func anAnswerOfNothingHasEmptyContent() throws {
    #expect(try message([])["content"]?.string == "")
  }

  @Test(arguments: [
    (FinishReason.stop, "stop"), (.length, "length"), (.contextLength, "length"), (.toolCalls, "tool_calls"),
    (.contentFilter, "content_filter"), (.refusal, "content_filter"), (.pause, "stop"), (.other("odd"), "stop"),
  ])
  func theReasonIsOneThatSDKsKnow(reason: FinishReason, word: String) throws {
    let body = try OpenAITesting.written(.openAIChat, OpenAITesting.answer([.text("a")], reason))
    #expect(body["choices"]?.elements.first { _ in true }?["finish_reason"]?.string == word)
  }
}
