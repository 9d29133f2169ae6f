import Foundation
import GRDB
import GatewayCore

/// The columns of the table `exchange`.
enum LedgerColumns {
  static let names =
    [
      "id", "started_at", "ended_at", "duration_us", "first_token_us", "outcome", "status", "surface", "stream",
      "consumer", "team", "organisation", "gateway_key", "model", "route", "version", "target", "provider", "attempts",
    ] + LedgerRow.buckets + [
      "estimated", "cost_billionths", "currency", "price", "bytes_in", "bytes_out", "error_code", "client_request_id",
      "revision",
    ]

  static let insert = """
    INSERT INTO exchange (\(names.joined(separator: ", "))) VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
    ON CONFLICT (id) DO NOTHING
    """

  static func arguments(_ row: LedgerRow) -> StatementArguments {
    let halves = row.id.halves
    var id = Data(capacity: 16)
    for half in [halves.0, halves.1] { withUnsafeBytes(of: half.bigEndian) { id.append(contentsOf: $0) } }
    var values: [(any DatabaseValueConvertible)?] = [
      id, row.startedAt, row.endedAt, row.durationMicroseconds, row.firstTokenMicroseconds, row.outcome, row.status,
      row.surface, row.isStream, row.consumer, row.team, row.organisation, row.key, row.model, row.route, row.version,
      row.target,
      row.provider, row.attempts,
    ]
    for index in LedgerRow.buckets.indices { values.append(row.tokens?[index]) }
    values += [
      row.tokens == nil ? nil : row.isEstimated, row.costBillionths, row.currency, row.priceVersion, row.bytesIn,
      row.bytesOut, row.errorCode, row.clientRequestID, row.revision,
    ]
    return StatementArguments(values)
  }
}
