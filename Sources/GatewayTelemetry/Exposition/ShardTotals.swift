import GatewayCore

/// The tables of all shards added up under the labels of each family.
struct ShardTotals {
  /// A family's samples by the values of its labels.
  typealias Samples = [[String]: UInt64]

  private(set) var series: [SeriesKey: Series] = [:]
  private(set) var attempts: Samples = [:]
  private(set) var failovers: Samples = [:]
  private(set) var exchanges: Samples = [:]
  private(set) var tokens: Samples = [:]
  private(set) var estimatedUsages: Samples = [:]
  private(set) var implausibleUsages: Samples = [:]
  /// In billionths.
  private(set) var costs: [[String]: Int64] = [:]
  private(set) var unpriced: Samples = [:]
  private(set) var refusals: Samples = [:]
  private(set) var cache: Samples = [:]
  private(set) var media = MediaSeries()
  private(set) var authentication = AuthenticationSeries()
  private(set) var limited: UInt64 = 0

  mutating func add(_ table: SeriesTable) {
    limited &+= table.limited
    media.add(table.media)
    authentication.add(table.authentication)
    for series in table.series {
      self.series[series.key, default: Series(key: series.key)].add(series)
      addExchanges(of: series)
      addTokens(of: series)
    }
    for (key, count) in table.refusals { refusals[[key.unit.rawValue, key.owner], default: 0] &+= count }
    for (key, count) in table.cache { cache[[key.result.rawValue, key.route ?? ""], default: 0] &+= count }
    for target in table.targets {
      for outcome in AttemptOutcome.allCases where target.counts[outcome.rawValue] > 0 {
        attempts[[target.target, outcome.label], default: 0] &+= target.counts[outcome.rawValue]
      }
    }
    for (key, count) in table.failovers {
      failovers[[key.route ?? "", key.from, key.to, key.reason.label], default: 0] &+= count
    }
  }

  private mutating func addExchanges(of series: Series) {
    let team = series.key.team ?? ""
    for ending in series.endings {
      let labels = [
        ending.outcome.rawValue, ending.status < 0 ? SeriesKey.other : "\(ending.status)", ending.code ?? "",
        series.key.consumer ?? "", series.key.route ?? "", team,
      ]
      exchanges[labels, default: 0] &+= ending.count
    }
  }

  private mutating func addTokens(of series: Series) {
    let (route, provider) = (series.key.route ?? "", series.key.provider ?? "")
    let (consumer, team) = (series.key.consumer ?? "", series.key.team ?? "")
    for (type, count) in series.usage.buckets where count > 0 {
      tokens[[type, route, provider, consumer, team], default: 0] &+= UInt64(count)
    }
    if series.implausibleUsages > 0 {
      implausibleUsages[[route, provider], default: 0] &+= series.implausibleUsages
    }
    if series.estimatedUsages > 0 { estimatedUsages[[route, provider], default: 0] &+= series.estimatedUsages }
    for money in series.costs {
      costs[[money.currency.code, route, provider, consumer, team], default: 0] &+= money.billionths
    }
    if series.unpriced > 0 { unpriced[[route, provider], default: 0] &+= series.unpriced }
  }
}
