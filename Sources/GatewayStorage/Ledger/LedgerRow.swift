import GatewayCore

/// One exchange as the ledger keeps it. Texts are cut and counts are bounded, so that no caller or provider can make a row
/// that the database refuses.
struct LedgerRow: Hashable, Sendable {
  // Longer than any name of ours; a caller writes the model and the request id.
  static let longestText = 512
  // A thousand times what one call can use; sums of thousands of millions of them still fit.
  static let largestCount: Int64 = 1_000_000_000
  // A million units of a currency.
  static let largestCost: Int64 = 1_000_000_000_000_000

  var id: ExchangeID
  /// Wall clock, milliseconds since 1970.
  var startedAt: Int64 = 0
  var endedAt: Int64 = 0
  var durationMicroseconds: Int64 = 0
  /// To the first content of a stream.
  var firstTokenMicroseconds: Int64?
  var outcome = ""
  var status: Int64 = 0
  var surface: String?
  var isStream = false
  var consumer: String?
  var team: String?
  var organisation: String?
  var key: String?
  var model: String?
  var route: String?
  var version: String?
  var target: String?
  var provider: String?
  /// JSON, as in the access log, without reasons.
  var attempts = "[]"
  /// In the order of `LedgerRow.buckets`.
  var tokens: [Int64]?
  var isEstimated = false
  var costBillionths: Int64?
  var currency: String?
  var priceVersion: String?
  var bytesIn: Int64 = 0
  var bytesOut: Int64 = 0
  var errorCode: String?
  var clientRequestID: String?
  var revision: Int64 = 0
  /// `CacheResult`; nil: the cache was off.
  var cache: String?
  /// In `currency`: what the answer had cost that was given again.
  var savedBillionths: Int64?
  /// 32 hexadecimal digits.
  var trace: String?
  /// Of the caller; only for the record of the call, and in no database.
  var address: String?

  static let buckets = UsageTotals.buckets

  init(id: ExchangeID) { self.id = id }
}

extension LedgerRow {
  /// What is kept of an exchange. Its record stays where it lies: a copy has some thirty texts and lists to be retained.
  ///
  /// - Parameters:
  ///   - withAddress: whether the caller's address is kept.
  ///   - wallClock: nanoseconds since 1970 of an instant.
  static func of(
    _ exchange: SettledExchange, withAddress: Bool, wallClock: (Instant) -> Int64
  ) -> LedgerRow {
    of(exchange.record, withAddress: withAddress, wallClock: wallClock)
  }

  static func of(
    _ record: ExchangeRecord, withAddress: Bool = false, wallClock: (Instant) -> Int64
  ) -> LedgerRow {
    var row = LedgerRow(id: record.id)
    row.startedAt = wallClock(record.startedAt) / 1_000_000
    row.endedAt = max(row.startedAt, wallClock(record.endedAt) / 1_000_000)
    row.durationMicroseconds = microseconds(from: record.startedAt, to: record.endedAt)
    row.firstTokenMicroseconds = record.firstTokenAt.map { microseconds(from: record.startedAt, to: $0) }
    row.outcome = record.outcome.rawValue
    row.status = Int64(record.status)
    row.surface = record.surface?.rawValue
    row.isStream = record.isStream
    row.consumer = cut(record.consumer)
    row.team = cut(record.team)
    row.organisation = cut(record.organisation)
    row.key = record.keyID.map { String($0) } ?? cut(record.key)
    row.model = cut(record.model)
    row.route = cut(record.route)
    row.version = cut(record.version)
    row.target = cut(record.target)
    row.provider = cut(record.provider)
    row.attempts = LedgerAttempts.json(of: record.attempts, since: record.startedAt)
    if let usage = record.usage {
      row.tokens = [
        bounded(usage.inputUncached), bounded(usage.inputCached), bounded(usage.cacheWrite),
        bounded(usage.inputAudio), bounded(usage.output), bounded(usage.reasoning),
        bounded(usage.outputAudio),
      ]
      row.isEstimated = usage.isEstimated
    }
    if let cost = record.cost {
      row.costBillionths = min(max(0, cost.money.billionths), largestCost)
      row.currency = cost.money.currency.code
      row.priceVersion = cut(cost.priceVersion)
    }
    row.bytesIn = Int64(record.bytesIn)
    row.bytesOut = Int64(record.bytesOut)
    row.errorCode = cut(record.errorCode)
    row.clientRequestID = cut(record.clientRequestID)
    row.revision = Int64(record.revision)
    row.cache = record.cache?.rawValue
    row.savedBillionths = record.saved.map { min(max(0, $0.billionths), largestCost) }
    row.trace = record.traceID?.description
    if withAddress { row.address = cut(record.clientAddress) }
    return row
  }

  private static func bounded(_ count: Int) -> Int64 { min(max(0, Int64(count)), largestCount) }

  private static func microseconds(from start: Instant, to end: Instant) -> Int64 {
    max(0, end.nanoseconds(since: start) / 1000)
  }

  /// The start of a text, whole characters.
  static func cut(_ text: String?) -> String? {
    guard let text, text.utf8.count > longestText else { return text }
    var end = text.startIndex
    while let next = text.index(end, offsetBy: 1, limitedBy: text.endIndex),
      text.utf8.distance(from: text.startIndex, to: next) <= longestText, next < text.endIndex
    { end = next }
    return String(text[..<end])
  }
}
