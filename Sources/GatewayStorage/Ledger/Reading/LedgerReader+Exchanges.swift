import GatewayCore

extension LedgerReader {
  /// The newest exchanges that match. The index by time leads; where most rows do not match, the search stops after a bounded
  /// number of them and says how far it came.
  package func exchanges(_ query: ExchangeQuery) throws(StorageError) -> ExchangePage {
    try read { session in
      let floor = query.isSelective ? try Self.floor(query, in: session) : nil
      let (sql, values) = query.statement(downTo: floor)
      var places: [ExchangeQuery.Cursor] = []
      var exchanges = try session.all(sql, values) { row in
        let end = StoredExchange.columns.count
        let exchange = StoredExchange(row)
        places.append(ExchangeQuery.Cursor(endedAt: exchange.endedAt, number: row.integer(end) ?? 0))
        return exchange
      }
      if exchanges.count > query.limit {
        exchanges.removeLast(exchanges.count - query.limit)
        return ExchangePage(exchanges: exchanges, next: places[query.limit - 1])
      }
      return ExchangePage(exchanges: exchanges, next: floor, searchedUntil: floor?.endedAt)
    }
  }

  /// - Parameters:
  ///   - id: 32 hexadecimal digits, with or without hyphens.
  ///   - team: whose it must be; nil: anybody's.
  package func exchange(id: String, of team: String? = nil) throws(StorageError) -> StoredExchange? {
    guard let (bytes, known) = StoredExchange.parse(id: id) else { return nil }
    let began = known.second * 1000
    let found = try read { session in
      let near = try session.first(
        Self.statement(ofID: "AND ended_at >= ? AND ended_at < ?"),
        [.bytes(bytes), .integer(began - Self.skew), .integer(began + Self.day)]
      ) { StoredExchange($0) }
      return try near ?? session.first(Self.statement(ofID: ""), [.bytes(bytes)]) { StoredExchange($0) }
    }
    if let team, found?.team != team { return nil }
    return found
  }

  // Of the clocks of a node: 60 s.
  private static let skew: Int64 = 60_000
  private static let day: Int64 = 86_400_000

  /// SQLite has no index by id, since scattered ids would cost each row a page: it looks through the index by time, from when the
  /// exchange began. Ids of early versions do not tell; for them it looks through all, which takes a second for 10 million.
  static func statement(ofID condition: String) -> String {
    """
    SELECT \(StoredExchange.columns.joined(separator: ", ")) FROM exchange
    WHERE number = (SELECT number FROM exchange WHERE id = ? \(condition) ORDER BY ended_at LIMIT 1)
    """
  }

  /// Where the row is that the search would look at last; nil: it looks at all.
  private static func floor(_ query: ExchangeQuery, in session: any SQLSession) throws -> ExchangeQuery.Cursor? {
    let (sql, values) = query.floorStatement
    return try session.first(sql, values) {
      ExchangeQuery.Cursor(endedAt: $0.integer(0) ?? 0, number: $0.integer(1) ?? 0)
    }
  }
}

extension ExchangeQuery {
  private static let newestFirst = "ORDER BY ended_at DESC, number DESC"
  /// Of the partial index of what did not succeed: only the same words use it.
  private static let trouble = "outcome <> 'success'"

  /// Whether rows have to be looked at to know which match.
  fileprivate var isSelective: Bool { !filters.conditions.isEmpty }

  private var isOfTrouble: Bool {
    if let statuses, statuses.lowerBound >= 400 { return true }
    return !endings.isEmpty && !endings.contains(.completed)
  }

  /// The stretch of time, from where the page before has ended down to `floor`. The bounds of `ended_at` are as narrow as they can
  /// be, since they are what the index is searched by.
  private func span(downTo floor: Cursor?) -> (conditions: [String], values: [SQLValue]) {
    let upper = min(ended.upperBound, after.map { $0.endedAt + 1 } ?? .max)
    var conditions = ["ended_at >= ?", "ended_at < ?"]
    var values: [SQLValue] = [.integer(floor?.endedAt ?? ended.lowerBound), .integer(upper)]
    for (place, comparison) in [(after, "<"), (floor, ">=")] {
      guard let place else { continue }
      conditions.append("(ended_at, number) \(comparison) (?, ?)")
      values += [.integer(place.endedAt), .integer(place.number)]
    }
    if isOfTrouble { conditions.append(Self.trouble) }
    return (conditions, values)
  }

  private var filters: (conditions: [String], values: [SQLValue]) {
    var conditions: [String] = []
    var values: [SQLValue] = []
    for (member, value) in matching.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      conditions.append("\(member.column) = ?")
      values.append(.text(value))
    }
    if !endings.isEmpty {
      let any = endings.sorted { $0.rawValue < $1.rawValue }.map { "(\($0.condition))" }
      conditions.append("(\(any.joined(separator: " OR ")))")
    }
    if let statuses {
      conditions.append("status BETWEEN ? AND ?")
      values += [.integer(statuses.lowerBound), .integer(statuses.upperBound)]
    }
    return (conditions, values)
  }

  /// With one row more than the page has, and the number of each row behind its columns.
  func statement(downTo floor: Cursor?) -> (sql: String, values: [SQLValue]) {
    var (conditions, values) = span(downTo: floor)
    conditions += filters.conditions
    values += filters.values + [.integer(Int64(limit) + 1)]
    let sql = """
      SELECT \((StoredExchange.columns + ["number"]).joined(separator: ", ")) FROM exchange
      WHERE \(conditions.joined(separator: " AND ")) \(Self.newestFirst) LIMIT ?
      """
    return (sql, values)
  }

  /// Only the index is read.
  var floorStatement: (sql: String, values: [SQLValue]) {
    let (conditions, values) = span(downTo: nil)
    let sql = """
      SELECT ended_at, number FROM exchange WHERE \(conditions.joined(separator: " AND ")) \(Self.newestFirst)
      LIMIT 1 OFFSET ?
      """
    return (sql, values + [.integer(Int64(budget) - 1)])
  }
}
