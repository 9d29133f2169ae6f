import GatewayCore

/// How one limit stands for one of those that it counts.
struct LimitUsage: Codable {
  /// Whose it is: `consumers`, `app`.
  struct Owner: Codable {
    let collection: String
    let name: String

    /// nil: everyone's.
    init?(of limit: Limit) {
      // `of consumer 'app'`
      let parts = limit.owner.split(separator: " ", maxSplits: 2)
      guard parts.count == 3, parts[2].count > 2, parts[2].hasPrefix("'"), parts[2].hasSuffix("'") else { return nil }
      collection = "\(parts[1])s"
      name = String(parts[2].dropFirst().dropLast())
    }
  }

  /// `20 requests per day for each consumer (for everyone)`
  let limit: String
  let amount: LimitAmount
  @OrNull var used: LimitAmount?
  @OrNull var remaining: LimitAmount?
  /// When all of it is free again.
  @OrNull var resetsAt: WallTime?
  /// `requests`, `tokens`, or a currency.
  let unit: String
  @OrNull var period: String?
  /// Of a quota.
  @OrNull var name: String?
  @OrNull var subject: String?
  /// What it is counted by: `consumer`, `header` …; null: all together.
  @OrNull var by: String?
  @OrNull var owner: Owner?
  @OrNull var currency: String?
  let isBudget: Bool

  init(_ demand: Demand, _ standing: LimitStanding?, now: WallTime) {
    let counted = demand.limit
    limit = counted.words
    amount = LimitAmount(counted.amount, of: counted)
    if let standing {
      used = LimitAmount(standing.used, of: counted)
      // Of a quota there may be more than it had when it was full.
      remaining = LimitAmount(max(0, counted.amount - standing.used), of: counted)
    } else {
      (used, remaining) = (nil, nil)
    }
    let reset = standing?.reset.map { WallTime(milliseconds: now.milliseconds + $0.wholeNanoseconds / 1_000_000) }
    resetsAt = reset ?? Self.end(of: counted, now: now)
    unit = counted.unitName
    period = (counted.period ?? counted.quota?.refresh)?.rawValue
    name = counted.quota?.name
    subject = SubjectText.shown(demand.subject)
    by = Self.name(counted.key)
    owner = Owner(of: counted)
    currency = counted.currency?.code
    isBudget = counted.isBudget
  }

  private static func name(_ key: LimitKey) -> String? {
    switch key {
    case .all: nil
    case .consumer: "consumer"
    case .team: "team"
    case .organisation: "organisation"
    case .key: "key"
    case .model: "model"
    case .provider: "provider"
    case .ip: "ip"
    case .header: "header"
    case .query: "query"
    case .cookie: "cookie"
    case .claim: "claim"
    }
  }

  /// Of those that follow the calendar, whoever counts.
  private static func end(of limit: Limit, now: WallTime) -> WallTime? {
    guard let period = limit.quota?.refresh ?? limit.period, period.milliseconds == nil else { return nil }
    return WallTime(milliseconds: CalendarSpan(period, containing: now, in: limit.zone).end * 1000)
  }
}
