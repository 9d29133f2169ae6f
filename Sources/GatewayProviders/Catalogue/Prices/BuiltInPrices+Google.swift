import GatewayCore

extension BuiltInPrices {
  static let google = [
    PricePage("gemini", .usd, "https://ai.google.dev/gemini-api/docs/pricing", "2026-10-07") {
      // Half the price until 2026-12-31.
      $0.list(
        "gemini-3.8-flash", in: 1.5, cached: 0.15, out: 7.5,
        times: [.before(1_798_761_600, in: 0.75, cached: 0.075, out: 3.75)])
      $0.date = "2026-08-13"
      $0.list(
        "gemini-3.7-flash", "gemini-3.6-flash", in: 1.5, cached: 0.15, out: 7.5,
        times: [.before(1_798_761_600, in: 0.75, cached: 0.075, out: 3.75)])
      fillGemini(&$0)
      $0.date = "2026-07-22"
      $0.list("gemini-embedding-2", in: 0.2, audioIn: 6.5)
      $0.list("gemini-2.5-flash-image", in: 0.3, out: 30, reasoning: 2.5)
      $0.list("gemini-3.1-flash-image-preview", in: 0.5, out: 60, reasoning: 3)
      $0.list("gemini-3-pro-image-preview", in: 2, out: 120, reasoning: 12)
    },
    PricePage("vertex", .usd, "https://cloud.google.com/vertex-ai/generative-ai/pricing", "2026-07-02") {
      fillGemini(&$0)
      // Of the global endpoint; regions cost a tenth more.
      $0.date = "2026-07-25"
      $0.list("claude-opus-5", in: 5, cached: 0.5, write: 6.25, out: 25)
      $0.date = "2026-07-02"
      $0.list("claude-opus-4-8", "claude-opus-4-7", "claude-opus-4-5", in: 5, cached: 0.5, write: 6.25, out: 25)
      $0.list("claude-sonnet-5", in: 2, cached: 0.2, write: 2.5, out: 10)
      $0.list("claude-sonnet-4-5", in: 3, cached: 0.3, write: 3.75, out: 15)
      $0.list("claude-haiku-4-5", in: 1, cached: 0.1, write: 1.25, out: 5)
    },
  ]

  /// Those that cost the same at both.
  private static func fillGemini(_ page: inout PricePage) {
    page.date = "2026-07-02"
    page.list("gemini-3.5-flash", in: 1.5, cached: 0.15, out: 9)
    page.list(
      "gemini-3.1-pro-preview", in: 2, cached: 0.2, out: 12,
      tiers: [.above(200_000, in: 4, cached: 0.4, out: 18)])
    page.list("gemini-3.1-flash-lite", in: 0.25, cached: 0.025, out: 1.5, audioIn: 0.5)
    page.list("gemini-3-flash-preview", in: 0.5, cached: 0.05, out: 3, audioIn: 1)
    page.date = "2025-10-31"
    page.list(
      "gemini-2.5-pro", in: 1.25, cached: 0.125, out: 10,
      tiers: [.above(200_000, in: 2.5, cached: 0.25, out: 15)])
    page.list("gemini-2.5-flash", in: 0.3, cached: 0.03, out: 2.5, audioIn: 1)
    page.list("gemini-2.5-flash-lite", in: 0.1, cached: 0.01, out: 0.4, audioIn: 0.3)
    page.date = "2026-07-02"
    page.list("gemini-embedding-001", in: 0.15)
  }
}
