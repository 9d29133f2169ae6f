package import GatewayCore

/// What was used by one group of calls.
@dynamicMemberLookup
package struct UsageLine: Hashable, Sendable {
  /// The values of the dimensions that were asked for; empty where there is none.
  package var names: [String]
  package var totals = UsageTotals()

  package init(names: [String]) { self.names = names }

  package subscript<Value>(dynamicMember member: KeyPath<UsageTotals, Value>) -> Value { totals[keyPath: member] }
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

  /// Which groups come when there are more than `limit`.
  package enum Order: Sendable {
    /// By their names.
    case names
    /// Those with the most requests first.
    case requests
  }

  package var span: Span
  package var dimensions: [Dimension]
  /// Only calls that have these values; of `day` and `hour` the span says it.
  package var matching: [Dimension: String] = [:]
  package var order: Order = .names
  /// Lines of the database at most, of which a group has one for each currency; nil: all.
  package var limit: Int?

  package init(span: Span, dimensions: [Dimension]) {
    self.span = span
    self.dimensions = dimensions
  }
}

extension LedgerReader {
  /// Sums up, ordered by the dimensions. Hours are unknown of days and the other way round: ask for the ones of the span.
  package func usage(_ query: UsageQuery) throws(StorageError) -> [UsageLine] {
    let count = query.dimensions.count
    let (sql, values) = Self.statement(query)
    return try read { session in
      var lines: [UsageLine] = []
      var places: [[String]: Int] = [:]
      try session.each(sql, values) { row in
        let names = (0..<count).map { row.text($0) ?? "" }
        let place = places[names] ?? lines.count
        if place == lines.count {
          lines.append(UsageLine(names: names))
          places[names] = place
        }
        lines[place].totals.add(row, from: count)
      }
      return lines
    }
  }

  private static func statement(_ query: UsageQuery) -> (sql: String, values: [SQLValue]) {
    let (table, span, range) =
      switch query.span {
      case .days(let range): ("usage_day", "day", range)
      case .hours(let range): ("usage_hour", "hour", range)
      }
    let inner = query.dimensions.contains { $0.rawValue == span } ? ["subject", span] : ["subject"]
    let sums = UsageSum.columns
    let outer = query.dimensions.map(\.column).map { $0 == span ? "sums.\($0)" : "usage_subject.\($0)" }
    let groups = (outer + ["currency"]).joined(separator: ", ")
    var values: [SQLValue] = [.integer(range.lowerBound), .integer(range.upperBound)]
    var conditions: [String] = []
    for (dimension, name) in query.matching.sorted(by: { $0.key.rawValue < $1.key.rawValue })
    where dimension != .day && dimension != .hour {
      conditions.append("usage_subject.\(dimension.column) = ?")
      values.append(.text(name))
    }
    let order =
      switch query.order {
      case .names: groups
      case .requests: "sum(requests) DESC, \(groups)"
      }
    if let limit = query.limit { values.append(.integer(Int64(limit))) }
    let within = "\(span) >= ? AND \(span) < ?"
    // By subject first: the sums of a month are many rows of few subjects. Of one step each subject has one row.
    let source =
      range.count == 1
      ? table
      : """
      (
        SELECT \((inner + sums.map { "CAST(sum(\($0)) AS BIGINT) AS \($0)" }).joined(separator: ", "))
        FROM \(table) WHERE \(within) GROUP BY \(inner.joined(separator: ", "))
      )
      """
    if range.count == 1 { conditions.insert(within, at: 0) }
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    let sql = """
      SELECT \((outer.map { "CAST(\($0) AS TEXT)" } + ["currency"] + sums.map { "CAST(sum(\($0)) AS BIGINT)" }).joined(separator: ", "))
      FROM \(source) AS sums JOIN usage_subject ON usage_subject.id = sums.subject
      \(filter) GROUP BY \(groups) ORDER BY \(order) \(query.limit == nil ? "" : "LIMIT ?")
      """
    return (sql, values)
  }
}

extension UsageTotals {
  /// - Parameter first: the place of the currency; the sums of `UsageSum` follow.
  mutating func add(_ row: any SQLRow, from first: Int) {
    var place = first + 1
    func next() -> Int64 {
      defer { place += 1 }
      return row.integer(place) ?? 0
    }
    let calls = next()
    requests += calls
    durations += calls
    errors += next()
    unpriced += next()
    for index in tokens.indices { tokens[index] += next() }
    let cost = next()
    let currency = row.text(first) ?? ""
    if !currency.isEmpty { costs[currency, default: 0] += cost }
    durationMicroseconds += next()
    firstTokenMicroseconds += next()
    firstTokens += next()
    hits += next()
  }
}
