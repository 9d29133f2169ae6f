package import GatewayCore

/// The last two hours by minute, made of readings that are taken every few seconds: what an overview shows of the last hour, whatever
/// the number of calls.
package struct TrafficHistory: Sendable {
  /// An hour and the one before.
  package static let length: Int64 = 120
  // Groups of one minute that are told apart; the rest of them is added up.
  private static let mostGroups = 250
  // Readings that the present rate is made of.
  private static let rateSpan: Int64 = 15_000

  fileprivate struct Minute {
    /// Since 1970.
    let number: Int64
    var groups: [TrafficGroup: UsageTotals] = [:]
    var targets: [String: TargetTries] = [:]
    var failovers: [String: Int64] = [:]
  }

  /// In the order of time.
  private var minutes: [Minute] = []
  private var last: TrafficReading?
  private var counts: [(at: Int64, requests: Int64)] = []

  package init() {}

  /// Since the last reading, or the start of the process, this was counted.
  package mutating func add(_ reading: TrafficReading, at now: WallTime) {
    let place = place(of: now.milliseconds.dividedDown(by: 60_000))
    for (group, totals) in reading.groups {
      var change = totals
      if let before = last?.groups[group] { change.subtract(before) }
      guard change != UsageTotals() else { continue }
      minutes[place].groups[group, default: UsageTotals()].add(change)
    }
    for (target, tries) in reading.targets {
      let before = last?.targets[target] ?? TargetTries()
      let change = TargetTries(tries: tries.tries - before.tries, failures: tries.failures - before.failures)
      if change.tries > 0 { minutes[place].targets[target, default: TargetTries()].add(change) }
    }
    for (route, count) in reading.failovers {
      let change = count - (last?.failovers[route] ?? 0)
      if change > 0 { minutes[place].failovers[route, default: 0] += change }
    }
    last = reading
    counts.append((now.milliseconds, reading.requests))
    // One older than the span stays: the rate is counted from there.
    while counts.count > 2, counts[1].at <= now.milliseconds - Self.rateSpan { counts.removeFirst() }
  }

  /// What the ledger says of the time before the process began.
  package mutating func recall(_ minute: Int64, _ group: TrafficGroup, _ totals: UsageTotals, now: WallTime) {
    guard minute > now.milliseconds.dividedDown(by: 60_000) - Self.length else { return }
    minutes[place(of: minute)].groups[group, default: UsageTotals()].add(totals)
  }

  /// By minute since 1970: those with calls.
  ///
  /// - Parameter team: whose calls; nil: all.
  package func totals(of span: Range<Int64>, team: String? = nil) -> [Int64: UsageTotals] {
    var totals: [Int64: UsageTotals] = [:]
    for minute in minutes where span.contains(minute.number) {
      for (group, sums) in minute.groups where team == nil || group.team == team {
        totals[minute.number, default: UsageTotals()].add(sums)
      }
    }
    return totals
  }

  /// By what a group has.
  package func totals(
    of span: Range<Int64>, by name: KeyPath<TrafficGroup, String>, team: String? = nil
  ) -> [String: UsageTotals] {
    var totals: [String: UsageTotals] = [:]
    for minute in minutes where span.contains(minute.number) {
      for (group, sums) in minute.groups where team == nil || group.team == team {
        totals[group[keyPath: name], default: UsageTotals()].add(sums)
      }
    }
    return totals
  }

  /// How the targets did, by their names.
  package func targets(of span: Range<Int64>) -> [String: TargetTries] {
    var all: [String: TargetTries] = [:]
    for minute in minutes where span.contains(minute.number) {
      for (target, tries) in minute.targets { all[target, default: TargetTries()].add(tries) }
    }
    return all
  }

  /// Steps from one target to the next, by model.
  package func failovers(of span: Range<Int64>) -> [String: Int64] {
    var all: [String: Int64] = [:]
    for minute in minutes where span.contains(minute.number) {
      for (route, count) in minute.failovers { all[route, default: 0] += count }
    }
    return all
  }

  /// Over the last seconds.
  package var requestsPerSecond: Double {
    guard let first = counts.first, let last = counts.last, last.at > first.at else { return 0 }
    return Double(last.requests - first.requests) * 1000 / Double(last.at - first.at)
  }

  private mutating func place(of number: Int64) -> Int {
    if let place = minutes.lastIndex(where: { $0.number <= number }) {
      if minutes[place].number == number { return place }
      minutes.insert(Minute(number: number), at: place + 1)
      if place + 2 == minutes.count {
        minutes[place].foldSmallGroups(beyond: Self.mostGroups)
        return forgetOld(keeping: place + 1)
      }
      return place + 1
    }
    minutes.insert(Minute(number: number), at: 0)
    return forgetOld(keeping: 0)
  }

  /// - Returns: where the minute at `place` is now.
  private mutating func forgetOld(keeping place: Int) -> Int {
    guard let newest = minutes.last?.number else { return place }
    let old = minutes[..<place].count { $0.number <= newest - Self.length }
    minutes.removeFirst(old)
    return place - old
  }
}

extension TrafficHistory.Minute {
  fileprivate mutating func foldSmallGroups(beyond most: Int) {
    guard groups.count > most else { return }
    let sorted = groups.sorted { $0.value.requests > $1.value.requests }
    groups = Dictionary(uniqueKeysWithValues: sorted.prefix(most).map { ($0.key, $0.value) })
    let rest = TrafficGroup(team: "", consumer: SeriesKey.other, route: SeriesKey.other)
    for (_, totals) in sorted.dropFirst(most) { groups[rest, default: UsageTotals()].add(totals) }
  }
}
