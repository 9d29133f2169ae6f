import GatewayCore
import Testing

/// What several nodes have counted, as one that follows them takes it over.
@Suite struct CounterSumTests {
  @Test(
    arguments: [
      // Slots of a sliding window.
      ("all|requests|minute|||", [[100, 1, 102, 5], [101, 2, 102, 3]], [100, 1, 101, 2, 102, 8]),
      ("key|tokens|second", [[7, 1], [9, 2]], [7, 1, 9, 2]),
      // Spans of the calendar: what is of an earlier one is over.
      ("consumer:a|tokens|day||UTC|", [[1000, 5], [1000, 7]], [1000, 12]),
      ("consumer:a|b|cost|month||UTC||EUR", [[1000, 5], [2000, 7], [2000, 1]], [2000, 8]),
      // Quotas: without a span, with one, and with what was added.
      ("quota:q|requests|consumer", [[0, 60], [0, 50]], [0, 110]),
      ("quota:q|requests|consumer", [[1000, 60], [2000, 5], [1000, -20]], [2000, -15]),
      ("quota:q|requests|consumer", [[0, -5], [0, 5]], []),
      ("all|requests|day||UTC|", [[1000, 5]], [1000, 5]),
      ("all|requests|hour|||", [[], [5, 6]], [5, 6]),
      ("all|requests|day||UTC|", [[], []], []),
    ] as [(String, [[Int64]], [Int64])])
  func countsOfNodesAreAddedByWindow(_ limit: String, _ nodes: [[Int64]], _ sum: [Int64]) {
    #expect(Counter.sum(nodes, of: limit) == sum)
    #expect(Counter.sum(nodes.reversed(), of: limit) == sum)
  }

  @Test(arguments: LimitPeriod.allCases)
  func aCounterOfTwoNodesHoldsWhatBothHaveCounted(_ period: LimitPeriod) throws {
    let now = WallTime(milliseconds: 1_790_000_000_000)
    let limit = Limit(id: "all|requests|\(period.rawValue)|||", unit: .requests, amount: 100, period: period)
    let nodes = [3, 4].map { (amount: Int64) -> [Int64] in
      var counter = Counter(for: limit)
      counter.advance(to: now, limit: limit)
      _ = counter.take(amount, now: now)
      return counter.stored
    }
    let both = Counter(for: limit, stored: Counter.sum(nodes, of: limit.id), now: now)
    #expect(both.used == 7)
  }
}
