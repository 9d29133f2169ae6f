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

  /// In the order of `all`.
  static func values(_ row: LedgerRow) -> [SQLValue] {
    let halves = row.id.halves
    var id: [UInt8] = []
    id.reserveCapacity(16)
    for half in [halves.0, halves.1] { withUnsafeBytes(of: half.bigEndian) { id.append(contentsOf: $0) } }
    var values: [SQLValue] = [
      .bytes(id), .integer(row.startedAt), .integer(row.endedAt), .integer(row.durationMicroseconds),
      SQLValue(row.firstTokenMicroseconds), .text(row.outcome), .integer(row.status), SQLValue(row.surface),
      SQLValue(row.isStream), SQLValue(row.consumer), SQLValue(row.team), SQLValue(row.organisation), SQLValue(row.key),
      SQLValue(row.model),
      SQLValue(row.route), SQLValue(row.version), SQLValue(row.target), SQLValue(row.provider), .text(row.attempts),
    ]
    for index in LedgerRow.buckets.indices { values.append(SQLValue(row.tokens?[index])) }
    values += [
      row.tokens == nil ? .null : SQLValue(row.isEstimated), SQLValue(row.costBillionths), SQLValue(row.currency),
      SQLValue(row.priceVersion), .integer(row.bytesIn), .integer(row.bytesOut), SQLValue(row.errorCode),
      SQLValue(row.clientRequestID), .integer(row.revision),
    ]
    return values
  }
}
