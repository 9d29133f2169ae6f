import GatewayCore

/// An amount as a price page writes it: `1.25`. Exact, since a `Double` tells billionths apart up to some millions.
struct ListedAmount: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  let billionths: Int64

  init(floatLiteral value: Double) { billionths = Int64((value * 1_000_000_000).rounded()) }

  init(integerLiteral value: Int64) { billionths = value * 1_000_000_000 }
}

/// The shorthands that the list is written in: one page of a provider, a line for each price.
struct PricePage {
  let kind: String
  let currency: Currency
  let source: String
  /// Of the lines that follow.
  var date: String
  /// What cache writes for an hour cost, as a multiple of the input; nil: as other cache writes.
  var hourlyWrite: Int64?
  private(set) var prices: [BuiltInPrice] = []
  private(set) var rejected: [String] = []

  init(
    _ kind: String, _ currency: Currency, _ source: String, _ date: String, fill: (inout PricePage) -> Void
  ) {
    self.kind = kind
    self.currency = currency
    self.source = source
    self.date = date
    fill(&self)
  }

  /// What some models cost, for a million tokens.
  mutating func list(
    _ models: String..., in input: ListedAmount? = nil, cached: ListedAmount? = nil, write: ListedAmount? = nil,
    out output: ListedAmount? = nil, reasoning: ListedAmount? = nil, audioIn: ListedAmount? = nil,
    audioOut: ListedAmount? = nil, request: ListedAmount? = nil, tiers: [Price.Tier] = [], times: [Price.Time] = []
  ) {
    let named = PriceAmounts(
      input: input?.billionths, cachedInput: cached?.billionths, cacheWrite: write?.billionths,
      output: output?.billionths, reasoning: reasoning?.billionths, inputAudio: audioIn?.billionths,
      outputAudio: audioOut?.billionths)
    let amounts = withHourlyWrites(named)
    let tiers = tiers.map {
      Price.Tier(above: $0.above, outputAbove: $0.outputAbove, amounts: withHourlyWrites($0.amounts))
    }
    for model in models {
      do throws(PriceProblem) {
        let price = try Price(
          currency: currency, amounts: amounts, tiers: tiers, times: times, perRequest: request?.billionths)
        prices.append(BuiltInPrice(kind: kind, model: model, price: price, source: source, date: date))
      } catch {
        rejected.append("\(kind)/\(model): \(error)")
      }
    }
  }

  private func withHourlyWrites(_ amounts: PriceAmounts) -> PriceAmounts {
    guard let hourlyWrite, let input = amounts.input else { return amounts }
    var amounts = amounts
    amounts.cacheWrite1h = input * hourlyWrite
    return amounts
  }
}

extension Price.Tier {
  /// Prompts of more tokens than `above`, and answers of more than `answer`.
  static func above(
    _ above: Int, answer: Int? = nil, in input: ListedAmount? = nil, cached: ListedAmount? = nil,
    write: ListedAmount? = nil, out output: ListedAmount? = nil, reasoning: ListedAmount? = nil
  ) -> Price.Tier {
    let amounts = PriceAmounts(
      input: input?.billionths, cachedInput: cached?.billionths, cacheWrite: write?.billionths,
      output: output?.billionths, reasoning: reasoning?.billionths)
    return Price.Tier(above: above, outputAbove: answer, amounts: amounts)
  }
}

extension Price.Time {
  /// Until midnight in UTC before a day, in seconds since 1970.
  static func before(
    _ seconds: Int64, in input: ListedAmount, cached: ListedAmount, out output: ListedAmount
  ) -> Price.Time {
    let amounts = PriceAmounts(
      input: input.billionths, cachedInput: cached.billionths, output: output.billionths)
    return Price.Time(
      [PriceWindow(from: 0, until: 0)], in: .utc, amounts: amounts, until: WallTime(milliseconds: seconds * 1000))
  }
}
