import GatewayCore
import GatewayProviders
import Testing

struct BuiltInPricesTests {
  private let list = PriceList(builtIn: BuiltInPrices.all)

  private func entry(_ kind: String, _ model: String) throws -> PriceEntry {
    try #require(list.price(provider: "any", kind: kind, model: model), "\(kind)/\(model)")
  }

  /// In billionths; 2026-11-21T12:00Z, a Saturday.
  private func cost(_ kind: String, _ model: String, _ usage: TokenUsage) throws -> Int64 {
    try entry(kind, model).price.cost(of: usage, at: WallTime(milliseconds: 1_795_262_400_000))
  }

  @Test func everyLineIsAPrice() {
    #expect(BuiltInPrices.rejected == [])
    #expect(BuiltInPrices.all.count > 250)
  }

  @Test func everyPriceHasASourceAndADate() {
    for item in BuiltInPrices.all {
      #expect(item.source.hasPrefix("https://"), "\(item.kind)/\(item.model)")
      let digits = item.date.split(separator: "-").map(\.count)
      #expect(digits == [4, 2, 2] && item.date > "2025-01-01", "\(item.kind)/\(item.model) \(item.date)")
    }
  }

  @Test func noPriceIsNothing() {
    for item in BuiltInPrices.all {
      let name = "\(item.kind)/\(item.model)"
      let price = item.price
      #expect(price.rates.input > 0 || price.perRequest > 0, "\(name)")
      #expect(price.rates.output >= 0 && price.rates.cachedInput <= price.rates.input, "\(name)")
      for tier in price.tiers {
        #expect((tier.amounts.input ?? price.rates.input) >= price.rates.input, "\(name)")
        #expect((tier.amounts.output ?? price.rates.output) >= price.rates.output, "\(name)")
      }
    }
  }

  @Test func noModelIsListedTwice() {
    var seen: Set<String> = []
    for item in BuiltInPrices.all { #expect(seen.insert("\(item.kind)/\(item.model)").inserted, "\(item.model)") }
  }

  @Test func everyKindIsAPresetThatIsCalledOverTheInternet() {
    for kind in Set(BuiltInPrices.all.map(\.kind)) {
      let preset = ProviderCatalogue.preset(kind: kind)
      #expect(preset?.requiresKey == true, "\(kind)")
    }
  }

  @Test(arguments: [
    "ollama", "vllm", "sglang", "tgi", "lm-studio", "llama-cpp", "openai-compatible", "echo",
  ]) func modelsOfOnesOwnServersHaveNoListPrice(kind: String) {
    #expect(ProviderCatalogue.preset(kind: kind) != nil)
    for model in ["gpt-5", "deepseek-v3", "qwen3-32b", "llama-3.3-70b-versatile"] {
      #expect(list.price(provider: "any", kind: kind, model: model) == nil)
    }
  }

  @Test func aListedAmountIsExact() throws {
    #expect(try entry("bedrock", "amazon.nova-micro-v1:0").price.amounts.cachedInput == 8_750_000)
    #expect(try entry("openai", "gpt-6-luna").price.amounts.cacheWrite == 125_000_000)
    #expect(try entry("minimax", "MiniMax-M2.7").price.amounts.cacheWrite == 2_625_000_000)
  }

  @Test func costsAreThoseOfThePages() throws {
    let chat = TokenUsage(inputUncached: 1_000_000, output: 1_000_000)
    #expect(try cost("openai", "gpt-5-2025-08-07", chat) == 11_250_000_000)
    #expect(try cost("anthropic", "claude-opus-4-5-20251101", chat) == 30_000_000_000)
    #expect(try cost("gemini", "models/gemini-2.5-pro", TokenUsage(inputUncached: 200_000)) == 250_000_000)
    #expect(try cost("gemini", "gemini-2.5-pro", TokenUsage(inputUncached: 200_001)) == 500_002_500)
    #expect(try cost("dashscope", "qwen3-max", TokenUsage(inputUncached: 32_768)) == 81_920_000)
    #expect(try cost("dashscope", "qwen3-max", TokenUsage(inputUncached: 32_769)) == 131_076_000)
    #expect(try cost("zhipu", "glm-4.6", TokenUsage(inputUncached: 1000, output: 201)) == 5_814_000)
    #expect(try cost("perplexity", "sonar", TokenUsage(inputUncached: 1000)) == 6_000_000)
  }

  @Test func cachesOfClaudeCostATenthToReadAndAQuarterMoreToWrite() throws {
    for model in ["claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5", "claude-3-5-haiku"] {
      let rates = try entry("anthropic", model).price.rates
      #expect(rates.cachedInput * 10 == rates.input)
      #expect(rates.cacheWrite * 4 == rates.input * 5)
      #expect(rates.cacheWrite1h == rates.input * 2)
    }
    // Above 200,000 tokens all amounts are others.
    var long = TokenUsage(cacheWrite: 1_000_000)
    long.cacheWrite1h = 1_000_000
    #expect(try cost("anthropic", "claude-sonnet-4-5", long) == 12_000_000_000)
  }

  @Test func deepSeekCostsDoubleOnWorkdaysAtPeakTimes() throws {
    let price = try entry("deepseek", "deepseek-flash").price
    let million = TokenUsage(inputUncached: 1_000_000)
    func yuan(_ seconds: Int64) -> Int64 {
      price.cost(of: million, at: WallTime(milliseconds: seconds * 1000)) / 1_000_000_000
    }
    // Friday 2026-11-20T09:00+08:00, 12:00, 14:00 and 18:00; Saturday 09:00.
    #expect([1_795_136_400 - 1, 1_795_136_400, 1_795_147_200 - 1, 1_795_147_200].map(yuan) == [1, 2, 2, 1])
    #expect([1_795_154_400 - 1, 1_795_154_400, 1_795_168_800 - 1, 1_795_168_800].map(yuan) == [1, 2, 2, 1])
    #expect(yuan(1_795_222_800) == 1)
  }

  @Test func anIntroductoryPriceEndsWithItsYear() throws {
    let price = try entry("gemini", "gemini-3.8-flash").price
    let million = TokenUsage(inputUncached: 1_000_000)
    #expect(price.cost(of: million, at: WallTime(milliseconds: 1_798_761_599_999)) == 750_000_000)
    #expect(price.cost(of: million, at: WallTime(milliseconds: 1_798_761_600_000)) == 1_500_000_000)
  }
}
