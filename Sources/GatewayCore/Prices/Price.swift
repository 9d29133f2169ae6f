/// What a model costs: amounts for a million tokens, others for long prompts, others at some times of the day, and what a request
/// or an image costs by itself.
package struct Price: Hashable, Sendable {
  /// Other amounts for all tokens of calls with a longer prompt. What it does not name stays as it is without it.
  package struct Tier: Hashable, Sendable {
    /// Prompt tokens of all kinds; the tier begins with the next one.
    package let above: Int
    /// Answer tokens of all kinds that there must be more of, too (Zhipu, Ark); nil: any answer.
    package let outputAbove: Int?
    package let amounts: PriceAmounts

    package init(above: Int, outputAbove: Int? = nil, amounts: PriceAmounts) {
      self.above = above
      self.outputAbove = outputAbove
      self.amounts = amounts
    }
  }

  /// Other amounts at some times. What it does not name stays as it is at other times; tiers win over it, unless it has its own.
  package struct Time: Hashable, Sendable {
    package let windows: [PriceWindow]
    package let zone: ZoneOffsets
    package let amounts: PriceAmounts
    package let tiers: [Tier]

    package init(_ windows: [PriceWindow], in zone: ZoneOffsets, amounts: PriceAmounts, tiers: [Tier] = []) {
      self.windows = windows
      self.zone = zone
      self.amounts = amounts
      self.tiers = tiers
    }
  }

  /// Rates of calls with more tokens than this.
  struct Step: Hashable, Sendable {
    let above: Int
    let outputAbove: Int
    let rates: PriceRates
  }

  struct Schedule: Hashable, Sendable {
    let windows: [PriceWindow]
    let zone: ZoneOffsets
    /// The last one that a call has reached counts; the first is reached by all.
    let steps: [Step]
  }

  package let currency: Currency
  /// As they were given, for those who read them.
  package let amounts: PriceAmounts
  package let tiers: [Tier]
  /// The first one that has a window for a moment counts.
  package let times: [Time]
  /// Billionths for each call.
  package let perRequest: Int64
  /// Billionths for each image that was made.
  package let perImage: Int64

  let steps: [Step]
  let schedules: [Schedule]

  package init(
    currency: Currency, amounts: PriceAmounts, tiers: [Tier] = [], times: [Time] = [], perRequest: Int64? = nil,
    perImage: Int64? = nil
  ) throws(PriceProblem) {
    try PriceProblem.look(amounts, tiers, times, perRequest: perRequest, perImage: perImage)
    self.currency = currency
    self.amounts = amounts
    self.tiers = tiers
    self.times = times
    self.perRequest = perRequest ?? 0
    self.perImage = perImage ?? 0
    steps = Self.steps(amounts, tiers)
    schedules = times.map { time in
      Schedule(
        windows: time.windows, zone: time.zone,
        steps: Self.steps(time.amounts.over(amounts), time.tiers.isEmpty ? tiers : time.tiers))
    }
  }

  private static func steps(_ amounts: PriceAmounts, _ tiers: [Tier]) -> [Step] {
    let first = Step(above: -1, outputAbove: -1, rates: PriceRates(amounts))
    let others = tiers.map {
      Step(above: $0.above, outputAbove: $0.outputAbove ?? -1, rates: PriceRates($0.amounts.over(amounts)))
    }
    return [first] + others.sorted { ($0.above, $0.outputAbove) < ($1.above, $1.outputAbove) }
  }

  /// What tokens of short prompts cost when no other time applies.
  package var rates: PriceRates { PriceRates(amounts) }
}

/// Why amounts are no price.
package enum PriceProblem: Error, Hashable, CustomStringConvertible {
  /// Neither input nor output, and nothing for a request or an image.
  case nothingNamed
  case negative(String)
  case tierTwice(Int)
  case impossibleWindow(from: Int, until: Int)
  case noWindow

  package var description: String {
    switch self {
    case .nothingNamed: "a price names input, output, perRequest or perImage"
    case .negative(let name): "\(name) is less than nothing"
    case .tierTwice(let above): "two tiers are for prompts above \(above) tokens"
    case .impossibleWindow: "times of the day are from 00:00 to 24:00"
    case .noWindow: "other amounts at no time of any day"
    }
  }

  fileprivate static func look(
    _ amounts: PriceAmounts, _ tiers: [Price.Tier], _ times: [Price.Time], perRequest: Int64?, perImage: Int64?
  ) throws(PriceProblem) {
    if amounts.input == nil, amounts.output == nil, perRequest == nil, perImage == nil { throw .nothingNamed }
    if let perRequest, perRequest < 0 { throw .negative("perRequest") }
    if let perImage, perImage < 0 { throw .negative("perImage") }
    try look(amounts)
    try look(tiers)
    for time in times {
      if time.windows.allSatisfy(\.days.isEmpty) { throw .noWindow }
      for window in time.windows {
        let minutes = 0...PriceWindow.minutesOfDay
        guard minutes.contains(window.from), minutes.contains(window.until), window.from < PriceWindow.minutesOfDay
        else { throw .impossibleWindow(from: window.from, until: window.until) }
      }
      try look(time.amounts)
      try look(time.tiers)
    }
  }

  private static func look(_ amounts: PriceAmounts) throws(PriceProblem) {
    if let negative = amounts.named.first(where: { $0.amount < 0 }) { throw .negative(negative.name) }
  }

  private static func look(_ tiers: [Price.Tier]) throws(PriceProblem) {
    for (index, tier) in tiers.enumerated() {
      if tier.above < 0 || (tier.outputAbove ?? 0) < 0 { throw .negative("above") }
      if tiers[..<index].contains(where: { $0.above == tier.above && $0.outputAbove == tier.outputAbove }) {
        throw .tierTwice(tier.above)
      }
      try look(tier.amounts)
    }
  }
}
