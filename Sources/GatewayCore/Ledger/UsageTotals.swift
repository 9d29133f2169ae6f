/// What calls have used together: whole numbers that add up.
package struct UsageTotals: Hashable, Sendable {
  /// Buckets of tokens, in the order of `tokens`: as the ledger and `TokenUsage` name them.
  package static let buckets = [
    "input_uncached", "input_cached", "cache_write", "input_audio", "output", "reasoning", "output_audio",
  ]

  package var requests: Int64 = 0
  /// All outcomes but success and a client that went away.
  package var errors: Int64 = 0
  /// Calls whose tokens have no price.
  package var unpriced: Int64 = 0
  /// By bucket; a token is counted in one of them.
  package var tokens: [Int64] = Array(repeating: 0, count: buckets.count)
  /// Billionths by currency.
  package var costs: [String: Int64] = [:]
  package var durationMicroseconds: Int64 = 0
  /// Calls that `durationMicroseconds` sums up.
  package var durations: Int64 = 0
  /// To the first content of streams.
  package var firstTokenMicroseconds: Int64 = 0
  /// Calls that `firstTokenMicroseconds` sums up.
  package var firstTokens: Int64 = 0
  /// Calls that were answered by an earlier answer.
  package var hits: Int64 = 0

  package init() {}

  package var totalTokens: Int64 { tokens.reduce(0, &+) }

  /// nil: there was no call.
  package var averageMicroseconds: Int64? { durations > 0 ? durationMicroseconds / durations : nil }

  /// nil: no stream had content.
  package var averageFirstTokenMicroseconds: Int64? { firstTokens > 0 ? firstTokenMicroseconds / firstTokens : nil }

  package mutating func add(_ other: UsageTotals) { combine(other) { $0 &+ $1 } }

  /// Leaves what was counted since `other`, of the same counters.
  package mutating func subtract(_ other: UsageTotals) {
    combine(other) { $0 &- $1 }
    costs = costs.filter { $0.value != 0 }
  }

  private mutating func combine(_ other: UsageTotals, _ operation: (Int64, Int64) -> Int64) {
    requests = operation(requests, other.requests)
    errors = operation(errors, other.errors)
    unpriced = operation(unpriced, other.unpriced)
    for index in tokens.indices { tokens[index] = operation(tokens[index], other.tokens[index]) }
    for (currency, amount) in other.costs { costs[currency] = operation(costs[currency] ?? 0, amount) }
    durationMicroseconds = operation(durationMicroseconds, other.durationMicroseconds)
    durations = operation(durations, other.durations)
    firstTokenMicroseconds = operation(firstTokenMicroseconds, other.firstTokenMicroseconds)
    firstTokens = operation(firstTokens, other.firstTokens)
    hits = operation(hits, other.hits)
  }
}
