package import GatewayCore
import Synchronization

/// How the tries of one target, or of several, have ended.
package struct TargetTries: Hashable, Sendable {
  /// Those that were given up with their clients are left out.
  package var tries: Int64 = 0
  /// Faults of the target: no connection, time-outs, 429, 5xx, refused credentials, unknown models.
  package var failures: Int64 = 0

  package init(tries: Int64 = 0, failures: Int64 = 0) {
    self.tries = tries
    self.failures = failures
  }

  package mutating func add(_ other: TargetTries) {
    tries &+= other.tries
    failures &+= other.failures
  }
}

/// What was counted since the process began, at one moment.
package struct TrafficReading: Sendable {
  /// Calls of those that were recognised, as the ledger counts them.
  package var groups: [TrafficGroup: UsageTotals] = [:]
  package var targets: [String: TargetTries] = [:]
  /// Steps from one target to the next, by the model that was asked for.
  package var failovers: [String: Int64] = [:]
  package var openStreams = 0

  package init() {}

  package var requests: Int64 { groups.values.reduce(0) { $0 &+ $1.requests } }
}

extension Telemetry {
  /// Adds up what the event loops have counted. As cheap as a scrape: a few thousand series at most.
  package func traffic() -> TrafficReading {
    var reading = TrafficReading()
    for shard in shards {
      reading.openStreams += shard.gauges.openStreams.load(ordering: .relaxed)
      let table = shard.table
      for series in table.series {
        let totals = series.totals
        guard totals.requests > 0 else { continue }
        let key = series.key
        let group = TrafficGroup(team: key.team ?? "", consumer: key.consumer ?? "", route: key.route ?? "")
        reading.groups[group, default: UsageTotals()].add(totals)
      }
      for (key, count) in table.failovers { reading.failovers[key.route ?? "", default: 0] += Int64(clamping: count) }
      for target in table.targets { reading.targets[target.target, default: TargetTries()].add(target.tries) }
    }
    return reading
  }
}

extension SeriesTable.TargetSeries {
  fileprivate var tries: TargetTries {
    var tries = TargetTries()
    for outcome in AttemptOutcome.allCases {
      let count = Int64(clamping: counts[outcome.rawValue])
      switch outcome {
      case .abandoned: break
      case .success, .callerError: tries.tries += count
      case .connect, .timeout, .rateLimit, .serverError, .notFound, .auth:
        tries.tries += count
        tries.failures += count
      }
    }
    return tries
  }
}

extension Series {
  fileprivate var totals: UsageTotals {
    var totals = UsageTotals()
    for ending in endings where key.consumer != nil || ending.outcome != .rejected {
      let count = Int64(clamping: ending.count)
      totals.requests += count
      if ending.outcome != .success, ending.outcome != .clientGone { totals.errors += count }
    }
    totals.hits = Int64(clamping: hits)
    totals.unpriced = Int64(clamping: unpriced)
    totals.tokens = usage.buckets.map { Int64($0.tokens) }
    for money in costs { totals.costs[money.currency.code] = money.billionths }
    totals.durations = Int64(clamping: duration.count)
    totals.durationMicroseconds = Int64(clamping: duration.sum / 1000)
    totals.firstTokens = Int64(clamping: timeToFirstToken.count)
    totals.firstTokenMicroseconds = Int64(clamping: timeToFirstToken.sum / 1000)
    return totals
  }
}
