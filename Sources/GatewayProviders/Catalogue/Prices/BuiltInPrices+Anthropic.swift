import GatewayCore

/// Cache writes are those of five minutes; those of an hour cost 2 × the input.
extension BuiltInPrices {
  static let anthropic = [
    PricePage("anthropic", .usd, "https://platform.claude.com/docs/en/about-claude/pricing", "2026-10-24") {
      $0.hourlyWrite = 2
      $0.list("claude-fable-5-1", "claude-mythos-5-1", in: 10, cached: 0.25, write: 12.5, out: 50)
      $0.list("claude-fable-5", "claude-mythos-5", in: 10, cached: 1, write: 12.5, out: 50)
      $0.list("claude-opus-5-5", in: 4, cached: 0.2, write: 5, out: 20)
      $0.list("claude-opus-5", in: 5, cached: 0.5, write: 6.25, out: 25)
      $0.list("claude-sonnet-5-5", in: 2, cached: 0.1, write: 2.5, out: 10)
      $0.list("claude-sonnet-5", in: 2, cached: 0.2, write: 2.5, out: 10)
      $0.list(
        "claude-haiku-5-5", in: 0.1, cached: 0.01, write: 0.125, out: 0.5,
        tiers: [.above(100_000, in: 0.5, cached: 0.05, write: 0.625, out: 2.5)])
      $0.list(
        "claude-opus-4-8", "claude-opus-4-7", "claude-opus-4-6", "claude-opus-4-5", in: 5, cached: 0.5, write: 6.25,
        out: 25)
      $0.list("claude-opus-4-1", in: 15, cached: 1.5, write: 18.75, out: 75)
      $0.list("claude-sonnet-4-6", in: 3, cached: 0.3, write: 3.75, out: 15)
      $0.list("claude-haiku-4-5", in: 1, cached: 0.1, write: 1.25, out: 5)
      $0.date = "2026-07-29"
      $0.list(
        "claude-sonnet-4-5", in: 3, cached: 0.3, write: 3.75, out: 15,
        tiers: [.above(200_000, in: 6, cached: 0.6, write: 7.5, out: 22.5)])
      $0.list("claude-opus-4", "claude-opus-4-0", in: 15, cached: 1.5, write: 18.75, out: 75)
      $0.list("claude-sonnet-4", "claude-sonnet-4-0", in: 3, cached: 0.3, write: 3.75, out: 15)
      $0.list("claude-3-7-sonnet", "claude-3-5-sonnet", in: 3, cached: 0.3, write: 3.75, out: 15)
      $0.list("claude-3-5-haiku", in: 0.8, cached: 0.08, write: 1, out: 4)
      $0.list("claude-3-opus", in: 15, cached: 1.5, write: 18.75, out: 75)
      $0.list("claude-3-haiku", in: 0.25, cached: 0.03, write: 0.3, out: 1.25)
    }
  ]
}
