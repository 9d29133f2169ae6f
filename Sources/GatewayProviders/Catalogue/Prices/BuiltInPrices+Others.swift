import GatewayCore

extension BuiltInPrices {
  static let others = [mistral, groq, xAI, cohere, perplexity, together, fireworks, cerebras]

  private static let mistral = PricePage("mistral", .usd, "https://mistral.ai/pricing", "2026-07-02") {
    $0.list("mistral-large", "mistral-large-2512", in: 0.5, out: 1.5)
    $0.list("mistral-large-2411", in: 2, out: 6)
    $0.list("mistral-medium-2604", in: 1.5, out: 7.5)
    $0.list("mistral-medium-2508", "mistral-medium-2505", in: 0.4, out: 2)
    $0.list("mistral-small", "mistral-small-2603", in: 0.15, out: 0.6)
    $0.list("mistral-small-2506", in: 0.1, out: 0.3)
    $0.list("magistral-medium", in: 2, out: 5)
    $0.list("magistral-small", in: 0.5, out: 1.5)
    $0.list("codestral", "codestral-2508", in: 0.3, out: 0.9)
    $0.list("devstral-2512", in: 0.4, out: 2)
    $0.list("open-mistral-nemo", in: 0.15, out: 0.15)
    $0.list("pixtral-large", in: 2, out: 6)
    $0.list("mistral-embed", in: 0.1)
  }

  private static let groq = PricePage("groq", .usd, "https://groq.com/pricing", "2026-07-02") {
    $0.list("openai/gpt-oss-120b", in: 0.15, cached: 0.075, out: 0.6)
    $0.list("openai/gpt-oss-20b", in: 0.075, cached: 0.0375, out: 0.3)
    $0.list("openai/gpt-oss-safeguard-20b", in: 0.075, out: 0.3)
    $0.list("llama-3.3-70b-versatile", in: 0.59, out: 0.79)
    $0.list("llama-3.1-8b-instant", in: 0.05, out: 0.08)
    $0.list("meta-llama/llama-4-scout-17b-16e-instruct", in: 0.11, out: 0.34)
    $0.list("qwen/qwen3-32b", in: 0.29, out: 0.59)
    $0.date = "2025-08-12"
    $0.list("meta-llama/llama-4-maverick-17b-128e-instruct", in: 0.2, out: 0.6)
    $0.list("moonshotai/kimi-k2-instruct", in: 1, cached: 0.5, out: 3)
  }

  private static let xAI = PricePage("xai", .usd, "https://docs.x.ai/docs/models", "2026-07-31") {
    $0.list("grok-4.5", in: 2, cached: 0.5, out: 6, tiers: [.above(200_000, in: 4, cached: 1, out: 12)])
    $0.date = "2026-07-02"
    $0.list("grok-4.3", in: 1.25, cached: 0.2, out: 2.5, tiers: [.above(200_000, in: 2.5, cached: 0.4, out: 5)])
    $0.list(
      "grok-4.20-0309-reasoning", "grok-4.20-0309-non-reasoning", "grok-4.20-multi-agent-0309", in: 1.25, cached: 0.2,
      out: 2.5, tiers: [.above(200_000, in: 2.5, cached: 0.4, out: 5)])
    $0.list("grok-build-0.1", in: 1, cached: 0.2, out: 2, tiers: [.above(200_000, in: 2, cached: 0.4, out: 4)])
    $0.date = "2026-01-19"
    $0.list("grok-code-fast-1", in: 0.2, cached: 0.02, out: 1.5)
    $0.date = "2025-07-12"
    $0.list("grok-4", "grok-4-0709", in: 3, cached: 0.75, out: 15, tiers: [.above(128_000, in: 6, out: 30)])
    $0.list("grok-3", in: 3, cached: 0.75, out: 15)
    $0.list("grok-3-mini", in: 0.3, cached: 0.075, out: 0.5)
  }

  /// A search ranks up to a hundred documents; a call with more costs several.
  private static let cohere = PricePage("cohere", .usd, "https://cohere.com/pricing", "2026-11-11") {
    $0.list("command-r-08-2024", in: 0.15, out: 0.6)
    $0.date = "2026-07-02"
    $0.list("command-r7b-12-2024", "command-r7b-arabic-02-2025", in: 0.0375, out: 0.15)
    $0.list("command-a-03-2025", "command-a-reasoning-08-2025", "command-a-vision-07-2025", in: 2.5, out: 10)
    $0.list("command-a-translate-08-2025", "command-r-plus-08-2024", in: 2.5, out: 10)
    $0.date = "2026-06-01"
    $0.list("embed-v4.0", in: 0.12)
    $0.list("rerank-v4.0-fast", request: 0.002)
    $0.list("rerank-v4.0-pro", request: 0.0025)
  }

  /// With the fee of a small search context, which is the default. `sonar-deep-research` is billed by searches that nobody counts.
  private static let perplexity = PricePage(
    "perplexity", .usd, "https://docs.perplexity.ai/getting-started/pricing", "2026-07-02"
  ) {
    $0.list("sonar", in: 1, out: 1, request: 0.005)
    $0.list("sonar-pro", in: 3, out: 15, request: 0.006)
    $0.list("sonar-reasoning-pro", in: 2, out: 8, request: 0.006)
  }

  private static let together = PricePage("together", .usd, "https://www.together.ai/pricing", "2026-07-02") {
    $0.list("openai/gpt-oss-120b", in: 0.15, out: 0.6)
    $0.list("openai/gpt-oss-20b", in: 0.05, out: 0.2)
    $0.list("meta-llama/Llama-3.3-70B-Instruct-Turbo", in: 0.88, out: 0.88)
    $0.list("deepseek-ai/DeepSeek-V4-Pro", in: 1.74, cached: 0.2, out: 3.48)
    $0.list("moonshotai/Kimi-K2.7-Code", in: 0.95, cached: 0.19, out: 4)
    $0.list("moonshotai/Kimi-K2.6", in: 1.2, cached: 0.2, out: 4.5)
    $0.list("zai-org/GLM-5.2", in: 1.4, cached: 0.26, out: 4.4)
    $0.list("zai-org/GLM-5.1", in: 1.4, out: 4.4)
    $0.list("zai-org/GLM-5", in: 1, out: 3.2)
    $0.list("MiniMaxAI/MiniMax-M3", "MiniMaxAI/MiniMax-M2.7", in: 0.3, cached: 0.06, out: 1.2)
    $0.list("Qwen/Qwen3.5-397B-A17B", in: 0.6, cached: 0.35, out: 3.6)
    $0.list("Qwen/Qwen3-235B-A22B-Instruct-2507-tput", in: 0.2, out: 0.6)
  }

  private static let fireworks = PricePage("fireworks", .usd, "https://fireworks.ai/pricing", "2026-08-04") {
    $0.list("accounts/fireworks/models/gpt-oss-120b", in: 0.15, cached: 0.014, out: 0.6)
    $0.list("accounts/fireworks/models/gpt-oss-20b", in: 0.07, cached: 0.035, out: 0.3)
    $0.list("accounts/fireworks/models/deepseek-v4-flash", in: 0.14, cached: 0.028, out: 0.28)
    $0.list("accounts/fireworks/models/kimi-k3", in: 3, cached: 0.3, out: 15)
    $0.date = "2026-06-30"
    $0.list("accounts/fireworks/models/deepseek-v4-pro", in: 1.74, cached: 0.145, out: 3.48)
    $0.list("accounts/fireworks/models/glm-5p2", in: 1.4, cached: 0.14, out: 4.4)
    $0.list("accounts/fireworks/models/minimax-m3", in: 0.3, cached: 0.06, out: 1.2)
    $0.list("accounts/fireworks/models/kimi-k2p7-code", in: 0.95, cached: 0.19, out: 4)
    $0.date = "2026-05-28"
    $0.list("accounts/fireworks/models/glm-5p1", in: 1.4, cached: 0.26, out: 4.4)
    $0.list("accounts/fireworks/models/kimi-k2p6", in: 0.95, cached: 0.16, out: 4)
    $0.date = "2026-02-03"
    $0.list("accounts/fireworks/models/deepseek-v3p2", in: 0.56, cached: 0.28, out: 1.68)
  }

  private static let cerebras = PricePage("cerebras", .usd, "https://www.cerebras.ai/pricing", "2025-11-07") {
    $0.list("gpt-oss-120b", in: 0.35, out: 0.75)
    $0.list("llama-3.3-70b", in: 0.85, out: 1.2)
    $0.list("llama3.1-8b", in: 0.1, out: 0.1)
    $0.list("qwen-3-32b", in: 0.4, out: 0.8)
  }
}
