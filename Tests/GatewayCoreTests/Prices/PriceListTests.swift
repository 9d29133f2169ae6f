import GatewayCore
import Testing

struct PriceListTests {
  private static func price(_ units: Int64) throws -> Price {
    try Price(currency: .cny, amounts: PriceAmounts(input: units * 1_000_000_000))
  }

  private static func builtIn(_ kind: String, _ model: String, _ units: Int64) throws -> BuiltInPrice {
    BuiltInPrice(
      kind: kind, model: model, price: try price(units), source: "https://example.com/prices", date: "2026-11-01")
  }

  private func units(_ list: PriceList, _ provider: String, _ kind: String, _ model: String) -> Int64? {
    list.price(provider: provider, kind: kind, model: model)?.price.amounts.input.map { $0 / 1_000_000_000 }
  }

  @Test func anExactNameWinsOverTheLongestPrefixOverTheBuiltInList() throws {
    let list = PriceList(
      configured: [
        ("mine/*", try Self.price(1)), ("mine/qwen-*", try Self.price(2)), ("mine/qwen-max", try Self.price(3)),
      ],
      builtIn: [try Self.builtIn("dashscope", "qwen-max", 9), try Self.builtIn("dashscope", "qwen-plus", 8)])
    #expect(units(list, "mine", "dashscope", "qwen-max") == 3)
    #expect(units(list, "mine", "dashscope", "qwen-max-latest") == 2)
    #expect(units(list, "mine", "dashscope", "glm") == 1)
    #expect(units(list, "other", "dashscope", "qwen-max") == 9)
    #expect(units(list, "other", "dashscope", "qwen-plus") == 8)
  }

  @Test func aModelThatNobodyPricesIsUnpriced() throws {
    let list = PriceList(
      configured: [("mine/a", try Self.price(1))], builtIn: [try Self.builtIn("openai", "gpt-5", 2)])
    #expect(list.price(provider: "mine", kind: "openai", model: "gpt-9") == nil)
    #expect(list.price(provider: "mine", kind: "vllm", model: "gpt-5") == nil)
    #expect(list.price(provider: "other", kind: "ollama", model: "a") == nil)
    #expect(PriceList().price(provider: "mine", kind: "openai", model: "gpt-5") == nil)
  }

  @Test func aPriceOfNothingIsAPrice() throws {
    let list = PriceList(configured: [("local/*", try Self.price(0))])
    let entry = try #require(list.price(provider: "local", kind: "vllm", model: "qwen"))
    #expect(entry.price.cost(of: TokenUsage(output: 1000), at: WallTime(milliseconds: 0)) == 0)
  }

  @Test func aProviderIsPricedByItsKindAndNotByItsName() throws {
    let list = PriceList(builtIn: [try Self.builtIn("openai", "gpt-5", 2)])
    #expect(units(list, "anything", "openai", "gpt-5") == 2)
    #expect(units(list, "openai", "openai-compatible", "gpt-5") == nil)
  }

  @Test func theMostExactBuiltInNameWins() throws {
    let list = PriceList(
      builtIn: [
        try Self.builtIn("openai", "gpt-4o", 2), try Self.builtIn("openai", "gpt-4o-2024-05-13", 5),
        try Self.builtIn("bedrock", "anthropic.claude-sonnet-4-5", 3),
        try Self.builtIn("bedrock", "global.anthropic.claude-sonnet-4-5", 1),
      ])
    #expect(units(list, "p", "openai", "gpt-4o-2024-11-20") == 2)
    #expect(units(list, "p", "openai", "gpt-4o-2024-05-13") == 5)
    #expect(units(list, "p", "bedrock", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0") == 3)
    #expect(units(list, "p", "bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0") == 1)
    #expect(units(list, "p", "bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0") == 3)
  }

  @Test func anEntrySaysWhereItComesFrom() throws {
    let list = PriceList(
      configured: [("mine/*", try Self.price(1))], builtIn: [try Self.builtIn("openai", "gpt-5", 2)])
    #expect(
      list.price(provider: "mine", kind: "openai", model: "gpt-5")?.origin == .configuration(pattern: "mine/*"))
    #expect(
      list.price(provider: "p", kind: "openai", model: "gpt-5-2025-08-07")?.origin
        == .builtIn(kind: "openai", model: "gpt-5", source: "https://example.com/prices", date: "2026-11-01"))
  }

  @Test func theVersionChangesWithTheAmountsAndNotWithTheName() throws {
    func version(_ price: Price) -> String { PriceEntry(price: price, origin: .configuration(pattern: "a/b")).version }
    let price = try Price(currency: .cny, amounts: PriceAmounts(input: 2, output: 8))
    let named = try Price(currency: .cny, amounts: PriceAmounts(input: 2, cachedInput: 2, output: 8))
    #expect(version(price) == version(named))
    #expect(version(price).count == 16)
    let other = PriceEntry(price: price, origin: .configuration(pattern: "c/d"))
    #expect(version(price) == other.version)
    let dearer = try Price(currency: .cny, amounts: PriceAmounts(input: 2, output: 9))
    let dollars = try Price(currency: .usd, amounts: PriceAmounts(input: 2, output: 8))
    let tiered = try Price(
      currency: .cny, amounts: PriceAmounts(input: 2, output: 8), tiers: [.init(above: 1, amounts: .init(input: 3))])
    #expect(Set([price, dearer, dollars, tiered].map(version)).count == 4)
  }

  @Test func theFirstOfEqualPatternsStays() throws {
    let list = PriceList(
      configured: [
        ("a/b", try Self.price(1)), ("a/b", try Self.price(2)), ("c/*", try Self.price(3)), ("c/*", try Self.price(4)),
      ])
    #expect(units(list, "a", "openai", "b") == 1)
    #expect(units(list, "c", "openai", "b") == 3)
  }

  @Test func whatIsNoPriceIsRefused() {
    #expect(throws: PriceProblem.nothingNamed) { try Price(currency: .cny, amounts: PriceAmounts(cachedInput: 1)) }
    #expect(throws: PriceProblem.negative("output")) {
      try Price(currency: .cny, amounts: PriceAmounts(input: 1, output: -1))
    }
    #expect(throws: PriceProblem.negative("perRequest")) {
      try Price(currency: .cny, amounts: PriceAmounts(input: 1), perRequest: -1)
    }
    #expect(throws: PriceProblem.negative("above")) {
      try Price(currency: .cny, amounts: PriceAmounts(input: 1), tiers: [.init(above: -1, amounts: .init())])
    }
    #expect(throws: PriceProblem.tierTwice(5)) {
      let tier = Price.Tier(above: 5, amounts: .init(input: 2))
      return try Price(currency: .cny, amounts: PriceAmounts(input: 1), tiers: [tier, tier])
    }
  }
}
