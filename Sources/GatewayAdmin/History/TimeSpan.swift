import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// The stretch of time that a query names: `span=week`, or `from` and `to`, each a day or a moment.
struct TimeSpan {
  private enum Point {
    /// Local days since 1970.
    case day(Int64)
    case moment(WallTime)
  }

  /// Values of `span`.
  static let names = ["day", "week", "month"]
  private static let days: [String: Int64] = ["day": 1, "week": 7, "month": 30]

  private let first: Point
  private let last: Point
  private let zone: ZoneOffsets

  /// - Parameter standard: days of the past, today included, where the query names no time.
  init(_ query: AdminQuery, zone: ZoneOffsets, now: WallTime, standard: Int64) throws(AdminProblem) {
    self.zone = zone
    let today = (now.seconds + zone.offset(at: now.seconds)).dividedDown(by: 86_400)
    var days = standard
    if let span = query["span"] {
      guard query["from"] == nil, query["to"] == nil else {
        throw .invalidParameter("span", "'span' and 'from' or 'to' say the same: keep one")
      }
      days = Self.days[span] ?? standard
    }
    last = Self.point(query["to"]) ?? .day(today)
    first = Self.point(query["from"]) ?? .day(today - days + 1)
    guard start < end else { throw .invalidParameter("from", "'from' is later than 'to'") }
  }

  /// Milliseconds since 1970; a day is taken whole, and a moment is where the span begins, or before which it ends.
  var moments: Range<Int64> { start..<end }

  private var start: Int64 { Self.milliseconds(first, zone, isEnd: false) }
  private var end: Int64 { Self.milliseconds(last, zone, isEnd: true) }

  /// Days where whole ones are named and no hours are asked for.
  func sums(by dimensions: [UsageQuery.Dimension]) throws(AdminProblem) -> UsageQuery.Span {
    if case .day(let first) = first, case .day(let last) = last, !dimensions.contains(.hour) {
      return .days(first..<(last + 1))
    }
    guard !dimensions.contains(.day) else {
      throw .invalidParameter("by", "days are not known of hours: leave 'day' out of 'by', or name whole days")
    }
    let hours = start.dividedDown(by: 3_600_000)..<(end + 3_599_999).dividedDown(by: 3_600_000)
    // A quarter of a year: sums by hour are many.
    guard hours.count <= 93 * 24 else {
      throw .invalidParameter("from", "by hour 93 days can be shown at once; name fewer")
    }
    return .hours(hours)
  }

  private static func milliseconds(_ point: Point, _ zone: ZoneOffsets, isEnd: Bool) -> Int64 {
    switch point {
    case .day(let day): zone.moment(ofLocal: (isEnd ? day + 1 : day) * 86_400) * 1000
    case .moment(let moment): moment.milliseconds
    }
  }

  private static func point(_ text: String?) -> Point? {
    guard let text, let moment = KeyRuleTexts.moment(text) else { return nil }
    return text.utf8.count == 10 ? .day(moment.seconds.dividedDown(by: 86_400)) : .moment(moment)
  }
}
