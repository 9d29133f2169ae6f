import GatewayCore

/// The columns of the table `exchange`. The first is its key.
enum LedgerColumns {
  static let all: [SQLColumn] =
    [SQLColumn("id", .bytes)]
    + SQLColumn.integers(["started_at", "ended_at", "duration_us", "first_token_us"])
    + [
      SQLColumn("outcome", .text), SQLColumn("status", .integer), SQLColumn("surface", .text),
      SQLColumn("stream", .integer),
    ]
    + SQLColumn.texts([
      "consumer", "team", "organisation", "gateway_key", "model", "route", "version", "target", "provider", "attempts",
    ])
    + SQLColumn.integers(LedgerRow.buckets + ["estimated", "cost_billionths"])
    + SQLColumn.texts(["currency", "price"]) + SQLColumn.integers(["bytes_in", "bytes_out"])
    + SQLColumn.texts(["error_code", "client_request_id"]) + [SQLColumn("revision", .integer)]
    + [SQLColumn("cache", .text), SQLColumn("saved_billionths", .integer), SQLColumn("trace", .text)]

  /// By which a row that comes again is known. Its id alone would do, and does where an index costs the gateway nothing; but ids
  /// are scattered: in SQLite each of them would change a page of its own. Together with the end, which no repetition changes, they
  /// are added where the last ones were.
  static func key(_ dialect: SQLDialect) -> [String] {
    switch dialect {
    case .sqlite: ["ended_at", "id"]
    case .postgres: ["id"]
    }
  }

  /// Adds the values of a row, in the order of `all`.
  static func append(_ row: LedgerRow, to values: inout SQLRowValues) {
    let halves = row.id.halves
    let words = (halves.0.bigEndian, halves.1.bigEndian)
    withUnsafeBytes(of: words) { values.append($0) }
    values.append(row.startedAt)
    values.append(row.endedAt)
    values.append(row.durationMicroseconds)
    values.append(row.firstTokenMicroseconds)
    values.append(row.outcome)
    values.append(row.status)
    values.append(row.surface)
    values.append(row.isStream)
    values.append(row.consumer)
    values.append(row.team)
    values.append(row.organisation)
    values.append(row.key)
    values.append(row.model)
    values.append(row.route)
    values.append(row.version)
    values.append(row.target)
    values.append(row.provider)
    values.append(row.attempts)
    if let tokens = row.tokens {
      for number in tokens { values.append(number) }
      values.append(row.isEstimated)
    } else {
      for _ in LedgerRow.buckets { values.appendNull() }
      values.appendNull()
    }
    values.append(row.costBillionths)
    values.append(row.currency)
    values.append(row.priceVersion)
    values.append(row.bytesIn)
    values.append(row.bytesOut)
    values.append(row.errorCode)
    values.append(row.clientRequestID)
    values.append(row.revision)
    values.append(row.cache)
    values.append(row.savedBillionths)
    values.append(row.trace)
  }
}
