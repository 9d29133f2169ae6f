import GatewayCore
import Testing

@Suite struct CalendarSpanTests {
  /// Berlin: summer time from 2026-03-29T01:00Z, winter time from 2026-10-25T01:00Z.
  private static let berlin = ZoneOffsets(
    name: "Europe/Berlin", first: 3600,
    changes: [.init(at: 1_774_746_000, offset: 7200), .init(at: 1_792_890_000, offset: 3600)])
  private static let shanghai = ZoneOffsets(name: "Asia/Shanghai", first: 28_800)

  private func span(_ period: LimitPeriod, _ seconds: Int64, _ zone: ZoneOffsets = .utc) -> (Int64, Int64) {
    let span = CalendarSpan(period, containing: WallTime(milliseconds: seconds * 1000 + 999), in: zone)
    return (span.start, span.end)
  }

  @Test func daysBeginAtMidnight() {
    // 2026-11-21T12:00:00Z
    #expect(span(.day, 1_795_262_400) == (1_795_219_200, 1_795_305_600))
    #expect(span(.day, 1_795_262_400, Self.shanghai) == (1_795_190_400, 1_795_276_800))
    #expect(span(.day, -1) == (-86_400, 0))
  }

  @Test func weeksBeginOnMonday() {
    // 2026-11-21 is a Saturday, its week began on the 16th.
    #expect(span(.week, 1_795_262_400) == (1_794_787_200, 1_795_392_000))
    #expect(span(.week, 1_794_787_200) == (1_794_787_200, 1_795_392_000))
    #expect(span(.week, 1_794_787_199).1 == 1_794_787_200)
  }

  @Test func monthsHaveTheirDays() {
    #expect(span(.month, 1_795_262_400) == (1_793_491_200, 1_796_083_200))
    // February 2028, a leap year.
    let (start, end) = span(.month, 1_835_000_000)
    #expect(end - start == 29 * 86_400)
    // December runs into the next year.
    #expect(span(.month, 1_798_000_000).1 == 1_798_761_600)
  }

  @Test func daysOfAChangeAreLongerOrShorter() {
    let (spring, springEnd) = span(.day, 1_774_746_000, Self.berlin)
    #expect(springEnd - spring == 23 * 3600)
    let (autumn, autumnEnd) = span(.day, 1_792_890_000, Self.berlin)
    #expect(autumnEnd - autumn == 25 * 3600)
  }

  @Test func everyMomentIsInItsSpan() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let moment = Int64.random(in: -5_000_000_000...9_000_000_000, using: &random)
      for (period, zone) in [(LimitPeriod.day, Self.berlin), (.week, Self.shanghai), (.month, Self.berlin)] {
        let (start, end) = span(period, moment, zone)
        #expect(start <= moment && moment < end)
        #expect(span(period, start, zone) == (start, end))
        #expect(span(period, end, zone).0 == end)
      }
    }
  }
}
