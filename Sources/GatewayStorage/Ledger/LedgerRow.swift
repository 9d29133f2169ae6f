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
  /// Takes what is kept of the exchange with this row's id. Its record stays where it lies, and so does the row: a copy would have
  /// some twenty texts to be retained.
  ///
  /// - Parameters:
  ///   - withAddress: whether the caller's address is kept.
  ///   - wallClock: nanoseconds since 1970 of an instant.
  mutating func take(_ exchange: SettledExchange, withAddress: Bool, wallClock: (Instant) -> Int64) {
    take(exchange.record, withAddress: withAddress, wallClock: wallClock)
  }

  mutating func take(_ record: ExchangeRecord, withAddress: Bool, wallClock: (Instant) -> Int64) {
    startedAt = wallClock(record.startedAt) / 1_000_000
    endedAt = max(startedAt, wallClock(record.endedAt) / 1_000_000)
    durationMicroseconds = Self.microseconds(from: record.startedAt, to: record.endedAt)
    firstTokenMicroseconds = record.firstTokenAt.map { Self.microseconds(from: record.startedAt, to: $0) }
    outcome = record.outcome.rawValue
    status = Int64(record.status)
    surface = record.surface?.rawValue
    isStream = record.isStream
    consumer = Self.cut(record.consumer)
    team = Self.cut(record.team)
    organisation = Self.cut(record.organisation)
    key = record.keyID.map { String($0) } ?? Self.cut(record.key)
    model = Self.cut(record.model)
    route = Self.cut(record.route)
    version = Self.cut(record.version)
    target = Self.cut(record.target)
    provider = Self.cut(record.provider)
    attempts = LedgerAttempts.json(of: record.attempts, since: record.startedAt)
    if let usage = record.usage {
      tokens = [
        Self.bounded(usage.inputUncached), Self.bounded(usage.inputCached), Self.bounded(usage.cacheWrite),
        Self.bounded(usage.inputAudio), Self.bounded(usage.output), Self.bounded(usage.reasoning),
        Self.bounded(usage.outputAudio),
      ]
      isEstimated = usage.isEstimated
    }
    if let cost = record.cost {
      costBillionths = min(max(0, cost.money.billionths), Self.largestCost)
      currency = cost.money.currency.code
      priceVersion = Self.cut(cost.priceVersion)
    }
    bytesIn = Int64(record.bytesIn)
    bytesOut = Int64(record.bytesOut)
    errorCode = Self.cut(record.errorCode)
    clientRequestID = Self.cut(record.clientRequestID)
    revision = Int64(record.revision)
    cache = record.cache?.rawValue
    savedBillionths = record.saved.map { min(max(0, $0.billionths), Self.largestCost) }
    trace = record.traceID?.description
    if withAddress { address = Self.cut(record.clientAddress) }
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
