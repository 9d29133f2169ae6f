import GatewayCore

/// Some models cost less when prompt and answer are short: up to 32,000 and up to 200 tokens.
extension BuiltInPrices {
  static let zhipu = [
    PricePage("zhipu", .cny, "https://bigmodel.cn/pricing", "2026-06-17") {
      $0.list("glm-5.2", in: 8, cached: 2, out: 28)
      $0.date = "2026-05-23"
      $0.list("glm-5.1", in: 6, cached: 1.3, out: 24, tiers: [.above(32_000, in: 8, cached: 2, out: 28)])
      $0.list("glm-5", in: 4, cached: 1, out: 18, tiers: [.above(32_000, in: 6, cached: 1.5, out: 22)])
      $0.list("glm-4-plus", in: 5, cached: 2.5, out: 5)
      $0.list("glm-4-air", in: 0.5, cached: 0.25, out: 0.5)
      $0.list("glm-4-airx", in: 10, out: 10)
      $0.list("glm-4-long", in: 1, cached: 0.5, out: 1)
      $0.list("glm-4-flashx", in: 0.1, cached: 0.05, out: 0.1)
      $0.date = "2026-01-19"
      $0.list(
        "glm-4.7", "glm-4.6", "glm-4.5", in: 2, cached: 0.4, out: 8,
        tiers: [
          .above(0, answer: 200, in: 3, cached: 0.6, out: 14), .above(32_000, in: 4, cached: 0.8, out: 16),
        ])
      $0.list("glm-4.7-flashx", in: 0.5, cached: 0.1, out: 3)
      $0.list("glm-4.6v", in: 1, cached: 0.2, out: 3, tiers: [.above(32_000, in: 2, cached: 0.4, out: 6)])
      $0.list("glm-4.6v-flashx", in: 0.15, cached: 0.03, out: 1.5, tiers: [.above(32_000, in: 0.3, out: 3)])
      $0.list("glm-4.5v", in: 2, cached: 0.4, out: 6, tiers: [.above(32_000, in: 4, cached: 0.8, out: 12)])
      $0.list(
        "glm-4.5-air", in: 0.8, cached: 0.16, out: 2,
        tiers: [.above(0, answer: 200, out: 6), .above(32_000, in: 1.2, cached: 0.24, out: 8)])
      $0.list(
        "glm-4.5-x", in: 8, cached: 1.6, out: 16,
        tiers: [
          .above(0, answer: 200, in: 12, cached: 2.4, out: 32), .above(32_000, in: 16, cached: 3.2, out: 64),
        ])
      $0.list(
        "glm-4.5-airx", in: 4, cached: 0.8, out: 12,
        tiers: [.above(0, answer: 200, out: 16), .above(32_000, in: 8, cached: 1.6, out: 32)])
    }
  ]
}
