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
    case .noWindow: "other amounts at no time"
    }
  }

  /// Throws the first thing that is wrong.
  static func look(
    _ amounts: PriceAmounts, _ tiers: [Price.Tier], _ times: [Price.Time], perRequest: Int64?, perImage: Int64?
  ) throws(PriceProblem) {
    if amounts.input == nil, amounts.output == nil, perRequest == nil, perImage == nil { throw .nothingNamed }
    if let perRequest, perRequest < 0 { throw .negative("perRequest") }
    if let perImage, perImage < 0 { throw .negative("perImage") }
    try look(amounts)
    try look(tiers)
    for time in times {
      if time.windows.allSatisfy(\.days.isEmpty) || time.span.isEmpty { throw .noWindow }
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
