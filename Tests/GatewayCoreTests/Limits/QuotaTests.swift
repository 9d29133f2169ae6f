import GatewayCore
import Testing

/// Amounts that only go down.
@Suite struct QuotaTests {
  /// 2027-01-15T08:00:00Z.
  private static let start = WallTime(milliseconds: 1_800_000_000_000)

  private static func quota(_ amount: Int64, _ refresh: LimitPeriod? = nil) -> Limit {
    Limit(
      id: "quota:q|tokens|", unit: .tokens, amount: amount, period: nil,
      quota: QuotaTerms(name: "q", refresh: refresh))
  }

  private static func demand(_ limit: Limit, _ amount: Int64, _ subject: String = "") -> Demand {
    Demand(limit: limit, subject: subject, amount: amount)
  }

  private static func after(days: Int64) -> WallTime {
    WallTime(milliseconds: start.milliseconds + days * 86_400_000)
  }

  /// Reserves and uses an amount.
  private static func use(
    _ amount: Int64, of limit: Limit, _ table: inout CounterTable, now: WallTime = start
  ) throws(LimitRefusal) {
    let reservation = try table.reserve([demand(limit, amount)], now: now)
    _ = table.settle(reservation, spent: Spent(inputTokens: amount), now: now)
  }

  @Test func whatIsUsedNeverComesBackByItself() throws {
    var table = CounterTable()
    let limit = Self.quota(100)
    try Self.use(60, of: limit, &table)
    let refusal = #expect(throws: LimitRefusal.self) {
      try table.reserve([Self.demand(limit, 41)], now: Self.after(days: 10_000))
    }
    #expect(refusal?.used == 60 && refusal?.wait == nil)
    try Self.use(40, of: limit, &table, now: Self.after(days: 10_000))
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 1)], now: Self.after(days: 20_000)) }
  }

  @Test func whatACallDoesNotUseGoesBack() throws {
    var table = CounterTable()
    let limit = Self.quota(100)
    let reservation = try table.reserve([Self.demand(limit, 100)], now: Self.start)
    _ = table.settle(reservation, spent: Spent(inputTokens: 10), now: Self.after(days: 3))
    #expect(table.used(of: limit, subject: "", now: Self.start) == 10)
  }

  @Test func itIsToppedUpAlsoBeyondFull() throws {
    var table = CounterTable()
    let limit = Self.quota(100)
    try Self.use(90, of: limit, &table)
    table.change(limit, subject: "", by: .add(500), now: Self.start)
    let standings = try table.reserve([Self.demand(limit, 510)], now: Self.start).standings
    #expect(standings.tokens?.remaining == 0)
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 1)], now: Self.start) }
  }

  @Test func itIsTakenFromAndSet() throws {
    var table = CounterTable()
    let limit = Self.quota(100)
    table.change(limit, subject: "a", by: .add(-100), now: Self.start)
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 1, "a")], now: Self.start) }
    table.change(limit, subject: "a", by: .set(7), now: Self.start)
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 8, "a")], now: Self.start) }
    _ = try table.reserve([Self.demand(limit, 7, "a")], now: Self.start)
    _ = try table.reserve([Self.demand(limit, 100, "b")], now: Self.start)
  }

  @Test func changesCannotOverflowTheCounter() throws {
    var table = CounterTable()
    let limit = Self.quota(100)
    for _ in 0..<100 { table.change(limit, subject: "", by: .add(QuotaChange.largest), now: Self.start) }
    _ = try table.reserve([Self.demand(limit, 1)], now: Self.start)
    for _ in 0..<100 { table.change(limit, subject: "", by: .add(-QuotaChange.largest), now: Self.start) }
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 1)], now: Self.start) }
  }

  @Test func itIsFullAgainAtTheBeginningOfTheNextMonth() throws {
    var table = CounterTable()
    let limit = Self.quota(100, .month)
    try Self.use(100, of: limit, &table)
    let refusal = #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 1)], now: Self.start) }
    #expect(refusal?.wait == .seconds(16 * 86_400 + 16 * 3600))
    let later = Self.after(days: 17)
    #expect(try table.reserve([Self.demand(limit, 100)], now: later).standings.tokens?.remaining == 0)
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 1)], now: later) }
  }

  @Test func aRefreshLeavesWhatWasAddedBeyondFull() throws {
    var table = CounterTable()
    let limit = Self.quota(100, .day)
    try Self.use(10, of: limit, &table)
    table.change(limit, subject: "", by: .add(60), now: Self.start)
    #expect(table.used(of: limit, subject: "", now: Self.after(days: 5)) == -50)
  }

  @Test func aCallOfTheLastMonthGivesNothingBackToThisOne() throws {
    var table = CounterTable()
    let limit = Self.quota(100, .month)
    let reservation = try table.reserve([Self.demand(limit, 80)], now: Self.start)
    let later = Self.after(days: 20)
    try Self.use(50, of: limit, &table, now: later)
    _ = table.settle(reservation, spent: Spent(inputTokens: 1), now: later)
    #expect(table.used(of: limit, subject: "", now: later) == 50)
  }

  @Test func itOutlivesTheProcess() throws {
    var table = CounterTable()
    let (once, monthly) = (Self.quota(100), Self.quota(100, .month))
    try Self.use(30, of: once, &table)
    let records = table.takeChanges(now: Self.start)
    var next = CounterTable()
    next.restore(records)
    #expect(next.used(of: once, subject: "", now: Self.after(days: 1000)) == 30)

    table = CounterTable()
    try Self.use(30, of: monthly, &table)
    let monthlyRecords = table.takeChanges(now: Self.start)
    for (days, used) in [(Int64(1), Int64(30)), (20, 0)] {
      var next = CounterTable()
      next.restore(monthlyRecords)
      #expect(next.used(of: monthly, subject: "", now: Self.after(days: days)) == used)
    }
  }

  @Test func whatWasAddedIsStoredAndNotSwept() throws {
    var table = CounterTable()
    let limit = Self.quota(100, .day)
    table.change(limit, subject: "", by: .add(5), now: Self.start)
    let records = table.takeChanges(now: Self.start)
    table.sweep(1000, now: Self.after(days: 3))
    #expect(table.count == 1)
    var next = CounterTable()
    next.restore(records)
    #expect(next.used(of: limit, subject: "", now: Self.after(days: 3)) == -5)
  }

  @Test func anotherAmountOrCalendarKeepsWhatIsUsed() throws {
    var table = CounterTable()
    try Self.use(30, of: Self.quota(100), &table)
    _ = try table.reserve([Self.demand(Self.quota(40, .day), 10)], now: Self.start)
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(Self.quota(40, .day), 1)], now: Self.start) }
    #expect(table.used(of: Self.quota(40, .month), subject: "", now: Self.start) == 40)
    #expect(table.used(of: Self.quota(40, .month), subject: "", now: Self.after(days: 1)) == 40)
    #expect(table.used(of: Self.quota(40, .month), subject: "", now: Self.after(days: 20)) == 0)
  }
}
