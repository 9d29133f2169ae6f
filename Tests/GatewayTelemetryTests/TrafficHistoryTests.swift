import GatewayCore
import Testing

@testable import GatewayTelemetry

@Suite struct TrafficHistoryTests {
  private let start: Int64 = 29_920_920

  private func at(minute: Int64, second: Int64 = 0) -> WallTime {
    WallTime(milliseconds: (start + minute) * 60_000 + second * 1000)
  }

  private func reading(_ requests: [String: Int64], team: String = "") -> TrafficReading {
    var reading = TrafficReading()
    for (route, count) in requests {
      var totals = UsageTotals()
      totals.requests = count
      totals.costs = ["CNY": count * 10]
      reading.groups[TrafficGroup(team: team, consumer: "app", route: route)] = totals
    }
    return reading
  }

  @Test func readingsAreToldApartByMinute() {
    var history = TrafficHistory()
    history.add(reading(["fast": 3]), at: at(minute: 0, second: 58))
    history.add(reading(["fast": 10, "slow": 1]), at: at(minute: 1, second: 3))
    let totals = history.totals(of: start..<start + 60)
    #expect(totals[start]?.requests == 3)
    #expect(totals[start + 1]?.requests == 8)
    #expect(totals[start + 1]?.costs == ["CNY": 80])
    #expect(history.totals(of: start..<start + 60, by: \.route).mapValues(\.requests) == ["fast": 10, "slow": 1])
  }

  @Test func failoversAreThoseOfTheirMinutes() {
    var history = TrafficHistory()
    var reading = reading(["fast": 3])
    reading.failovers = ["fast": 2]
    history.add(reading, at: at(minute: 0))
    reading.failovers = ["fast": 5, "slow": 1]
    history.add(reading, at: at(minute: 1))
    #expect(history.failovers(of: start..<start + 60) == ["fast": 5, "slow": 1])
    #expect(history.failovers(of: start + 1..<start + 2) == ["fast": 3, "slow": 1])
  }

  @Test func whatIsOlderThanTwoHoursIsForgotten() {
    var history = TrafficHistory()
    history.add(reading(["fast": 1]), at: at(minute: 0))
    history.add(reading(["fast": 2]), at: at(minute: 119))
    #expect(history.totals(of: 0..<Int64.max).count == 2)
    history.add(reading(["fast": 3]), at: at(minute: 120))
    #expect(history.totals(of: 0..<Int64.max).count == 2)
    #expect(history.totals(of: 0..<Int64.max)[start] == nil)
  }

  @Test func theTimeBeforeTheProcessComesFromTheLedger() {
    var history = TrafficHistory()
    history.add(reading(["fast": 1]), at: at(minute: 30))
    var totals = UsageTotals()
    totals.requests = 7
    let group = TrafficGroup(team: "", consumer: "app", route: "fast")
    history.recall(start + 29, group, totals, now: at(minute: 30))
    history.recall(start + 30, group, totals, now: at(minute: 30))
    history.recall(start - 91, group, totals, now: at(minute: 30))
    #expect(history.totals(of: 0..<Int64.max).mapValues(\.requests) == [start + 29: 7, start + 30: 8])
  }

  @Test func oneTeamSeesItsOwn() {
    var history = TrafficHistory()
    var both = reading(["fast": 2], team: "blue")
    both.groups.merge(reading(["fast": 5], team: "red").groups) { $1 }
    history.add(both, at: at(minute: 0))
    #expect(history.totals(of: 0..<Int64.max, team: "blue")[start]?.requests == 2)
    #expect(history.totals(of: 0..<Int64.max, by: \.consumer, team: "red")["app"]?.requests == 5)
  }

  @Test func theRateIsThatOfTheLastSeconds() {
    var history = TrafficHistory()
    #expect(history.requestsPerSecond == 0)
    for second in 0..<12 {
      history.add(reading(["fast": Int64(second) * 500]), at: at(minute: 0, second: Int64(second) * 5))
    }
    #expect(history.requestsPerSecond == 100)
  }

  @Test func manyGroupsOfAMinuteAreAddedUp() {
    var history = TrafficHistory()
    history.add(reading(Dictionary(uniqueKeysWithValues: (1...300).map { ("m\($0)", Int64($0)) })), at: at(minute: 0))
    history.add(TrafficReading(), at: at(minute: 1))
    let routes = history.totals(of: 0..<Int64.max, by: \.route)
    #expect(routes.count == 251)
    #expect(routes["other"]?.requests == (1...50).reduce(0, +))
    #expect(routes["m300"]?.requests == 300)
  }

  @Test func aReadingCountsWhatTheLedgerCounts() {
    let telemetry = Telemetry(Telemetry.Settings(version: "1"))
    let shard = telemetry.makeShard()
    shard.settled(Records.stream())
    shard.settled(Records.rejected(code: "invalid_key"))
    let reading = telemetry.traffic()
    #expect(reading.requests == 1)
    #expect(reading.groups.keys.map(\.route) == ["fast"])
    #expect(reading.targets["a/m"] == TargetTries(tries: 1, failures: 0))
  }
}
