import GatewayCore
import Testing

@Suite struct CounterTableTests {
  private static let start = WallTime(milliseconds: 1_800_000_000_000)

  private static func limit(
    _ unit: LimitUnit, _ amount: Int64, _ period: LimitPeriod?, id: String = "l", zone: ZoneOffsets = .utc
  ) -> Limit {
    Limit(id: id, unit: unit, amount: amount, period: period, zone: zone)
  }

  private static func demand(_ limit: Limit, _ amount: Int64 = 1, _ subject: String = "") -> Demand {
    Demand(limit: limit, subject: subject, amount: amount)
  }

  private func after(_ milliseconds: Int64) -> WallTime {
    WallTime(milliseconds: Self.start.milliseconds + milliseconds)
  }

  @Test(arguments: [LimitPeriod.minute, .day, nil])
  func noAmountIsTooLargeToBeCounted(_ period: LimitPeriod?) throws {
    var table = CounterTable()
    let limit = Self.limit(period == nil ? .concurrent : .tokens, .max, period)
    let most = Self.demand(limit, .max)
    var held: [Reservation] = []
    for subject in ["", "a"] { held.append(try table.reserve([Self.demand(limit, .max, subject)], now: Self.start)) }
    #expect(table.used(of: limit, subject: "", now: Self.start) == .max)
    #expect(throws: LimitRefusal.self) {
      var full = table
      _ = try full.reserve([Self.demand(Self.limit(limit.unit, 5, period), .max)], now: Self.start)
    }
    _ = try table.reserve([most], now: Self.start)
    let spent = Spent(inputTokens: .max / 2, outputTokens: .max / 2)
    for reservation in held { _ = table.settle(reservation, spent: spent, now: Self.start) }
    #expect(table.used(of: limit, subject: "a", now: Self.start) >= 0)
  }

  @Test func exactlyTheLimitIsGranted() throws {
    var table = CounterTable()
    let limit = Self.limit(.requests, 20, .day)
    for left in stride(from: Int64(19), through: 0, by: -1) {
      #expect(try table.reserve([Self.demand(limit)], now: Self.start).standings.requests?.remaining == left)
    }
    let refusal = #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit)], now: Self.start) }
    #expect(refusal?.used == 20)
    // 2027-01-15T08:00:00Z: sixteen hours are left of the day.
    #expect(refusal?.wait == .seconds(16 * 3600))
    #expect(try table.reserve([Self.demand(limit, 1, "other")], now: Self.start).standings.requests?.remaining == 19)
    #expect(throws: Never.self) { try table.reserve([Self.demand(limit)], now: after(16 * 3_600_000)) }
  }

  @Test func noMinuteHoldsMoreThanAllowed() throws {
    var table = CounterTable()
    let limit = Self.limit(.requests, 10, .minute)
    var random = SystemRandomNumberGenerator()
    var granted: [Int64] = []
    var time: Int64 = 0
    for _ in 0..<5000 {
      time += Int64.random(in: 0...4000, using: &random)
      if (try? table.reserve([Self.demand(limit)], now: after(time))) != nil { granted.append(time) }
    }
    #expect(granted.count > 1000)
    for index in granted.indices.dropFirst(10) { #expect(granted[index] - granted[index - 10] >= 60_000) }
    // And no more is lost than a sixtieth of the window.
    let full = #expect(throws: LimitRefusal.self) {
      while true { _ = try table.reserve([Self.demand(limit)], now: after(time)) }
    }
    let wait = try #require(full?.wait)
    #expect(wait <= .seconds(61))
    #expect(throws: Never.self) {
      try table.reserve([Self.demand(limit)], now: after(time + wait.wholeNanoseconds / 1_000_000))
    }
  }

  @Test func whatOneLimitRefusesTheOthersKeep() throws {
    var table = CounterTable()
    let many = Self.limit(.requests, 100, .hour, id: "many")
    let few = Self.limit(.tokens, 50, .minute, id: "few")
    _ = try table.reserve([Self.demand(many), Self.demand(few, 40)], now: Self.start)
    let refusal = #expect(throws: LimitRefusal.self) {
      try table.reserve([Self.demand(many), Self.demand(few, 11)], now: Self.start)
    }
    #expect(refusal?.limit === few)
    #expect(refusal?.standings.requests?.remaining == 99)
    #expect(refusal?.standings.tokens?.remaining == 10)
    #expect(table.used(of: many, subject: "", now: Self.start) == 1)
  }

  @Test func theLimitThatRefusesLongestIsNamed() throws {
    var table = CounterTable()
    let minute = Self.limit(.requests, 1, .minute, id: "minute")
    let day = Self.limit(.requests, 1, .day, id: "day")
    for order in [[minute, day], [day, minute]] {
      table = CounterTable()
      _ = try table.reserve(order.map { Self.demand($0) }, now: Self.start)
      let refusal = #expect(throws: LimitRefusal.self) {
        try table.reserve(order.map { Self.demand($0) }, now: Self.start)
      }
      #expect(refusal?.limit === day)
    }
  }

  @Test func whatCanNeverFitHasNoWait() {
    var table = CounterTable()
    let limit = Self.limit(.tokens, 50, .minute)
    let refusal = #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 51)], now: Self.start) }
    #expect(refusal != nil)
    #expect(refusal?.wait == nil)
  }

  @Test func whatIsNotUsedGoesBack() throws {
    var table = CounterTable()
    let tokens = Self.limit(.tokens, 100, .minute, id: "t")
    let input = Self.limit(.inputTokens, 100, .day, id: "i")
    let requests = Self.limit(.requests, 100, .second, id: "r")
    let slots = Self.limit(.concurrent, 1, nil, id: "c")
    let demands = [Self.demand(tokens, 90), Self.demand(input, 40), Self.demand(requests), Self.demand(slots)]
    let reservation = try table.reserve(demands, now: Self.start)
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(slots)], now: Self.start) }
    _ = table.settle(reservation, spent: Spent(inputTokens: 30, outputTokens: 5), now: after(200))
    #expect(table.used(of: tokens, subject: "", now: after(200)) == 35)
    #expect(table.used(of: input, subject: "", now: after(200)) == 30)
    #expect(table.used(of: requests, subject: "", now: after(200)) == 1)
    #expect(table.used(of: slots, subject: "", now: after(200)) == 0)
  }

  @Test func whatIsUsedBeyondTheReservationCounts() throws {
    var table = CounterTable()
    let tokens = Self.limit(.outputTokens, 100, .minute)
    let reservation = try table.reserve([Self.demand(tokens, 10)], now: Self.start)
    _ = table.settle(reservation, spent: Spent(outputTokens: 250), now: after(90_000))
    // The reservation has gone by; what came beyond it came just now.
    #expect(table.used(of: tokens, subject: "", now: after(90_000)) == 240)
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(tokens, 1)], now: after(100_000)) }
    #expect(throws: Never.self) { try table.reserve([Self.demand(tokens, 1)], now: after(160_000)) }
  }

  @Test func aDayThatIsOverKeepsWhatWasUsedInIt() throws {
    var table = CounterTable()
    let limit = Self.limit(.tokens, 100, .day)
    let reservation = try table.reserve([Self.demand(limit, 90)], now: Self.start)
    let tomorrow = after(86_400_000)
    _ = table.settle(reservation, spent: Spent(inputTokens: 10), now: tomorrow)
    #expect(table.used(of: limit, subject: "", now: tomorrow) == 0)
  }

  @Test func aReloadChangesTheAmountAndKeepsTheCount() throws {
    var table = CounterTable()
    _ = try table.reserve([Self.demand(Self.limit(.requests, 1, .day))], now: Self.start)
    let more = Self.limit(.requests, 3, .day)
    #expect(try table.reserve([Self.demand(more)], now: Self.start).standings.requests?.remaining == 1)
  }

  @Test func countersOutliveTheProcess() throws {
    var table = CounterTable()
    let limits = [Self.limit(.requests, 5, .minute, id: "m"), Self.limit(.tokens, 1000, .month, id: "t")]
    _ = try table.reserve([Self.demand(limits[0], 1, "a"), Self.demand(limits[1], 70, "a")], now: Self.start)
    let records = table.takeChanges(now: Self.start)
    #expect(records.count == 2)
    #expect(table.takeChanges(now: Self.start).isEmpty)
    var next = CounterTable()
    next.restore(records)
    #expect(next.used(of: limits[0], subject: "a", now: after(30_000)) == 1)
    #expect(next.used(of: limits[1], subject: "a", now: after(30_000)) == 70)
    var late = CounterTable()
    late.restore(records)
    #expect(late.used(of: limits[0], subject: "a", now: after(62_000)) == 0)
    #expect(late.used(of: limits[1], subject: "a", now: after(40 * 86_400_000)) == 0)
  }

  @Test func countersThatCountNothingAreForgotten() throws {
    var table = CounterTable(capacity: 10)
    let limit = Self.limit(.requests, 1, .second)
    for index in 0..<1000 {
      let now = after(Int64(index) * 2000)
      _ = try table.reserve([Self.demand(limit, 1, "subject \(index)")], now: now)
      _ = table.takeChanges(now: now)
    }
    #expect(table.count <= 11)
  }

  @Test func eachCounterIsFoundAmongManyThatComeAndGo() throws {
    var table = CounterTable()
    let limits = [
      Self.limit(.tokens, 1_000_000, .day, id: "day"), Self.limit(.tokens, 1_000_000, .second, id: "second"),
    ]
    for index in Int64(1)...500 {
      let demands = limits.map { Self.demand($0, index, "subject \(index)") }
      let spent = Spent(inputTokens: index)
      _ = table.settle(try table.reserve(demands, now: Self.start), spent: spent, now: Self.start)
    }
    _ = table.takeChanges(now: Self.start)
    // Those of the second are forgotten, wherever they stand in their lists, and others take their places.
    table.sweep(10_000, now: after(5000))
    #expect(table.count == 500)
    for index in Int64(501)...800 {
      _ = try table.reserve([Self.demand(limits[0], index, "subject \(index)")], now: after(5000))
    }
    #expect(table.count == 800)
    for index in Int64(1)...800 {
      #expect(table.used(of: limits[0], subject: "subject \(index)", now: after(5000)) == index)
      #expect(table.standing(of: limits[1], subject: "subject \(index)", now: after(5000)).used == 0)
    }
    #expect(table.count == 800)
  }

  @Test func whoFindsNoRoomSharesACounter() throws {
    var table = CounterTable(capacity: 10)
    let limit = Self.limit(.requests, 3, .day)
    for index in 0..<10 { _ = try table.reserve([Self.demand(limit, 1, "\(index)")], now: Self.start) }
    for index in 10..<13 { _ = try table.reserve([Self.demand(limit, 1, "\(index)")], now: Self.start) }
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(limit, 1, "13")], now: Self.start) }
    #expect(throws: Never.self) { try table.reserve([Self.demand(limit, 1, "9")], now: Self.start) }
    #expect(table.count == 11)
  }

  @Test func twoLimitsOfOneCallNeverGetOnePlace() throws {
    var table = CounterTable(capacity: 1)
    let requests = Limit(id: "r", unit: .requests, amount: 9, period: .day)
    let tokens = Limit(id: "t", unit: .tokens, amount: 900, period: .day)
    // Known, and forgotten as soon as there is no room.
    #expect(table.used(of: requests, subject: "a", now: Self.start) == 0)
    _ = try table.reserve([Self.demand(requests, 1, "a"), Self.demand(tokens, 100, "a")], now: Self.start)
    #expect(table.used(of: requests, subject: "a", now: Self.start) == 1)
    #expect(table.used(of: tokens, subject: CounterTable.crowd, now: Self.start) == 100)
  }

  @Test func costIsCountedInItsCurrency() throws {
    var table = CounterTable()
    let euros = Limit(id: "e", unit: .cost, amount: 1000, period: .day, currency: .eur)
    let yuan = Limit(id: "y", unit: .cost, amount: 1000, period: .day, currency: .cny)
    let reservation = try table.reserve([Self.demand(euros, 900), Self.demand(yuan, 500)], now: Self.start)
    _ = table.settle(reservation, spent: Spent(cost: Money(billionths: 40, currency: .eur)), now: Self.start)
    #expect(table.used(of: euros, subject: "", now: Self.start) == 40)
    #expect(table.used(of: yuan, subject: "", now: Self.start) == 0)
  }

  @Test func aBudgetIsSpokenOfOnceForEachPart() throws {
    var table = CounterTable()
    let budget = Limit(
      id: "b", unit: .cost, amount: 100, period: .month, currency: .eur, isBudget: true, warnAt: [50, 80])
    var told: [Int] = []
    for _ in 0..<10 {
      let reservation = try table.reserve([Self.demand(budget, 10)], now: Self.start)
      let spent = Spent(cost: Money(billionths: 10, currency: .eur))
      told += table.settle(reservation, spent: spent, now: Self.start).map(\.percent)
    }
    #expect(told == [50, 80])
    #expect(throws: LimitRefusal.self) { try table.reserve([Self.demand(budget, 1)], now: Self.start) }
  }

  @Test func everySettledCallLeavesNothingOpen() throws {
    var table = CounterTable()
    let slots = Self.limit(.concurrent, 8, nil)
    var random = SystemRandomNumberGenerator()
    var open: [Reservation] = []
    for step in 0..<10_000 {
      if Bool.random(using: &random),
        let reservation = try? table.reserve([Self.demand(slots)], now: after(Int64(step)))
      {
        open.append(reservation)
        #expect(open.count <= 8)
      } else if let index = open.indices.randomElement(using: &random) {
        _ = table.settle(open.remove(at: index), spent: Spent(), now: after(Int64(step)))
      }
      #expect(table.used(of: slots, subject: "", now: after(Int64(step))) == Int64(open.count))
    }
  }
}
