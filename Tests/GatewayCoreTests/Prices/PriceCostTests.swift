import GatewayCore
import Testing

/// What calls cost, worked out by hand.
struct PriceCostTests {
  private static let unit: Int64 = 1_000_000_000
  private let noon = WallTime(milliseconds: 1_795_262_400_000)

  /// Amounts in thousandths.
  private static func amounts(
    _ input: Int64?, cached: Int64? = nil, write: Int64? = nil, out: Int64? = nil, reasoning: Int64? = nil,
    audioIn: Int64? = nil, audioOut: Int64? = nil
  ) -> PriceAmounts {
    func billionths(_ thousandths: Int64?) -> Int64? { thousandths.map { $0 * 1_000_000 } }
    return PriceAmounts(
      input: billionths(input), cachedInput: billionths(cached), cacheWrite: billionths(write), output: billionths(out),
      reasoning: billionths(reasoning), inputAudio: billionths(audioIn), outputAudio: billionths(audioOut))
  }

  private func price(_ amounts: PriceAmounts, tiers: [Price.Tier] = []) throws -> Price {
    try Price(currency: .usd, amounts: amounts, tiers: tiers)
  }

  @Test func cacheWritesForAnHourHaveAPriceOfTheirOwn() throws {
    var usage = TokenUsage(cacheWrite: 1_000_000)
    usage.cacheWrite1h = 400_000
    let noon = WallTime(milliseconds: 1_790_000_000_000)
    let price = try Price(
      currency: .usd, amounts: PriceAmounts(input: 1000, cacheWrite: 2000, cacheWrite1h: 5000, output: 1))
    #expect(price.cost(of: usage, at: noon) == 600 * 2 + 400 * 5)
    #expect(price.upperBound(input: 1_000_000, output: 0) == 5000)
    let plain = try Price(currency: .usd, amounts: PriceAmounts(input: 1000, cacheWrite: 2000, output: 1))
    #expect(plain.cost(of: usage, at: noon) == 2000)
    usage.cacheWrite1h = 2_000_000
    #expect(price.cost(of: usage, at: noon) == 5000)
  }

  @Test(arguments: [
    (TokenUsage(inputUncached: 1000), 3_000_000), (TokenUsage(inputCached: 1000), 300_000),
    (TokenUsage(cacheWrite: 1000), 3_750_000), (TokenUsage(inputAudio: 1000), 40_000_000),
    (TokenUsage(output: 1000), 15_000_000), (TokenUsage(reasoning: 1000), 20_000_000),
    (TokenUsage(outputAudio: 1000), 80_000_000),
  ]) func everyKindOfTokenHasItsPrice(usage: TokenUsage, cost: Int) throws {
    let price = try price(
      Self.amounts(3000, cached: 300, write: 3750, out: 15_000, reasoning: 20_000, audioIn: 40_000, audioOut: 80_000))
    #expect(price.cost(of: usage, at: noon) == Int64(cost))
  }

  @Test func aCallIsTheSumOfItsTokens() throws {
    let price = try price(Self.amounts(3000, cached: 300, write: 3750, out: 15_000))
    let usage = TokenUsage(inputUncached: 1234, inputCached: 8000, cacheWrite: 500, output: 321, reasoning: 679)
    // 1234 × 3 + 8000 × 0.3 + 500 × 3.75 + 1000 × 15 = 22,977 millionths.
    #expect(price.cost(of: usage, at: noon) == 22_977_000)
  }

  @Test func whatIsNotNamedCostsWhatItsLikeCosts() throws {
    let price = try price(Self.amounts(2000, out: 8000))
    let million = TokenUsage(inputUncached: 1_000_000)
    #expect(price.cost(of: million, at: noon) == 2 * Self.unit)
    #expect(price.cost(of: TokenUsage(inputCached: 1_000_000), at: noon) == 2 * Self.unit)
    #expect(price.cost(of: TokenUsage(cacheWrite: 1_000_000), at: noon) == 2 * Self.unit)
    #expect(price.cost(of: TokenUsage(inputAudio: 1_000_000), at: noon) == 2 * Self.unit)
    #expect(price.cost(of: TokenUsage(reasoning: 1_000_000), at: noon) == 8 * Self.unit)
    #expect(price.cost(of: TokenUsage(outputAudio: 1_000_000), at: noon) == 8 * Self.unit)
  }

  @Test func anAnswerWithoutAPriceOfItsOwnIsNotFree() throws {
    let price = try price(Self.amounts(2000))
    #expect(price.cost(of: TokenUsage(output: 1_000_000), at: noon) == 2 * Self.unit)
  }

  @Test func requestsAndImagesArePricedBesideTokens() throws {
    let price = try Price(
      currency: .usd, amounts: Self.amounts(1000), perRequest: 5_000_000, perImage: 40_000_000)
    #expect(price.cost(of: TokenUsage(inputUncached: 1000), at: noon, images: 3) == 126_000_000)
    let search = try Price(currency: .usd, amounts: PriceAmounts(), perRequest: 2_000_000)
    #expect(search.cost(of: TokenUsage(inputUncached: 1000), at: noon) == 2_000_000)
  }

  @Test func halvesAreRoundedUpOnceAtTheEnd() throws {
    // One token costs half a billionth.
    let price = try Price(currency: .usd, amounts: PriceAmounts(input: 500_000, output: 500_000))
    #expect(price.cost(of: TokenUsage(inputUncached: 1), at: noon) == 1)
    #expect(price.cost(of: TokenUsage(inputUncached: 1, output: 1), at: noon) == 1)
    #expect(price.cost(of: TokenUsage(inputUncached: 3), at: noon) == 2)
    let third = try Price(currency: .usd, amounts: PriceAmounts(input: 499_999))
    #expect(third.cost(of: TokenUsage(inputUncached: 1), at: noon) == 0)
  }

  @Test func tooMuchIsTheMostThatCanBeCounted() throws {
    let price = try Price(
      currency: .usd, amounts: PriceAmounts(input: .max), perRequest: .max, perImage: .max)
    let usage = TokenUsage(
      inputUncached: .max, inputCached: .max, cacheWrite: .max, inputAudio: .max, output: .max, reasoning: .max,
      outputAudio: .max)
    #expect(price.cost(of: usage, at: noon, images: .max) == .max)
    #expect(price.upperBound(input: .max, output: .max, images: .max, hasAudio: true) == .max)
  }

  @Test func lessThanNoTokensCostNothing() throws {
    let price = try price(Self.amounts(3000, out: 15_000))
    #expect(price.cost(of: TokenUsage(inputUncached: -5, output: 1000), at: noon, images: -1) == 15_000_000)
    #expect(price.upperBound(input: -5, output: -5) == 0)
  }

  // MARK: Tiers

  private func gemini() throws -> Price {
    let tier = Price.Tier(above: 200_000, amounts: Self.amounts(2500, cached: 250, out: 15_000))
    return try price(Self.amounts(1250, cached: 125, out: 10_000), tiers: [tier])
  }

  @Test func aTierBeginsBehindItsBorderAndHoldsForAllTokens() throws {
    let price = try gemini()
    #expect(price.cost(of: TokenUsage(inputUncached: 200_000, output: 1000), at: noon) == 260_000_000)
    #expect(price.cost(of: TokenUsage(inputUncached: 200_001, output: 1000), at: noon) == 515_002_500)
  }

  @Test func thePromptOfATierIsAllThatWasRead() throws {
    let price = try gemini()
    let usage = TokenUsage(inputUncached: 1, inputCached: 150_000, cacheWrite: 25_000, inputAudio: 25_000)
    // 150,000 × 0.25 + 50,001 × 2.5
    #expect(price.cost(of: usage, at: noon) == 162_502_500)
  }

  @Test func whatATierDoesNotNameStays() throws {
    let tier = Price.Tier(above: 10, amounts: Self.amounts(nil, out: 20_000))
    let price = try price(Self.amounts(2000, cached: 200, out: 8000), tiers: [tier])
    let usage = TokenUsage(inputUncached: 500_000, inputCached: 500_000, reasoning: 1_000_000)
    #expect(price.cost(of: usage, at: noon) == 21_100_000_000)
  }

  @Test func theHighestTierThatIsReachedCountsWhateverTheirOrder() throws {
    let tiers = [
      Price.Tier(above: 128_000, amounts: Self.amounts(7000)), Price.Tier(above: 32_000, amounts: Self.amounts(4000)),
    ]
    let price = try price(Self.amounts(2500), tiers: tiers)
    #expect(price.cost(of: TokenUsage(inputUncached: 32_000), at: noon) == 80_000_000)
    #expect(price.cost(of: TokenUsage(inputUncached: 32_001), at: noon) == 128_004_000)
    #expect(price.cost(of: TokenUsage(inputUncached: 128_001), at: noon) == 896_007_000)
  }

  @Test func aTierMayWantALongAnswerToo() throws {
    let tiers = [
      Price.Tier(above: 0, outputAbove: 200, amounts: Self.amounts(3000, out: 14_000)),
      Price.Tier(above: 32_000, amounts: Self.amounts(4000, out: 16_000)),
    ]
    let price = try price(Self.amounts(2000, out: 8000), tiers: tiers)
    #expect(price.cost(of: TokenUsage(inputUncached: 1000, output: 200), at: noon) == 3_600_000)
    #expect(price.cost(of: TokenUsage(inputUncached: 1000, output: 150, reasoning: 51), at: noon) == 5_814_000)
    #expect(price.cost(of: TokenUsage(inputUncached: 40_000, output: 100), at: noon) == 161_600_000)
  }

  // MARK: Reservations

  @Test func theBoundTakesTheDearestOfEachSide() throws {
    let price = try price(
      Self.amounts(3000, cached: 300, write: 3750, out: 15_000, reasoning: 20_000, audioIn: 40_000, audioOut: 80_000))
    #expect(price.upperBound(input: 1000, output: 1000) == 23_750_000)
    #expect(price.upperBound(input: 1000, output: 1000, hasAudio: true) == 120_000_000)
  }

  @Test func theBoundKnowsTheTiersThatThePromptCanReach() throws {
    let price = try gemini()
    #expect(price.upperBound(input: 200_000, output: 1000) == 260_000_000)
    #expect(price.upperBound(input: 200_001, output: 1000) == 515_002_500)
  }

  @Test func theBoundIsThatOfTheDearestTime() throws {
    let night = Price.Time(
      [PriceWindow(from: 0, until: 480)], in: .utc, amounts: Self.amounts(5000, out: 5000))
    let price = try Price(currency: .usd, amounts: Self.amounts(1000, out: 1000), times: [night])
    #expect(price.upperBound(input: 1000, output: 1000) == 10_000_000)
  }

  @Test func noCallCostsMoreThanItsBound() throws {
    var random = SystemRandomNumberGenerator()
    func amount() -> Int64? { Bool.random(using: &random) ? nil : Int64.random(in: 0...90_000_000_000, using: &random) }
    func amounts() -> PriceAmounts {
      PriceAmounts(
        input: Int64.random(in: 0...9_000_000_000, using: &random), cachedInput: amount(), cacheWrite: amount(),
        output: amount(), reasoning: amount(), inputAudio: amount(), outputAudio: amount())
    }
    for _ in 0..<500 {
      let tiers = [
        Price.Tier(above: 100, amounts: amounts()), Price.Tier(above: 0, outputAbove: 100, amounts: amounts()),
      ]
      let time = Price.Time([PriceWindow(from: 1200, until: 300)], in: .utc, amounts: amounts(), tiers: tiers)
      let price = try Price(
        currency: .cny, amounts: amounts(), tiers: tiers, times: [time], perRequest: amount(), perImage: amount())
      func tokens() -> Int { Int.random(in: 0...120, using: &random) }
      let usage = TokenUsage(
        inputUncached: tokens(), inputCached: tokens(), cacheWrite: tokens(), inputAudio: tokens(), output: tokens(),
        reasoning: tokens(), outputAudio: tokens())
      let at = WallTime(milliseconds: Int64.random(in: 0...2_000_000_000_000, using: &random))
      let bound = price.upperBound(
        input: usage.totalInput + tokens(), output: usage.totalOutput + tokens(), images: 2, hasAudio: true)
      #expect(price.cost(of: usage, at: at, images: 2) <= bound)
    }
  }
}
