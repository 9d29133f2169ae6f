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
    /// The first moment of an introductory price or of an announced one; nil: always.
    package let since: WallTime?
    /// The first moment behind it; nil: for ever.
    package let until: WallTime?

    package init(
      _ windows: [PriceWindow], in zone: ZoneOffsets, amounts: PriceAmounts, tiers: [Tier] = [], since: WallTime? = nil,
      until: WallTime? = nil
    ) {
      self.windows = windows
      self.zone = zone
      self.amounts = amounts
      self.tiers = tiers
      self.since = since
      self.until = until
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
    /// Milliseconds since 1970.
    let span: Range<Int64>
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
        windows: time.windows, zone: time.zone, span: time.span,
        steps: Self.steps(time.amounts.over(amounts), time.tiers.isEmpty ? tiers : time.tiers))
    }
  }

  /// Whether other amounts than the usual ones apply, and which.
  func schedule(at time: WallTime) -> Schedule? {
    schedules.first { schedule in
      schedule.span.contains(time.milliseconds)
        && schedule.windows.contains { $0.contains(time, in: schedule.zone) }
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

extension Price.Time {
  /// Milliseconds since 1970; empty when it ends before it begins.
  var span: Range<Int64> {
    let first = since?.milliseconds ?? .min
    return first..<max(first, until?.milliseconds ?? .max)
  }
}
