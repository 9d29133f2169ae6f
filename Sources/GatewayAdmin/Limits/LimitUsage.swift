import GatewayCore

/// How one limit stands for one of those that it counts.
struct LimitUsage: Encodable {
  let limit: LimitAmount
  @OrNull var used: LimitAmount?
  @OrNull var remaining: LimitAmount?
  /// When all of it is free again.
  @OrNull var resetAt: WallTime?
  /// `requests`, `tokens`, or a currency.
  let unit: String
  @OrNull var period: String?
  /// Of a quota.
  @OrNull var name: String?
  @OrNull var subject: String?
  /// `consumer 'app'`
  let owner: String
  /// `20 requests per day for each consumer (everyone)`
  let words: String
  let isBudget: Bool

  init(_ demand: Demand, _ standing: LimitStanding?, now: WallTime) {
    let counted = demand.limit
    limit = LimitAmount(counted.amount, of: counted)
    if let standing {
      used = LimitAmount(standing.used, of: counted)
      // Of a quota there may be more than it had when it was full.
      remaining = LimitAmount(max(0, counted.amount - standing.used), of: counted)
    } else {
      (used, remaining) = (nil, nil)
    }
    let reset = standing?.reset.map { WallTime(milliseconds: now.milliseconds + $0.wholeNanoseconds / 1_000_000) }
    resetAt = reset ?? Self.end(of: counted, now: now)
    unit = counted.unitName
    period = (counted.period ?? counted.quota?.refresh)?.rawValue
    name = counted.quota?.name
    subject = SubjectText.shown(demand.subject)
    owner = counted.owner
    words = counted.words
    isBudget = counted.isBudget
  }

  /// Of those that follow the calendar, whoever counts.
  private static func end(of limit: Limit, now: WallTime) -> WallTime? {
    guard let period = limit.quota?.refresh ?? limit.period, period.milliseconds == nil else { return nil }
    return WallTime(milliseconds: CalendarSpan(period, containing: now, in: limit.zone).end * 1000)
  }
}
