import GatewayCore
import GatewayStorage

/// One exchange as the admin API shows it.
struct ExchangeNumbers: Codable {
  struct Attempt: Codable {
    let target: String
    /// Of the provider: `deepseek#1`.
    @OrNull var credential: String?
    /// `completed`, `timeout`, `limited`, `failed` or `aborted`.
    let outcome: String
    /// What exactly has failed: `server-error`, `connect` …
    @OrNull var failure: String?
    @OrNull var status: Int?
    @OrNull var milliseconds: Double?
  }

  /// A part of the time that it took.
  struct Step: Codable {
    enum Kind: String, Codable, CaseIterable, SchemaDescribed { case attempt, firstToken, end }

    /// Milliseconds from the start.
    let at: Double
    let until: Double
    let kind: Kind
    let label: String
    let outcome: String
    @OrNull var detail: String?
  }

  let id: String
  /// The `x-request-id` that the client got.
  let requestId: String
  /// The one that it has sent.
  @OrNull var clientRequestId: String?
  let startedAt: WallTime
  let milliseconds: Double
  @OrNull var firstTokenMilliseconds: Double?
  let outcome: String
  let status: Int64
  @OrNull var surface: String?
  let stream: Bool
  @OrNull var consumer: String?
  @OrNull var team: String?
  @OrNull var organisation: String?
  /// The label of an issued key.
  @OrNull var key: String?
  @OrNull var keyId: Int64?
  @OrNull var model: String?
  @OrNull var route: String?
  @OrNull var version: String?
  @OrNull var target: String?
  @OrNull var provider: String?
  @OrNull var errorCode: String?
  @OrNull var tokens: TokenCounts?
  let estimated: Bool
  @OrNull var cost: MoneyText?
  @OrNull var price: String?
  /// What the cache did; null: it was off.
  @OrNull var cache: String?
  /// What the answer had cost that was given again.
  @OrNull var saved: MoneyText?
  /// 32 hexadecimal digits.
  @OrNull var trace: String?
  let bytesIn: Int64
  let bytesOut: Int64
  let revision: Int64
  let attempts: [Attempt]
  var timeline: [Step]?

  /// - Parameter labels: of issued keys, by id.
  init(_ exchange: StoredExchange, labels: [Int64: String], withTimeline: Bool = false) {
    let number = exchange.key.flatMap { Int64($0) }
    id = exchange.id
    requestId = exchange.id
    clientRequestId = exchange.clientRequestID
    startedAt = WallTime(milliseconds: exchange.startedAt)
    milliseconds = MeanTimes.milliseconds(exchange.durationMicroseconds)
    firstTokenMilliseconds = exchange.firstTokenMicroseconds.map(MeanTimes.milliseconds)
    outcome = exchange.ending.rawValue
    status = exchange.status
    surface = exchange.surface
    stream = exchange.isStream
    consumer = exchange.consumer
    team = exchange.team
    organisation = exchange.organisation
    key = number.flatMap { labels[$0] } ?? exchange.key
    keyId = number
    model = exchange.model
    route = exchange.route
    version = exchange.version
    target = exchange.target
    provider = exchange.provider
    errorCode = exchange.errorCode
    tokens = exchange.tokens.map { TokenCounts($0) }
    estimated = exchange.isEstimated
    if let billionths = exchange.costBillionths, let currency = exchange.currency {
      cost = MoneyText(billionths: billionths, currency: currency)
    } else {
      cost = nil
    }
    price = exchange.priceVersion
    cache = exchange.cache
    if let billionths = exchange.savedBillionths, let currency = exchange.currency {
      saved = MoneyText(billionths: billionths, currency: currency)
    } else {
      saved = nil
    }
    trace = exchange.trace
    bytesIn = exchange.bytesIn
    bytesOut = exchange.bytesOut
    revision = exchange.revision
    let isGivenUp = exchange.outcome == "client_gone" || exchange.outcome == "cut"
    attempts = exchange.attempts.map {
      Attempt(
        target: $0.target, credential: $0.credential,
        outcome: $0.failure.map(Self.outcome(of:)) ?? (isGivenUp ? "aborted" : "completed"), failure: $0.failure,
        status: $0.status, milliseconds: $0.ms.map { Double($0) })
    }
    timeline = withTimeline ? Self.timeline(of: exchange, attempts) : nil
  }

  /// - Parameter failure: `UpstreamFailure.Class`.
  private static func outcome(of failure: String) -> String {
    switch UpstreamFailure.Class(rawValue: failure) {
    case .timeout: "timeout"
    case .rateLimit: "limited"
    default: "failed"
    }
  }

  private static func timeline(of exchange: StoredExchange, _ attempts: [Attempt]) -> [Step] {
    let whole = MeanTimes.milliseconds(exchange.durationMicroseconds)
    var steps: [Step] = []
    var last = 0.0
    for (attempt, shown) in zip(exchange.attempts, attempts) {
      // Rows of an earlier version do not say when an attempt began: at once after the one before.
      let start = min(whole, attempt.at.map { Double($0) } ?? last)
      let end = max(start, min(whole, start + Double(attempt.ms ?? 0)))
      last = end
      let detail = [attempt.failure, attempt.status.map { "status \($0)" }, attempt.credential.map { "key \($0)" }]
      steps.append(
        Step(
          at: start, until: end, kind: .attempt, label: attempt.target, outcome: shown.outcome,
          detail: detail.compactMap(\.self).joined(separator: ", ")))
    }
    if let first = exchange.firstTokenMicroseconds.map(MeanTimes.milliseconds) {
      steps.append(
        Step(
          at: first, until: first, kind: .firstToken, label: exchange.target ?? "", outcome: exchange.ending.rawValue,
          detail: nil))
    }
    steps.append(
      Step(
        at: whole, until: whole, kind: .end, label: exchange.route ?? exchange.model ?? "",
        outcome: exchange.ending.rawValue,
        detail: exchange.errorCode))
    return steps.sorted { ($0.at, $0.until) < ($1.at, $1.until) }
  }
}
