import GatewayCore
import Testing

@testable import GatewayTelemetry

@Suite struct SeriesTableTests {
  /// The series of the one before is looked at first.
  @Test func exchangesThatDifferInOneThingAreCountedApart() {
    let changes: [(inout ExchangeRecord) -> Void] = [
      { $0.surface = .embeddings }, { $0.route = "slow" }, { $0.consumer = "other" }, { $0.team = "blue" },
      { $0.version = "v2" }, { $0.provider = "b" },
    ]
    var table = SeriesTable(limit: 100)
    for change in changes {
      table.count(Records.stream())
      var changed = Records.stream()
      change(&changed)
      for _ in 0..<2 { table.count(changed) }
    }
    let counts = table.series.map { series in series.endings.reduce(0) { $0 + $1.count } }
    #expect(counts == [6] + Array(repeating: 2, count: changes.count))
  }

  @Test func targetsThatTakeTurnsAreCountedApart() {
    var table = SeriesTable(limit: 100)
    for target in ["a/m", "b/m", "b/m", "a/m", "a/m"] { table.count(Records.stream(target: target)) }
    #expect(table.targets.map(\.target) == ["a/m", "b/m"])
    #expect(table.targets.map { $0.counts[AttemptOutcome.success.rawValue] } == [3, 2])
  }
}
