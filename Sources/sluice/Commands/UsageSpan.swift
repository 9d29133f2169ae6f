import Foundation
import GatewayCore
import GatewayStorage

/// `--from` and `--to`.
enum UsageSpan {
  /// A day, or an hour of UTC.
  private enum Point {
    case day(Int64)
    case hour(Int64)
  }

  /// Hours where one is written or grouped by, else days.
  static func parse(
    from: String?, to: String?, byHour: Bool, byDay: Bool, now: WallTime, zone: ZoneOffsets
  ) throws(StartFailure) -> UsageQuery.Span {
    let today = day(of: now, zone)
    let first = try from.map(point) ?? .day(firstOfMonth(of: today))
    let last = try to.map(point) ?? .day(today)
    let span: UsageQuery.Span
    if case .day(let first) = first, case .day(let last) = last, !byHour {
      guard first <= last else { throw StartFailure("--from is later than --to") }
      span = .days(first..<(last + 1))
    } else {
      guard !byDay else {
        throw StartFailure("days are not known of hours: leave `day` and `month` out, or name whole days")
      }
      let (start, end) = (hour(first, zone, isEnd: false), hour(last, zone, isEnd: true))
      guard start < end else { throw StartFailure("--from is later than --to") }
      span = .hours(start..<end)
    }
    return span
  }

  /// Moments in milliseconds, for exports.
  static func moments(
    from: String?, to: String?, now: WallTime, zone: ZoneOffsets
  ) throws(StartFailure) -> Range<Int64> {
    let today = day(of: now, zone)
    let (first, last) = (try from.map(point) ?? .day(firstOfMonth(of: today)), try to.map(point) ?? .day(today))
    let (start, end) = (second(first, zone, isEnd: false), second(last, zone, isEnd: true))
    guard start < end else { throw StartFailure("--from is later than --to") }
    return start * 1000..<end * 1000
  }

  private static func day(of time: WallTime, _ zone: ZoneOffsets) -> Int64 {
    (time.seconds + zone.offset(at: time.seconds)).dividedDown(by: 86_400)
  }

  private static func firstOfMonth(of day: Int64) -> Int64 {
    let text = UsageOutput.text(ofDay: day)
    return (Int64(text.suffix(2)) ?? 1) * -1 + 1 + day
  }

  private static func point(_ text: String) throws(StartFailure) -> Point {
    let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let isDay = parts[0].utf8.count == 10
    guard isDay, let date = try? Date(String(parts[0]), strategy: .iso8601.year().month().day()) else {
      throw StartFailure("'\(text.shortened)' is neither a day like 2026-11-01 nor an hour like 2026-11-01T08")
    }
    let day = Int64(date.timeIntervalSince1970).dividedDown(by: 86_400)
    if parts.count == 1 { return .day(day) }
    let digits = parts[1].replacing("Z", with: "").replacing(":00", with: "")
    guard let hour = Int64(digits), (0..<24).contains(hour) else {
      throw StartFailure("'\(text.shortened)' is no hour like 2026-11-01T08")
    }
    return .hour(day * 24 + hour)
  }

  private static func second(_ point: Point, _ zone: ZoneOffsets, isEnd: Bool) -> Int64 {
    switch point {
    case .day(let day): zone.moment(ofLocal: (isEnd ? day + 1 : day) * 86_400)
    case .hour(let hour): hour * 3600
    }
  }

  private static func hour(_ point: Point, _ zone: ZoneOffsets, isEnd: Bool) -> Int64 {
    second(point, zone, isEnd: isEnd).dividedDown(by: 3600)
  }
}
