import GatewayCore

extension BuiltInPrices {
  static let otherChinese = [moonshot, miniMax, ark, hunyuan, siliconFlow]

  private static let moonshot = PricePage("moonshot", .cny, "https://platform.kimi.com/docs/pricing/chat", "2026-07-18")
  {
    $0.list("kimi-k3", in: 20, cached: 2, out: 100)
    $0.date = "2026-06-12"
    $0.list("kimi-k2.7-code", in: 6.5, cached: 1.3, out: 27)
    $0.list("kimi-k2.6", in: 6.5, cached: 1.1, out: 27)
    $0.list("kimi-k2.5", in: 4, cached: 0.7, out: 21)
    $0.list("moonshot-v1-8k", "moonshot-v1-8k-vision-preview", in: 2, out: 10)
    $0.list("moonshot-v1-32k", "moonshot-v1-32k-vision-preview", in: 5, out: 20)
    $0.list("moonshot-v1-128k", "moonshot-v1-128k-vision-preview", in: 10, out: 30)
  }

  private static let miniMax = PricePage(
    "minimax", .cny, "https://platform.minimaxi.com/docs/guides/pricing-paygo", "2026-03-18"
  ) {
    $0.list("MiniMax-M2.7", in: 2.1, cached: 0.42, write: 2.625, out: 8.4)
    $0.list("MiniMax-M2.7-highspeed", in: 4.2, cached: 0.42, write: 2.625, out: 16.8)
    $0.list("MiniMax-M2.5", "MiniMax-M2.1", "MiniMax-M2", in: 2.1, cached: 0.21, write: 2.625, out: 8.4)
    $0.list("MiniMax-M2.5-highspeed", in: 4.2, cached: 0.21, write: 2.625, out: 16.8)
  }

  /// Tiers by thousands of tokens, read as 1000: where they are 1024, the dearer tier begins a little early.
  private static let ark = PricePage("ark", .cny, "https://www.volcengine.com/docs/82379/1544106", "2026-02-15") {
    $0.list(
      "doubao-seed-2-0-pro", "doubao-seed-2-0-code-preview", in: 3.2, cached: 0.64, out: 16,
      tiers: [.above(32_000, in: 4.8, out: 24), .above(128_000, in: 9.6, out: 48)])
    $0.list(
      "doubao-seed-2-0-lite", in: 0.6, cached: 0.12, out: 3.6,
      tiers: [.above(32_000, in: 0.9, out: 5.4), .above(128_000, in: 1.8, out: 10.8)])
    $0.list(
      "doubao-seed-2-0-mini", in: 0.2, cached: 0.04, out: 2,
      tiers: [.above(32_000, in: 0.4, out: 4), .above(128_000, in: 0.8, out: 8)])
    $0.list(
      "doubao-seed-1-8", "doubao-seed-1-6", in: 0.8, cached: 0.16, out: 2,
      tiers: [
        .above(0, answer: 200, out: 8), .above(32_000, in: 1.2, out: 16), .above(128_000, in: 2.4, out: 24),
      ])
    $0.list(
      "doubao-seed-1-6-thinking", in: 0.8, cached: 0.16, out: 8,
      tiers: [.above(32_000, in: 1.2, out: 16), .above(128_000, in: 2.4, out: 24)])
    $0.list(
      "doubao-seed-1-6-vision", in: 0.8, cached: 0.16, out: 8,
      tiers: [.above(32_000, in: 2.4, out: 16), .above(128_000, in: 4.8, out: 24)])
    $0.list(
      "doubao-seed-1-6-lite", in: 0.3, cached: 0.06, out: 0.6,
      tiers: [
        .above(0, answer: 200, out: 2.4), .above(32_000, in: 0.6, out: 4), .above(128_000, in: 1.2, out: 12),
      ])
    $0.list(
      "doubao-seed-1-6-flash", in: 0.15, cached: 0.03, out: 1.5,
      tiers: [.above(32_000, in: 0.3, out: 3), .above(128_000, in: 0.6, out: 6)])
    $0.list(
      "doubao-seed-code-preview", in: 1.2, cached: 0.24, out: 8,
      tiers: [.above(32_000, in: 1.4, out: 12), .above(128_000, in: 2.8, out: 16)])
    $0.list("doubao-1-5-pro-32k", in: 0.8, out: 2)
    $0.list("doubao-1-5-pro-256k", in: 5, out: 9)
    $0.list("doubao-1-5-lite-32k", in: 0.3, out: 0.6)
    $0.list("doubao-1-5-vision-pro-32k", in: 3, out: 9)
    $0.list("deepseek-v3-2", in: 2, cached: 0.4, out: 3, tiers: [.above(32_000, in: 4, out: 6)])
    $0.list("deepseek-v3", in: 2, out: 8)
    $0.list("deepseek-r1", in: 4, out: 16)
  }

  private static let hunyuan = PricePage(
    "hunyuan", .cny, "https://cloud.tencent.com/document/product/1729/104753", "2025-12-17"
  ) {
    $0.list("hunyuan-turbos", "hunyuan-standard", in: 0.8, out: 2)
    $0.list("hunyuan-t1", in: 1, out: 4)
    $0.list("hunyuan-turbo", in: 2.4, out: 9.6)
    $0.list("hunyuan-standard-256K", in: 0.5, out: 2)
    $0.list("hunyuan-large", in: 4, out: 12)
    $0.list("hunyuan-large-longcontext", in: 6, out: 18)
    $0.list("hunyuan-turbos-longtext-128k", in: 1.5, out: 6)
    $0.list("hunyuan-vision-1.5-instruct", "hunyuan-t1-vision", "hunyuan-turbos-vision", in: 3, out: 9)
  }

  private static let siliconFlow = PricePage("siliconflow", .cny, "https://siliconflow.cn/zh-cn/models", "2026-04-17") {
    $0.list("deepseek-ai/DeepSeek-V4-Flash", in: 1, out: 2)
    $0.list("Qwen/Qwen3.5-397B-A17B", in: 0.8, out: 4.8, tiers: [.above(128_000, in: 2, out: 12)])
    $0.list("Qwen/Qwen3.5-122B-A10B", in: 0.8, out: 6.4, tiers: [.above(128_000, in: 2, out: 16)])
    $0.list(
      "Qwen/Qwen3.6-35B-A3B", "Qwen/Qwen3.5-35B-A3B", in: 0.4, out: 3.2, tiers: [.above(128_000, in: 1.6, out: 12.8)])
    $0.list("Qwen/Qwen3.6-27B", "Qwen/Qwen3.5-27B", in: 0.6, out: 4.8, tiers: [.above(128_000, in: 1.8, out: 14.4)])
    $0.list("Qwen/Qwen3.5-9B", in: 0.5, out: 4, tiers: [.above(128_000, in: 1.5, out: 12)])
    $0.list("MiniMaxAI/MiniMax-M2.5", in: 2.1, out: 8.4)
    $0.list("Pro/MiniMaxAI/MiniMax-M2.5", in: 2.1, cached: 0.21, out: 8.4)
    $0.list("Pro/zai-org/GLM-5.1", in: 6, cached: 1.3, out: 24, tiers: [.above(32_000, in: 8, cached: 2, out: 28)])
    $0.list("Pro/zai-org/GLM-5", in: 4, cached: 1, out: 18, tiers: [.above(32_000, in: 6, cached: 1.5, out: 22)])
  }
}
