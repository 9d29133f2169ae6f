import GatewayCore
import GatewayDialects
import Testing

/// Providers that report less than nothing: that must not count as nothing.
@Suite struct ImpossibleUsageTests {
  @Test(arguments: [
    #"{"prompt_tokens":-1,"completion_tokens":5,"total_tokens":4}"#,
    #"{"prompt_tokens":1,"completion_tokens":-5}"#,
    #"{"total_tokens":-5}"#,
    #"{"prompt_tokens":7,"total_tokens":-5}"#,
    #"{"input_tokens":3,"output_tokens":2,"cache_read_input_tokens":-9}"#,
    #"{"prompt_cache_hit_tokens":-1,"prompt_cache_miss_tokens":5,"completion_tokens":1}"#,
  ])
  func ofTheOpenAIDialect(_ usage: String) throws {
    let text = #"{"choices":[{}],"usage":\#(usage)}"#
    let lens = try Array(text.utf8).withUnsafeBytes { try AnswerLens.scan($0) }
    #expect(lens.usage != nil && lens.usage?.plausible == nil, "\(String(describing: lens.usage))")
  }

  @Test(arguments: [
    (#"{"prompt_tokens":5,"completion_tokens":2,"total_tokens":-1}"#, TokenUsage(inputUncached: 5, output: 2)),
    (
      #"{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":-1,"audio_tokens":-1},"completion_tokens_details":{"reasoning_tokens":-1}}"#,
      TokenUsage(inputUncached: 5, output: 2)
    ),
  ])
  func detailsThatAreNotKnownAreNone(_ usage: String, _ read: TokenUsage) throws {
    let text = #"{"choices":[{}],"usage":\#(usage)}"#
    let lens = try Array(text.utf8).withUnsafeBytes { try AnswerLens.scan($0) }
    #expect(lens.usage == read)
  }

  @Test(arguments: [
    (
      Dialect.anthropic,
      #"{"id":"m","type":"message","role":"assistant","content":[],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":-4}}"#
    ),
    (
      .anthropic,
      #"{"id":"m","type":"message","role":"assistant","content":[],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":4,"cache_read_input_tokens":-7}}"#
    ),
    (
      .gemini,
      #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":-2,"candidatesTokenCount":3}}"#
    ),
    (
      .cohere,
      #"{"id":"c","finish_reason":"COMPLETE","message":{"content":[]},"usage":{"tokens":{"input_tokens":-3,"output_tokens":2}}}"#
    ),
    (
      .bedrockConverse,
      #"{"output":{"message":{"role":"assistant","content":[{"text":"a"}]}},"stopReason":"end_turn","usage":{"inputTokens":5,"outputTokens":-2,"totalTokens":3}}"#
    ),
  ])
  func ofOtherDialects(_ dialect: Dialect, _ body: String) throws {
    let usage = try #require(try DialectTesting.answer(dialect, body).usage)
    #expect(usage.plausible == nil, "\(usage)")
  }

  @Test func aSumDoesNotHideIt() {
    #expect(TokenUsage.impossible.adding(TokenUsage(inputUncached: 1_000_000_000)).plausible == nil)
  }

  @Test func theEstimateCountsInItsPlaceAndSaysSo() {
    let settled = TokenUsage.settled(.impossible, estimate: TokenUsage(output: 7, isEstimated: true))
    #expect(settled.output == 7 && settled.isEstimated && settled.isImplausible)
    #expect(!TokenUsage.settled(nil, estimate: TokenUsage()).isImplausible)
    #expect(TokenUsage.settled(TokenUsage(output: 3), estimate: TokenUsage()) == TokenUsage(output: 3))
  }
}
