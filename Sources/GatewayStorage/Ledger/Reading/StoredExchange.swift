import Foundation
import GatewayCore

/// One exchange as the ledger has kept it.
package struct StoredExchange: Hashable, Sendable {
  /// One try of one target.
  package struct Attempt: Hashable, Sendable, Decodable {
    package var target: String
    /// `deepseek#1`
    package var credential: String?
    package var status: Int?
    /// Milliseconds from the start of the exchange; nil: an earlier version has written the row.
    package var at: Int64?
    /// How long it took, in milliseconds.
    package var ms: Int64?
    /// Of `UpstreamFailure`; nil: it won.
    package var failure: String?
  }

  /// 32 hexadecimal digits: the `x-request-id` that the client got.
  package var id: String
  package var clientRequestID: String?
  /// Milliseconds since 1970.
  package var startedAt: Int64
  package var endedAt: Int64
  package var durationMicroseconds: Int64
  package var firstTokenMicroseconds: Int64?
  /// `ExchangeRecord.Outcome`
  package var outcome: String
  /// 0: none was sent.
  package var status: Int64
  package var surface: String?
  package var isStream: Bool
  package var consumer: String?
  package var team: String?
  package var organisation: String?
  /// The id of an issued key; nil: the key is the file's, or there was none.
  package var key: String?
  /// As the caller wrote it.
  package var model: String?
  package var route: String?
  package var version: String?
  package var target: String?
  package var provider: String?
  /// In the order of `UsageTotals.buckets`; nil: nothing was used, or nobody knows.
  package var tokens: [Int64]?
  package var isEstimated: Bool
  package var costBillionths: Int64?
  package var currency: String?
  package var priceVersion: String?
  package var bytesIn: Int64
  package var bytesOut: Int64
  package var errorCode: String?
  package var revision: Int64
  package var attempts: [Attempt]
  /// `CacheResult`; nil: the cache was off.
  package var cache: String?
  /// In `currency`: what the answer had cost that was given again.
  package var savedBillionths: Int64?
  /// 32 hexadecimal digits; nil: it belongs to none.
  package var trace: String?
}

extension StoredExchange {
  /// See `ExchangeQuery.Ending`.
  package var ending: ExchangeQuery.Ending {
    switch outcome {
    case "success": .completed
    case "rejected": status == 402 || status == 429 ? .limited : .refused
    case "client_gone": .aborted
    case "broken", "cut": .cut
    default: .failed
    }
  }

  static let columns =
    [
      "id", "client_request_id", "started_at", "ended_at", "duration_us", "first_token_us", "outcome", "status",
      "surface",
      "stream", "consumer", "team", "organisation", "gateway_key", "model", "route", "version", "target", "provider",
      "estimated", "cost_billionths", "currency", "price", "bytes_in", "bytes_out", "error_code", "revision",
      "attempts",
    ] + LedgerRow.buckets + ["cache", "saved_billionths", "trace"]

  /// - Parameter row: of `columns`, from its first.
  init(_ row: any SQLRow) {
    let buckets = 28..<(28 + LedgerRow.buckets.count)
    let tokens = buckets.compactMap { row.integer($0) }
    self.init(
      id: Self.hexadecimal(row.bytes(0) ?? []), clientRequestID: row.text(1), startedAt: row.integer(2) ?? 0,
      endedAt: row.integer(3) ?? 0, durationMicroseconds: row.integer(4) ?? 0, firstTokenMicroseconds: row.integer(5),
      outcome: row.text(6) ?? "", status: row.integer(7) ?? 0, surface: row.text(8), isStream: row.integer(9) == 1,
      consumer: row.text(10), team: row.text(11), organisation: row.text(12), key: row.text(13), model: row.text(14),
      route: row.text(15), version: row.text(16), target: row.text(17), provider: row.text(18),
      tokens: tokens.count == buckets.count ? tokens : nil, isEstimated: row.integer(19) == 1,
      costBillionths: row.integer(20), currency: row.text(21), priceVersion: row.text(22),
      bytesIn: row.integer(23) ?? 0, bytesOut: row.integer(24) ?? 0, errorCode: row.text(25),
      revision: row.integer(26) ?? 0, attempts: Self.attempts(row.text(27) ?? "[]"),
      cache: row.text(buckets.upperBound),
      savedBillionths: row.integer(buckets.upperBound + 1), trace: row.text(buckets.upperBound + 2))
  }

  private static func attempts(_ json: String) -> [Attempt] {
    if json == "[]" { return [] }
    return (try? JSONDecoder().decode([Attempt].self, from: Data(json.utf8))) ?? []
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// An id as people write it, with or without hyphens; nil: it is none.
  static func parse(id text: String) -> (bytes: [UInt8], id: ExchangeID)? {
    let digits = text.utf8.filter { $0 != 0x2D }
    guard digits.count == 32 else { return nil }
    let pairs = stride(from: 0, to: 32, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    guard pairs.count == 16 else { return nil }
    let halves = [pairs[..<8], pairs[8...]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
    return (pairs, ExchangeID(halves: (halves[0], halves[1])))
  }
}
