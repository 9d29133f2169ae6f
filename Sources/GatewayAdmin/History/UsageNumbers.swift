import GatewayCore

/// An amount as the admin API writes it: a decimal text, never a binary fraction.
struct MoneyText: Codable, Hashable {
  let amount: String
  let currency: String

  init(billionths: Int64, currency: String) {
    amount = Money.decimal(billionths)
    self.currency = currency
  }
}

/// Tokens by bucket; a token is counted in one of them.
struct TokenCounts: Codable {
  let inputUncached: Int64
  let inputCached: Int64
  let cacheWrite: Int64
  let inputAudio: Int64
  let output: Int64
  let reasoning: Int64
  let outputAudio: Int64
  let total: Int64

  /// - Parameter buckets: in the order of `UsageTotals.buckets`.
  init(_ buckets: [Int64]) {
    func count(_ place: Int) -> Int64 { place < buckets.count ? buckets[place] : 0 }
    (inputUncached, inputCached, cacheWrite, inputAudio) = (count(0), count(1), count(2), count(3))
    (output, reasoning, outputAudio) = (count(4), count(5), count(6))
    total = buckets.reduce(0, +)
  }
}

/// Means in milliseconds; null where there is nothing to count.
struct MeanTimes: Codable {
  @OrNull var average: Double?
  @OrNull var firstToken: Double?

  init(_ totals: UsageTotals) {
    average = totals.averageMicroseconds.map(Self.milliseconds)
    firstToken = totals.averageFirstTokenMicroseconds.map(Self.milliseconds)
  }

  /// With one digit behind the point.
  static func milliseconds(_ microseconds: Int64) -> Double { (Double(microseconds) / 100).rounded() / 10 }
}

extension UsageTotals {
  var moneys: [MoneyText] {
    costs.sorted { $0.key < $1.key }.map { MoneyText(billionths: $0.value, currency: $0.key) }
  }
}

/// A line of usage.
struct UsageNumbers: Codable {
  /// By dimension; nil: of all calls.
  var names: [String: String]?
  let requests: Int64
  let errors: Int64
  let unpriced: Int64
  /// Calls that were answered by an earlier answer.
  let hits: Int64
  let tokens: TokenCounts
  let costs: [MoneyText]
  let milliseconds: MeanTimes

  init(_ totals: UsageTotals, names: [String: String]? = nil) {
    self.names = names
    requests = totals.requests
    errors = totals.errors
    unpriced = totals.unpriced
    hits = totals.hits
    tokens = TokenCounts(totals.tokens)
    costs = totals.moneys
    milliseconds = MeanTimes(totals)
  }
}
