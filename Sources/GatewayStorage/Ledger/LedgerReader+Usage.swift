/// What was used by one group of calls.
package struct UsageLine: Hashable, Sendable {
  /// The values of the dimensions that were asked for; empty where there is none.
  package var names: [String]
  package var requests: Int64 = 0
  package var errors: Int64 = 0
  /// Calls whose tokens have no price.
  package var unpriced: Int64 = 0
  /// By bucket, in the order of `buckets`.
  package var tokens: [Int64] = Array(repeating: 0, count: buckets.count)
  /// Billionths by currency.
  package var costs: [String: Int64] = [:]
  package var durationMicroseconds: Int64 = 0
  package var firstTokenMicroseconds: Int64 = 0
  /// Calls that `firstTokenMicroseconds` sums up.
  package var firstTokens: Int64 = 0

  package static let buckets = LedgerRow.buckets

  package init(names: [String]) { self.names = names }

  /// Takes the calls of another group in.
  package mutating func add(_ other: UsageLine) {
    requests += other.requests
    errors += other.errors
    unpriced += other.unpriced
    for index in tokens.indices { tokens[index] += other.tokens[index] }
    costs.merge(other.costs) { $0 + $1 }
    durationMicroseconds += other.durationMicroseconds
    firstTokenMicroseconds += other.firstTokenMicroseconds
    firstTokens += other.firstTokens
  }
}

/// Which sums to read.
package struct UsageQuery: Sendable {
  package enum Dimension: String, CaseIterable, Sendable {
    case consumer, team, organisation, key, model, provider, target, version, day, hour

    fileprivate var column: String {
      switch self {
      case .key: "gateway_key"
      case .model: "route"
      default: rawValue
      }
    }
  }

  /// Spans since 1970 from the first to before the last.
  package enum Span: Hashable, Sendable {
    /// Local days, as the gateway counted them.
    case days(Range<Int64>)
    case hours(Range<Int64>)
  }

  package var span: Span
  package var dimensions: [Dimension]

  package init(span: Span, dimensions: [Dimension]) {
    self.span = span
    self.dimensions = dimensions
  }
}

extension LedgerReader {
  /// Sums up, ordered by the dimensions. Hours are unknown of days and the other way round: ask for the ones of the span.
  package func usage(_ query: UsageQuery) throws(StorageError) -> [UsageLine] {
    try read { session in
      var lines: [UsageLine] = []
      let count = query.dimensions.count
      try session.each(Self.sql(query), Self.bounds(query.span)) { row in
        let names = (0..<count).map { row.text($0) ?? "" }
        if lines.last?.names != names { lines.append(UsageLine(names: names)) }
        lines[lines.count - 1].add(row, from: count)
      }
      return lines
    }
  }

  private static func bounds(_ span: UsageQuery.Span) -> [SQLValue] {
    switch span {
    case .days(let range), .hours(let range): [.integer(range.lowerBound), .integer(range.upperBound)]
    }
  }

  private static func sql(_ query: UsageQuery) -> String {
    let (table, span) =
      switch query.span {
      case .days: ("usage_day", "day")
      case .hours: ("usage_hour", "hour")
      }
    let inner = query.dimensions.contains { $0.rawValue == span } ? ["subject", span] : ["subject"]
    let sums = UsageSum.columns
    let names = query.dimensions.map(\.column)
    let outer = names.map { $0 == span ? "sums.\($0)" : "usage_subject.\($0)" }
    // By subject first: the sums of a month are many rows of few subjects.
    return """
      SELECT \((outer.map { "CAST(\($0) AS TEXT)" } + ["currency"] + sums.map { "CAST(sum(\($0)) AS BIGINT)" }).joined(separator: ", "))
      FROM (
        SELECT \((inner + sums.map { "CAST(sum(\($0)) AS BIGINT) AS \($0)" }).joined(separator: ", "))
        FROM \(table) WHERE \(span) >= ? AND \(span) < ? GROUP BY \(inner.joined(separator: ", "))
      ) AS sums JOIN usage_subject ON usage_subject.id = sums.subject
      GROUP BY \((outer + ["currency"]).joined(separator: ", "))
      ORDER BY \((outer + ["currency"]).joined(separator: ", "))
      """
  }
}

extension UsageLine {
  fileprivate mutating func add(_ row: any SQLRow, from first: Int) {
    var place = first + 1
    func next() -> Int64 {
      defer { place += 1 }
      return row.integer(place) ?? 0
    }
    requests += next()
    errors += next()
    unpriced += next()
    for index in tokens.indices { tokens[index] += next() }
    let cost = next()
    let currency = row.text(first) ?? ""
    if !currency.isEmpty { costs[currency, default: 0] += cost }
    durationMicroseconds += next()
    firstTokenMicroseconds += next()
    firstTokens += next()
  }
}
