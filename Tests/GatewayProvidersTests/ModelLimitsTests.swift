import GatewayProviders
import Testing

struct ModelLimitsTests {
  @Test(
    arguments: [
      ("claude-opus-4-5", 64_000), ("claude-opus-4-1-20250805", 32_000), ("claude-sonnet-4-5@20250929", 64_000),
      ("eu.anthropic.claude-sonnet-4-20250514-v1:0", 64_000), ("claude-3-5-haiku-latest", 8192),
      ("anthropic/claude-3-haiku-20240307", 4096), ("gpt-4o", nil), ("claude-next", nil),
    ] as [(String, Int?)])
  func theLongestAnswerIsKnownByTheName(_ model: String, _ tokens: Int?) {
    #expect(ModelLimits.maximumOutput(of: model) == tokens)
  }
}
