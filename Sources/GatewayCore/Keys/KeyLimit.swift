/// A limit of one key, as it is written: `20 requests per day`, `100000 tokens per minute`, `5 concurrent`, `2.50 EUR per day`,
/// `budget 50 EUR per month`, `10GiB stored`.
package struct KeyLimit: Hashable, Sendable, CustomStringConvertible {
  package let unit: LimitUnit
  /// At most so many; more than 0. Of cost in billionths.
  package let amount: Int64
  /// Of cost only.
  package let currency: Currency?
  /// A limit of cost that refuses with 402.
  package let isBudget: Bool
  /// nil for `concurrent` and `stored`.
  package let period: LimitPeriod?

  private static let units: [(word: String, unit: LimitUnit)] = [
    ("requests", .requests), ("request", .requests), ("tokens", .tokens), ("inputTokens", .inputTokens),
    ("outputTokens", .outputTokens), ("concurrent", .concurrent),
  ]

  package init(_ text: String) throws(KeyRuleFault) {
    var words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
    isBudget = words.first == "budget"
    if isBudget { words.removeFirst() }
    guard words.count >= 2 else {
      throw KeyRuleFault("'\(text.shortened)' is no limit: write one such as '20 requests per day' or '5 concurrent'")
    }
    if words[1] == LimitUnit.stored.rawValue {
      (unit, amount, currency, period) = (.stored, try Self.bytes(words, in: text, isBudget: isBudget), nil, nil)
      return
    }
    if let counted = Self.units.first(where: { $0.word == words[1] })?.unit {
      guard !isBudget else {
        throw KeyRuleFault("'\(text.shortened)': a budget is of money, such as 'budget 50 EUR per month'")
      }
      guard let number = Int64(words[0]), number > 0 else {
        throw KeyRuleFault("'\(String(words[0]).shortened)' in '\(text.shortened)' is no whole number above 0")
      }
      (unit, amount, currency) = (counted, number, nil)
    } else {
      let money = try Self.money(words[0], words[1], in: text)
      (unit, amount, currency) = (.cost, money.billionths, money.currency)
    }
    if unit == .concurrent {
      guard words.count == 2 else {
        throw KeyRuleFault("'\(text.shortened)': concurrent calls are counted without 'per'")
      }
      period = nil
      return
    }
    guard words.count == 4, words[2] == "per", let period = LimitPeriod(rawValue: words[3]) else {
      let periods = LimitPeriod.allCases.map(\.rawValue).joined(separator: ", ")
      throw KeyRuleFault("'\(text.shortened)' does not say for how long: end it with 'per' and one of \(periods)")
    }
    self.period = period
  }

  private static func bytes(_ words: [String], in text: String, isBudget: Bool) throws(KeyRuleFault) -> Int64 {
    guard words.count == 2, !isBudget else {
      throw KeyRuleFault(
        "'\(text.shortened)': stored bytes are limited without 'budget' and 'per', such as '10GiB stored'")
    }
    guard let bytes = ByteCount.parse(words[0]), (1...ByteCount.most).contains(bytes) else {
      throw KeyRuleFault(
        "'\(words[0].shortened)' in '\(text.shortened)' is no size: write a whole number above 0 with its unit, such as 10GiB"
      )
    }
    return bytes
  }

  private static func money(_ number: String, _ code: String, in text: String) throws(KeyRuleFault) -> Money {
    guard Currency(code) != nil else {
      throw KeyRuleFault(
        "'\(code.shortened)' in '\(text.shortened)' is nothing to count: name requests, tokens, inputTokens, outputTokens, concurrent, stored or a "
          + "currency such as EUR")
    }
    let money: Money
    do throws(MoneyProblem) {
      money = try Money(parsing: "\(number) \(code)")
    } catch {
      throw KeyRuleFault(error.description)
    }
    guard money.billionths > 0 else {
      throw KeyRuleFault("'\(text.shortened)' limits to nothing: disable the key instead")
    }
    return money
  }

  package var description: String {
    let words =
      switch unit {
      case .requests where amount == 1: "1 request"
      case .stored: "\(ByteCount.exact(amount)) stored"
      case .cost: (isBudget ? "budget " : "") + "\(Money.decimal(amount)) \(currency?.code ?? "")"
      default: "\(amount) \(unit.rawValue)"
      }
    return words + (period.map { " per \($0.rawValue)" } ?? "")
  }

  /// Of its counters; the amount may change.
  var id: String { "key|\(unit.rawValue)|\(period?.rawValue ?? "")" + (currency.map { "|\($0.code)" } ?? "") }

  /// For all keys that have the same limit: whose counter it is, the call says.
  ///
  /// - Parameter owner: what messages call it.
  package func compiled(zone: ZoneOffsets, owner: String = "of this key") -> Limit {
    Limit(
      id: id + (period?.milliseconds == nil ? "|\(zone.name)" : ""), unit: unit, amount: amount, period: period,
      zone: zone, owner: owner, currency: currency, isBudget: isBudget, warnAt: isBudget ? [80, 100] : [],
      stored: unit == .stored ? StoredTerms(.key) : nil)
  }
}
