import GatewayCore

/// The counts of one event loop: a value, so that a scraper takes a copy in constant time and adds up at leisure.
struct SeriesTable: Sendable {
  /// Tries of one target by how they ended.
  struct TargetSeries: Sendable {
    let target: String
    var counts: [UInt64] = Array(repeating: 0, count: AttemptOutcome.allCases.count)
  }

  /// Series of one family; what comes later is counted as `other`.
  let limit: Int
  private(set) var series: [Series] = []
  private(set) var targets: [TargetSeries] = []
  private(set) var failovers: [FailoverKey: UInt64] = [:]
  private(set) var refusals: [RefusalKey: UInt64] = [:]
  private(set) var cache: [CacheSeriesKey: UInt64] = [:]
  private(set) var media = MediaSeries()
  var authentication = AuthenticationSeries()
  /// Observations that went to `other`.
  private(set) var limited: UInt64 = 0

  private var positions: [SeriesKey: Int] = [:]
  /// Where the last one was counted: nearly always the next, and cheaper to compare than to hash.
  private var recent: Int?
  /// Of collapsed series: one for each surface and provider, too few for a hash.
  private var collapsed: [Int] = []
  private var targetPositions: [String: Int] = [:]
  private var recentTarget: Int?
  private var endings = 0

  init(limit: Int) { self.limit = limit }

  mutating func count(_ record: ExchangeRecord) {
    let index = position(of: record)
    switch series[index].countEnding(of: record, mayGrow: endings < limit) {
    case .known: break
    case .added: endings += 1
    case .collapsed: limited &+= 1
    }
    if record.surface != nil, !record.attempts.isEmpty { series[index].countTimes(of: record) }
    if let usage = record.usage { series[index].countUsage(usage) }
    series[index].countCost(of: record)
    countAttempts(of: record)
    if let media = record.media { self.media.count(media) }
    if let authentication = record.authentication { self.authentication.count(authentication) }
    if let limit = record.refusedBy { countRefusal(by: limit) }
    if let result = record.cache {
      count(result, of: record.route)
      if result == .hit { series[index].countHit() }
    }
  }

  private mutating func count(_ result: CacheResult, of route: String?) {
    var key = CacheSeriesKey(result: result, route: route)
    if cache[key] == nil, cache.count >= limit {
      limited &+= 1
      key.route = SeriesKey.other
    }
    cache[key, default: 0] &+= 1
  }

  private mutating func countRefusal(by limit: Limit) {
    var key = RefusalKey(unit: limit.unit, owner: limit.scope)
    if refusals[key] == nil, refusals.count >= self.limit {
      limited &+= 1
      key.owner = SeriesKey.other
    }
    refusals[key, default: 0] &+= 1
  }

  private mutating func position(of record: ExchangeRecord) -> Int {
    if let recent, series[recent].key.isKey(of: record) { return recent }
    let key = SeriesKey(
      surface: record.surface, route: record.route, consumer: record.consumer, team: record.team,
      version: record.version, provider: record.provider)
    if let known = positions[key] {
      recent = known
      return known
    }
    if series.count >= limit {
      limited &+= 1
      let key = key.collapsed
      if let known = collapsed.first(where: { series[$0].key == key }) { return known }
      collapsed.append(series.count)
      return append(key)
    }
    return append(key)
  }

  private mutating func append(_ key: SeriesKey) -> Int {
    series.append(Series(key: key))
    positions[key] = series.count - 1
    return series.count - 1
  }

  private mutating func countAttempts(of record: ExchangeRecord) {
    for index in record.attempts.indices {
      let outcome = AttemptOutcome(record.attempts[index].failure, of: record.outcome)
      let position = targetPosition(of: record.attempts[index].target)
      targets[position].counts[outcome.rawValue] &+= 1
      if index > 0, record.attempts[index].target != record.attempts[index - 1].target {
        countFailover(to: index, of: record)
      }
    }
  }

  private mutating func targetPosition(of target: String) -> Int {
    if let recentTarget, targets[recentTarget].target == target { return recentTarget }
    if let known = targetPositions[target] {
      recentTarget = known
      return known
    }
    let isOver = targets.count >= limit
    let name = isOver ? SeriesKey.other : target
    if isOver {
      limited &+= 1
      if let known = targetPositions[name] { return known }
    }
    targets.append(TargetSeries(target: name))
    targetPositions[name] = targets.count - 1
    return targets.count - 1
  }

  private mutating func countFailover(to index: Int, of record: ExchangeRecord) {
    let left = record.attempts[index - 1]
    var key = FailoverKey(
      route: record.route, from: left.target, to: record.attempts[index].target,
      reason: AttemptOutcome(left.failure, of: record.outcome))
    if failovers[key] == nil, failovers.count >= limit {
      limited &+= 1
      key = FailoverKey(route: SeriesKey.other, from: SeriesKey.other, to: SeriesKey.other, reason: key.reason)
    }
    failovers[key, default: 0] &+= 1
  }
}
