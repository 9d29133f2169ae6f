import GatewayCore

extension BuiltInPrices {
  /// Without `global.`, a model is called in one region or a group of them, which costs a tenth more for newer models.
  static let bedrock = [
    PricePage("bedrock", .usd, "https://aws.amazon.com/bedrock/pricing/", "2026-07-25") {
      $0.list("global.anthropic.claude-opus-5", in: 5, cached: 0.5, write: 6.25, out: 25)
      $0.list("anthropic.claude-opus-5", in: 5.5, cached: 0.55, write: 6.875, out: 27.5)
      $0.date = "2026-06-26"
      $0.list(
        "global.anthropic.claude-opus-4-8", "global.anthropic.claude-opus-4-7", "global.anthropic.claude-opus-4-6",
        "global.anthropic.claude-opus-4-5", in: 5, cached: 0.5, write: 6.25, out: 25)
      $0.list(
        "anthropic.claude-opus-4-8", "anthropic.claude-opus-4-7", "anthropic.claude-opus-4-6",
        "anthropic.claude-opus-4-5", in: 5.5, cached: 0.55, write: 6.875, out: 27.5)
      $0.list(
        "global.anthropic.claude-sonnet-4-6", "global.anthropic.claude-sonnet-4-5", in: 3, cached: 0.3, write: 3.75,
        out: 15)
      $0.list(
        "anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-5", in: 3.3, cached: 0.33, write: 4.125, out: 16.5)
      $0.list("global.anthropic.claude-haiku-4-5", in: 1, cached: 0.1, write: 1.25, out: 5)
      $0.list("anthropic.claude-haiku-4-5", in: 1.1, cached: 0.11, write: 1.375, out: 5.5)
      $0.date = "2026-06-09"
      $0.list("global.anthropic.claude-fable-5", in: 10, cached: 1, write: 12.5, out: 50)
      $0.list("anthropic.claude-fable-5", in: 11, cached: 1.1, write: 13.75, out: 55)
      $0.date = "2026-08-21"
      $0.list("anthropic.claude-opus-4-1", "anthropic.claude-opus-4", in: 15, cached: 1.5, write: 18.75, out: 75)
      $0.list("anthropic.claude-sonnet-4", in: 3, cached: 0.3, write: 3.75, out: 15)
      $0.list("anthropic.claude-3-7-sonnet", "anthropic.claude-3-5-sonnet", in: 3, cached: 0.3, write: 3.75, out: 15)
      $0.list("anthropic.claude-3-5-haiku", in: 0.8, cached: 0.08, write: 1, out: 4)
      $0.list("anthropic.claude-3-haiku", in: 0.25, out: 1.25)
      $0.list("amazon.nova-premier", in: 2.5, cached: 0.625, out: 12.5)
      $0.list("amazon.nova-pro", in: 0.8, cached: 0.2, out: 3.2)
      $0.list("amazon.nova-lite", in: 0.06, cached: 0.015, out: 0.24)
      $0.list("amazon.nova-micro", in: 0.035, cached: 0.00875, out: 0.14)
      $0.list("global.amazon.nova-2-lite", in: 0.3, cached: 0.075, out: 2.5)
      $0.list("amazon.nova-2-lite", in: 0.33, cached: 0.0825, out: 2.75)
      $0.list("amazon.titan-embed-text-v1", in: 0.1)
      $0.list("deepseek.r1", in: 1.35, out: 5.4)
      $0.list("meta.llama4-maverick-17b-instruct", in: 0.24, out: 0.97)
      $0.list("meta.llama4-scout-17b-instruct", in: 0.17, out: 0.66)
      $0.list("meta.llama3-3-70b-instruct", "meta.llama3-1-70b-instruct", in: 0.72, out: 0.72)
      $0.list("meta.llama3-1-8b-instruct", in: 0.22, out: 0.22)
      $0.list("mistral.mistral-large-3-675b-instruct", in: 0.5, out: 1.5)
      $0.list("mistral.pixtral-large-2502", in: 2, out: 6)
      $0.list("openai.gpt-oss-120b-1", in: 0.15, out: 0.6)
      $0.list("openai.gpt-oss-20b-1", in: 0.07, out: 0.3)
      $0.list("qwen.qwen3-32b", "qwen.qwen3-coder-30b-a3b", in: 0.15, out: 0.6)
      $0.list("qwen.qwen3-coder-480b-a35b", in: 0.45, out: 1.8)
    }
  ]
}
