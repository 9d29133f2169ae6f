import GatewayCore
import GatewayDialects
import Testing

@Suite struct AnswerLensTests {
  @Test(arguments: [
    (
      "answer-openai",
      TokenUsage(inputUncached: 80, inputCached: 1920, inputAudio: 6, output: 40, reasoning: 256, outputAudio: 4)
    ),
    ("answer-openai-embeddings", TokenUsage(inputUncached: 8)),
    ("answer-deepseek", TokenUsage(inputUncached: 36, inputCached: 64, output: 12, reasoning: 40)),
    ("answer-dashscope", TokenUsage(inputUncached: 459, inputCached: 2048, cacheWrite: 512, output: 104)),
    ("answer-moonshot", TokenUsage(inputUncached: 9, inputCached: 10, output: 21)),
    ("answer-vllm", TokenUsage(inputUncached: 11, output: 17)),
    ("answer-groq", TokenUsage(inputUncached: 18, output: 556)),
    ("answer-xai", TokenUsage(inputUncached: 26, inputCached: 6, output: 9, reasoning: 94)),
  ])
  func readsTheUsageOfProviders(_ name: String, _ usage: TokenUsage) throws {
    let answer = try answer(fixture("openai/\(name).json"))
    #expect(answer.usage == usage)
    #expect(answer.hasChoicesOrData)
    #expect(answer.error == nil)
  }

  @Test(arguments: [
    (
      "answer-dashscope-error",
      ProviderError(
        message: "Requests rate limit exceeded, please try again later.", code: "Throttling.RateQuota")
    ),
    ("answer-minimax-error", ProviderError(message: "insufficient balance", code: "1008")),
  ])
  func seesAnErrorInAnAnswerWithStatus200(_ name: String, _ error: ProviderError) throws {
    let answer = try answer(fixture("openai/\(name).json"))
    #expect(answer.error == error)
    #expect(!answer.hasChoicesOrData)
  }

  @Test(
    arguments: [
      ("{\"prompt_tokens\":10,\"completion_tokens\":5}", TokenUsage(inputUncached: 10, output: 5)),
      ("{\"input_tokens\":10,\"output_tokens\":5}", TokenUsage(inputUncached: 10, output: 5)),
      (
        """
        {"input_tokens":10,"input_tokens_details":{"cached_tokens":4},
        "output_tokens":5,"output_tokens_details":{"reasoning_tokens":2}}
        """,
        TokenUsage(inputUncached: 6, inputCached: 4, output: 3, reasoning: 2)
      ),
      (
        "{\"input_tokens\":10,\"cache_read_input_tokens\":4,\"cache_creation_input_tokens\":3,\"output_tokens\":5}",
        TokenUsage(inputUncached: 10, inputCached: 4, cacheWrite: 3, output: 5)
      ),
      (
        "{\"prompt_tokens\":10,\"cache_read_input_tokens\":4,\"completion_tokens\":5}",
        TokenUsage(inputUncached: 6, inputCached: 4, output: 5)
      ),
      ("{\"prompt_cache_hit_tokens\":3,\"prompt_cache_miss_tokens\":4}", TokenUsage(inputUncached: 4, inputCached: 3)),
      ("{\"total_tokens\":7}", TokenUsage(inputUncached: 7)),
      ("{\"prompt_tokens\":7,\"total_tokens\":9}", TokenUsage(inputUncached: 7, output: 2)),
      ("{\"completion_tokens\":9}", TokenUsage(output: 9)),
      // Details that exceed their totals are cut.
      (
        """
        {"prompt_tokens":5,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":4},
        "completion_tokens_details":{"reasoning_tokens":9,"audio_tokens":9}}
        """,
        TokenUsage(inputUncached: 0, inputCached: 4, inputAudio: 1, reasoning: 3)
      ),
      // Never negative, whatever is sent.
      ("{\"prompt_tokens\":-5,\"completion_tokens\":-1,\"total_tokens\":-9}", .impossible),
      ("{\"prompt_tokens\":\"5\",\"completion_tokens\":2}", TokenUsage(output: 2)),
      ("{\"prompt_tokens\":1e999,\"completion_tokens\":2.9}", TokenUsage(inputUncached: 1 << 40, output: 2)),
      ("{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}", TokenUsage()),
      ("{}", nil), ("null", nil), ("[1]", nil), ("{\"cost\":{\"prompt_tokens\":1}}", nil),
    ] as [(String, TokenUsage?)])
  func turnsUsageIntoDisjointBuckets(_ usage: String, _ expected: TokenUsage?) throws {
    #expect(try answer("{\"choices\":[{}],\"usage\":\(usage)}").usage == expected)
  }

  @Test func countsTheTextOfTheAnswer() throws {
    let text = try answer(fixture("openai/answer-vllm.json")).text
    #expect(text == TextCount(ascii: "think".count + "get_weather".count + "{\"city\": \"Paris\"}".count))
    #expect(try answer(fixture("openai/answer-moonshot.json")).text == TextCount(ascii: 5))
  }

  @Test(arguments: [
    ("{\"choices\":[]}", false), ("{\"data\":[]}", false), ("{}", false), ("{\"choices\":null}", false),
    ("{\"data\":{\"a\":1}}", false), ("{\"choices\":[{}]}", true), ("{\"data\":[1]}", true),
  ])
  func tellsWhetherAnythingWasAnswered(_ body: String, _ hasAny: Bool) throws {
    #expect(try answer(body).hasChoicesOrData == hasAny)
  }

  @Test(arguments: ["", "<html>", "{\"choices\":[{}]", "[]"])
  func throwsForWhatIsNoObject(_ body: String) { #expect(throws: JSONFault.self) { try answer(body) } }
}
