/// A price that came with the gateway.
package struct BuiltInPrice: Hashable, Sendable {
  /// Of the provider's preset.
  package let kind: String
  /// As the provider calls it, without the suffixes of `ModelSpelling`.
  package let model: String
  package let price: Price
  /// URL of the page that says so.
  package let source: String
  /// When it said so: `YYYY-MM-DD`.
  package let date: String

  package init(kind: String, model: String, price: Price, source: String, date: String) {
    self.kind = kind
    self.model = model
    self.price = price
    self.source = source
    self.date = date
  }
}

/// The price of a target, and where it comes from. A class: calls hand it about, and a price has many parts.
package final class PriceEntry: Sendable {
  package enum Origin: Hashable, Sendable {
    /// The pattern in the configuration: `deepseek/*`.
    case configuration(pattern: String)
    case builtIn(kind: String, model: String, source: String, date: String)
  }

  package let price: Price
  package let origin: Origin
  /// The same for the same amounts on every machine and in every version; for the ledger. 16 hexadecimal digits.
  package let version: String

  package init(price: Price, origin: Origin) {
    self.price = price
    self.origin = origin
    version = price.version
  }

  // Asked here, where the price lies: every call would copy it.

  package var currency: Currency { price.currency }

  /// See `Price.cost`.
  package func cost(of usage: TokenUsage, at time: WallTime, images: Int) -> Money {
    Money(billionths: price.cost(of: usage, at: time, images: images), currency: price.currency)
  }

  /// See `Price.upperBound`.
  package func upperBound(input: Int, output: Int) -> Int64 { price.upperBound(input: input, output: output) }
}

extension Price {
  /// A hash of everything that decides what a call costs.
  fileprivate var version: String {
    var hash = StableHash()
    hash.combine(currency.code)
    hash.combine("\(perRequest) \(perImage)")
    hash.combine(Self.text(steps))
    for schedule in schedules {
      hash.combine("\(schedule.zone.name) \(schedule.zone.first) \(schedule.span)")
      for change in schedule.zone.changes { hash.combine("\(change.at) \(change.offset)") }
      for window in schedule.windows { hash.combine("\(window.from) \(window.until) \(window.days.rawValue)") }
      hash.combine(Self.text(schedule.steps))
    }
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func text(_ steps: [Step]) -> String {
    steps.map { step in
      let rates = step.rates
      var amounts = [
        rates.input, rates.cachedInput, rates.cacheWrite, rates.output, rates.reasoning, rates.inputAudio,
        rates.outputAudio,
      ]
      // Most prices have one for both, and keep their version.
      if rates.cacheWrite1h != rates.cacheWrite { amounts.append(rates.cacheWrite1h) }
      return "\(step.above) \(step.outputAbove) " + amounts.map(String.init).joined(separator: " ")
    }.joined(separator: "\n")
  }
}
