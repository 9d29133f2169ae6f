import GatewayCore

/// The mainland's prices. A `K` of Alibaba's tiers is 1024 tokens: the longest prompt of 252 K is 258,048.
///
/// Cached input is what an implicit hit costs, a fifth, unless the model is listed with explicit caches. Where thinking is dearer
/// (`qwen-plus`), its visible answer costs more, too, than is counted here: the answer does not say which of the two it was.
extension BuiltInPrices {
  private static let k32 = 32_768
  private static let k128 = 131_072
  private static let k256 = 262_144

  static let dashScope = [
    PricePage("dashscope", .cny, "https://help.aliyun.com/zh/model-studio/models", "2026-04-22") {
      $0.list(
        "qwen3-max", in: 2.5, cached: 0.5, out: 10,
        tiers: [.above(k32, in: 4, cached: 0.8, out: 16), .above(k128, in: 7, cached: 1.4, out: 28)])
      $0.list(
        "qwen3-max-preview", in: 6, cached: 1.2, out: 24,
        tiers: [.above(k32, in: 10, cached: 2, out: 40), .above(k128, in: 15, cached: 3, out: 60)])
      $0.list(
        "qwen3.6-max-preview", in: 9, cached: 1.8, out: 54, tiers: [.above(k128, in: 15, cached: 3, out: 90)])
      $0.list(
        "qwen3.6-plus", in: 2, cached: 0.2, write: 2.5, out: 12,
        tiers: [.above(k256, in: 8, cached: 0.8, write: 10, out: 48)])
      $0.list(
        "qwen3.6-flash", in: 1.2, cached: 0.12, write: 1.5, out: 7.2,
        tiers: [.above(k256, in: 4.8, cached: 0.48, write: 6, out: 28.8)])
      $0.list(
        "qwen3.5-plus", in: 0.8, cached: 0.08, write: 1, out: 4.8,
        tiers: [
          .above(k128, in: 2, cached: 0.2, write: 2.5, out: 12), .above(k256, in: 4, cached: 0.4, write: 5, out: 24),
        ])
      $0.list(
        "qwen3.5-flash", in: 0.2, cached: 0.04, out: 2,
        tiers: [.above(k128, in: 0.8, cached: 0.16, out: 8), .above(k256, in: 1.2, cached: 0.24, out: 12)])
      $0.list("qwen-max", in: 2.4, cached: 0.48, out: 9.6)
      $0.list(
        "qwen-plus", in: 0.8, cached: 0.16, out: 2, reasoning: 8,
        tiers: [
          .above(k128, in: 2.4, cached: 0.48, out: 20, reasoning: 24),
          .above(k256, in: 4.8, cached: 0.96, out: 48, reasoning: 64),
        ])
      $0.list(
        "qwen-flash", in: 0.15, cached: 0.03, out: 1.5,
        tiers: [.above(k128, in: 0.6, cached: 0.12, out: 6), .above(k256, in: 1.2, cached: 0.24, out: 12)])
      $0.list("qwen-turbo", in: 0.3, cached: 0.06, out: 3)
      $0.list("qwen-long", in: 0.5, out: 2)
      $0.list("qwq-plus", in: 1.6, out: 4)
      $0.list(
        "qwen3-coder-plus", in: 4, cached: 0.8, out: 16,
        tiers: [
          .above(k32, in: 6, cached: 1.2, out: 24), .above(k128, in: 10, cached: 2, out: 40),
          .above(k256, in: 20, cached: 4, out: 200),
        ])
      $0.list(
        "qwen3-coder-flash", in: 1, cached: 0.2, out: 4,
        tiers: [
          .above(k32, in: 1.5, cached: 0.3, out: 6), .above(k128, in: 2.5, cached: 0.5, out: 10),
          .above(k256, in: 5, cached: 1, out: 25),
        ])
      $0.list("qwen-vl-max", in: 1.6, cached: 0.32, out: 4)
      $0.list("qwen-vl-plus", in: 0.8, cached: 0.16, out: 2)
      $0.list(
        "qwen3-vl-plus", in: 1, out: 10, tiers: [.above(k32, in: 1.5, out: 15), .above(k128, in: 3, out: 30)])
      $0.list(
        "qwen3-vl-flash", in: 0.15, out: 1.5, tiers: [.above(k32, in: 0.3, out: 3), .above(k128, in: 0.6, out: 6)])
      $0.list("qwen3.5-397b-a17b", in: 1.5, out: 7.2, tiers: [.above(k128, in: 3, out: 18)])
      $0.list("qwen3-235b-a22b", "qwen3-32b", in: 2, out: 20)
      $0.list("qwen3-235b-a22b-instruct-2507", in: 2, out: 8)
      $0.list("qwen3-next-80b-a3b-instruct", in: 1, out: 4)
      $0.list("qwen3-next-80b-a3b-thinking", "qwen3-14b", in: 1, out: 10)
      $0.list("qwen3-30b-a3b", in: 0.75, out: 7.5)
      $0.list("qwen3-8b", in: 0.5, out: 5)
      $0.list("kimi-k2.6", in: 6.5, out: 27)
      $0.date = "2025-08-14"
      $0.list("text-embedding-v4", "text-embedding-v3", in: 0.5)
      $0.list("text-embedding-v2", "text-embedding-v1", in: 0.7)
    }
  ]
}
