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

/// The price of a target, and where it comes from.
package struct PriceEntry: Hashable, Sendable {
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
}

/// All prices that a configuration knows: its own first, then those that came with the gateway. A model that is in neither is
/// unpriced, which is not the same as free.
package struct PriceList: Sendable {
  private let exact: [String: PriceEntry]
  private let prefixes: PrefixTable<PriceEntry>
  private let builtIn: [String: [String: PriceEntry]]

  /// - Parameter configured: `provider/model`, or a pattern that ends in `*` (`provider/*`, `provider/qwen-*`). Of equal ones the
  ///   first stays.
  package init(configured: [(pattern: String, price: Price)] = [], builtIn: [BuiltInPrice] = []) {
    var exact: [String: PriceEntry] = [:]
    var prefixes: [(prefix: String, value: PriceEntry)] = []
    for (pattern, price) in configured {
      let entry = PriceEntry(price: price, origin: .configuration(pattern: pattern))
      if pattern.hasSuffix("*") {
        prefixes.append((String(pattern.dropLast()), entry))
      } else if exact[pattern] == nil {
        exact[pattern] = entry
      }
    }
    var known: [String: [String: PriceEntry]] = [:]
    for item in builtIn where known[item.kind]?[item.model] == nil {
      let origin = PriceEntry.Origin.builtIn(kind: item.kind, model: item.model, source: item.source, date: item.date)
      known[item.kind, default: [:]][item.model] = PriceEntry(price: item.price, origin: origin)
    }
    self.exact = exact
    self.prefixes = PrefixTable(prefixes)
    self.builtIn = known
  }

  /// The configuration's exact name, then its longest prefix, then the built-in list by the spellings of the model.
  ///
  /// - Parameters:
  ///   - provider: its name in the configuration.
  ///   - kind: of its preset.
  ///   - model: as the provider calls it.
  package func price(provider: String, kind: String, model: String) -> PriceEntry? {
    let name = "\(provider)/\(model)"
    if let entry = exact[name] ?? prefixes.longestPrefix(of: name) { return entry }
    guard let models = builtIn[kind] else { return nil }
    for spelling in ModelSpelling.all(of: model) {
      if let entry = models[spelling] { return entry }
    }
    return nil
  }
}

extension Price {
  /// A hash of everything that decides what a call costs.
  fileprivate var version: String {
    var hash = StableHash()
    hash.combine(currency.code)
    hash.combine("\(perRequest) \(perImage)")
    hash.combine(Self.text(steps))
    for schedule in schedules {
      hash.combine("\(schedule.zone.name) \(schedule.zone.first)")
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
      let amounts = [
        rates.input, rates.cachedInput, rates.cacheWrite, rates.output, rates.reasoning, rates.inputAudio,
        rates.outputAudio,
      ]
      return "\(step.above) \(step.outputAbove) " + amounts.map(String.init).joined(separator: " ")
    }.joined(separator: "\n")
  }
}
