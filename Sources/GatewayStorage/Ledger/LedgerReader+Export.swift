import GRDB

extension LedgerReader {
  // Short reads, so that the gateway's checkpoints are not held up for the whole export.
  private static let page = 2000

  /// The columns of an export, in order; times are RFC 3339 in UTC, durations milliseconds.
  package static let exportColumns =
    [
      "id", "started_at", "ended_at", "outcome", "status", "surface", "stream", "consumer", "team", "organisation",
      "key",
      "model", "route", "version", "target", "provider",
    ] + LedgerRow.buckets + [
      "estimated", "cost", "currency", "price", "duration_ms", "ttft_ms", "bytes_in", "bytes_out", "error_code",
      "client_request_id", "revision", "attempts",
    ]

  private static let expressions: [String: String] = [
    "id": "lower(hex(id))",
    "started_at": "strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000.0, 'unixepoch')",
    "ended_at": "strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch')",
    "key": "gateway_key",
    "cost": """
    CASE WHEN cost_billionths IS NOT NULL
    THEN printf('%d.%09d', cost_billionths / 1000000000, cost_billionths % 1000000000) END
    """,
    "duration_ms": "duration_us / 1000.0",
    "ttft_ms": "first_token_us / 1000.0",
  ]

  /// Hands out the exchanges that ended in a stretch of time, in order, a page at a time: as fields, in the order of
  /// `exportColumns`; nil where there is none.
  ///
  /// - Parameter milliseconds: since 1970.
  package func exportFields(
    ended milliseconds: Range<Int64>, _ body: ([String?]) throws -> Void
  ) throws {
    let columns = Self.exportColumns.map { "CAST(\(Self.expressions[$0] ?? $0) AS TEXT)" }
    try pages(ended: milliseconds, columns.joined(separator: ", ")) { row in
      try body((2..<(2 + columns.count)).map { row[$0] as String? })
    }
  }

  /// The same as JSON objects, without the members that are absent.
  package func exportObjects(ended milliseconds: Range<Int64>, _ body: (String) throws -> Void) throws {
    let flags: Set<String> = ["stream", "estimated"]
    let members = Self.exportColumns.map { name in
      let value = Self.expressions[name] ?? name
      if name == "attempts" { return "'attempts', json(attempts)" }
      if flags.contains(name) {
        return "'\(name)', CASE \(value) WHEN 1 THEN json('true') WHEN 0 THEN json('false') END"
      }
      return "'\(name)', \(value)"
    }
    // RFC 7396: a patch takes out members that are null.
    try pages(ended: milliseconds, "json_patch('{}', json_object(\(members.joined(separator: ", "))))") { row in
      try body(row[2])
    }
  }

  private func pages(ended range: Range<Int64>, _ columns: String, _ body: (Row) throws -> Void) throws {
    var (moment, number) = (range.lowerBound, Int64.min)
    while true {
      let rows = try read { database in
        try Row.fetchAll(
          database,
          sql: """
            SELECT ended_at, number, \(columns) FROM exchange
            WHERE (ended_at, number) > (?, ?) AND ended_at < ? ORDER BY ended_at, number LIMIT \(Self.page)
            """, arguments: [moment, number, range.upperBound])
      }
      for row in rows { try body(row) }
      guard rows.count == Self.page, let last = rows.last else { return }
      (moment, number) = (last[0], last[1])
    }
  }
}
