import GatewayCore
import Testing

struct PriceTimeTests {
  /// Berlin: summer time from 2026-03-29T01:00Z, winter time from 2026-10-25T01:00Z.
  private static let berlin = ZoneOffsets(
    name: "Europe/Berlin", first: 3600,
    changes: [.init(at: 1_774_746_000, offset: 7200), .init(at: 1_792_890_000, offset: 3600)])
  private static let shanghai = ZoneOffsets(name: "Asia/Shanghai", first: 28_800)
  private let million = TokenUsage(inputUncached: 1_000_000)

  /// Costs 1, and 2 within the windows.
  private func price(
    _ windows: [PriceWindow], in zone: ZoneOffsets, since: Int64? = nil, until: Int64? = nil
  ) throws -> Price {
    let time = Price.Time(
      windows, in: zone, amounts: PriceAmounts(input: 2_000_000_000),
      since: since.map { WallTime(milliseconds: $0 * 1000) },
      until: until.map { WallTime(milliseconds: $0 * 1000) })
    return try Price(currency: .cny, amounts: PriceAmounts(input: 1_000_000_000), times: [time])
  }

  private func units(_ price: Price, _ seconds: Int64, milliseconds: Int64 = 0) -> Int64 {
    price.cost(of: million, at: WallTime(milliseconds: seconds * 1000 + milliseconds)) / 1_000_000_000
  }

  @Test func aWindowHoldsFromItsFirstMinuteUntilBeforeItsLast() throws {
    let price = try price([PriceWindow(from: 540, until: 720)], in: Self.shanghai)
    // 2026-11-21T09:00+08:00
    let nine: Int64 = 1_795_222_800
    #expect(units(price, nine - 1, milliseconds: 999) == 1)
    #expect(units(price, nine) == 2)
    #expect(units(price, nine + 3 * 3600 - 1, milliseconds: 999) == 2)
    #expect(units(price, nine + 3 * 3600) == 1)
  }

  @Test func aWindowMayPassMidnight() throws {
    let price = try price([PriceWindow(from: 30, until: 510)], in: .utc)
    let across = try self.price([PriceWindow(from: 1350, until: 480)], in: .utc)
    let midnight: Int64 = 1_795_219_200
    #expect(units(price, midnight + 1799) == 1)
    #expect(units(across, midnight - 5401) == 1)
    #expect(units(across, midnight - 5400) == 2)
    #expect(units(across, midnight) == 2)
    #expect(units(across, midnight + 8 * 3600 - 1) == 2)
    #expect(units(across, midnight + 8 * 3600) == 1)
  }

  @Test func theDayOfAWindowIsTheOneItBeginsOn() throws {
    // Friday 22:00 until Saturday 06:00.
    let price = try price([PriceWindow(from: 1320, until: 360, days: .friday)], in: .utc)
    // 2026-11-21 is a Saturday.
    let saturday: Int64 = 1_795_219_200
    #expect(units(price, saturday - 86_400 + 3600) == 1)
    #expect(units(price, saturday - 3600) == 2)
    #expect(units(price, saturday + 3600) == 2)
    #expect(units(price, saturday + 23 * 3600) == 1)
  }

  @Test func workdaysAreThoseOfTheZone() throws {
    let price = try price([PriceWindow(from: 0, until: 0, days: .workdays)], in: Self.shanghai)
    // Sunday 2026-11-22T16:00Z is Monday in Shanghai.
    let monday: Int64 = 1_795_363_200
    #expect(units(price, monday - 1) == 1)
    #expect(units(price, monday) == 2)
    #expect(units(price, monday + 5 * 86_400 - 1) == 2)
    #expect(units(price, monday + 5 * 86_400) == 1)
  }

  @Test func anHourThatTheClockSkipsIsInNoWindow() throws {
    // 02:00–03:00 does not happen on 2026-03-29.
    let price = try price([PriceWindow(from: 120, until: 180)], in: Self.berlin)
    let change: Int64 = 1_774_746_000
    #expect(units(price, change - 1) == 1)
    #expect(units(price, change) == 1)
    #expect(units(price, change + 23 * 3600) == 2)
  }

  @Test func anHourThatTheClockShowsTwiceIsInItsWindowTwice() throws {
    // 02:00–03:00 happens twice on 2026-10-25.
    let price = try price([PriceWindow(from: 120, until: 180)], in: Self.berlin)
    let change: Int64 = 1_792_890_000
    #expect(units(price, change - 3601) == 1)
    #expect(units(price, change - 3600) == 2)
    #expect(units(price, change) == 2)
    #expect(units(price, change + 3599) == 2)
    #expect(units(price, change + 3600) == 1)
  }

  @Test func aWindowUntilMidnightEndsThere() throws {
    let price = try price([PriceWindow(from: 1380, until: 1440)], in: .utc)
    #expect(units(price, 1_795_219_200 - 1) == 2)
    #expect(units(price, 1_795_219_200) == 1)
  }

  @Test func anIntroductoryPriceEnds() throws {
    let price = try price([PriceWindow(from: 0, until: 0)], in: .utc, since: 1000, until: 2000)
    #expect(units(price, 999, milliseconds: 999) == 1)
    #expect(units(price, 1000) == 2)
    #expect(units(price, 1999, milliseconds: 999) == 2)
    #expect(units(price, 2000) == 1)
  }

  @Test func theFirstTimeThatAppliesCounts() throws {
    let day = [PriceWindow(from: 0, until: 0)]
    let price = try Price(
      currency: .cny, amounts: PriceAmounts(input: 1_000_000_000),
      times: [
        Price.Time(day, in: .utc, amounts: PriceAmounts(input: 3_000_000_000), until: WallTime(milliseconds: 1000)),
        Price.Time(day, in: .utc, amounts: PriceAmounts(input: 2_000_000_000)),
      ])
    #expect(price.cost(of: million, at: WallTime(milliseconds: 999)) == 3_000_000_000)
    #expect(price.cost(of: million, at: WallTime(milliseconds: 1000)) == 2_000_000_000)
  }

  @Test func tiersWinOverATimeThatHasNone() throws {
    let tier = Price.Tier(above: 10, amounts: PriceAmounts(input: 4_000_000_000))
    let own = Price.Tier(above: 10, amounts: PriceAmounts(input: 3_000_000_000))
    let day = [PriceWindow(from: 0, until: 0)]
    let amounts = PriceAmounts(input: 2_000_000_000)
    let base = PriceAmounts(input: 1_000_000_000)
    let without = try Price(
      currency: .cny, amounts: base, tiers: [tier], times: [Price.Time(day, in: .utc, amounts: amounts)])
    let with = try Price(
      currency: .cny, amounts: base, tiers: [tier], times: [Price.Time(day, in: .utc, amounts: amounts, tiers: [own])])
    let now = WallTime(milliseconds: 0)
    #expect(without.cost(of: million, at: now) == 4_000_000_000)
    #expect(with.cost(of: million, at: now) == 3_000_000_000)
    #expect(with.cost(of: TokenUsage(inputUncached: 10), at: now) == 20_000)
  }

  @Test(arguments: [
    (PriceWindow(from: -1, until: 60), PriceProblem.impossibleWindow(from: -1, until: 60)),
    (PriceWindow(from: 0, until: 1441), .impossibleWindow(from: 0, until: 1441)),
    (PriceWindow(from: 1440, until: 60), .impossibleWindow(from: 1440, until: 60)),
    (PriceWindow(from: 0, until: 60, days: []), .noWindow),
  ]) func anImpossibleWindowIsRefused(window: PriceWindow, problem: PriceProblem) {
    #expect(throws: problem) { try price([window], in: .utc) }
  }

  @Test func aTimeThatNeverComesIsRefused() {
    let day = PriceWindow(from: 0, until: 0)
    #expect(throws: PriceProblem.noWindow) { try price([], in: .utc) }
    #expect(throws: PriceProblem.noWindow) { try price([day], in: .utc, since: 2000, until: 2000) }
    #expect(throws: PriceProblem.noWindow) { try price([day], in: .utc, since: 2000, until: 1000) }
  }
}
