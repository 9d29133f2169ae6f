/// A day, week or month of a time zone, as moments.
package struct CalendarSpan: Hashable, Sendable {
  /// Seconds since 1970; the first second of it.
  package let start: Int64
  /// The first second behind it.
  package let end: Int64

  private static let day: Int64 = 86_400

  /// - Parameter period: day, week (from Monday, ISO 8601) or month; a shorter one counts as a day.
  package init(_ period: LimitPeriod, containing time: WallTime, in zone: ZoneOffsets) {
    let moment = time.seconds
    let day = (moment + zone.offset(at: moment)).dividedDown(by: Self.day)
    let (first, next): (Int64, Int64)
    switch period {
    case .second, .minute, .hour, .day: (first, next) = (day, day + 1)
    case .week:
      // 1970-01-01 was a Thursday.
      let monday = day - ((day + 3) - (day + 3).dividedDown(by: 7) * 7)
      (first, next) = (monday, monday + 7)
    case .month:
      let (year, month) = Self.yearAndMonth(ofDay: day)
      first = Self.firstDay(year, month)
      next = month == 12 ? Self.firstDay(year + 1, 1) : Self.firstDay(year, month + 1)
    }
    start = zone.moment(ofLocal: first * Self.day)
    end = zone.moment(ofLocal: next * Self.day)
  }

  /// The number since 1970 of the first day of a month of the Gregorian calendar.
  static func firstDay(_ year: Int64, _ month: Int64) -> Int64 {
    // Years begin in March, so that the leap day is the last of them.
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.dividedDown(by: 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Of the Gregorian calendar.
  static func yearAndMonth(ofDay day: Int64) -> (year: Int64, month: Int64) {
    let shifted = day + 719_468
    let era = shifted.dividedDown(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let year = yearOfEra + era * 400
    return month < 10 ? (year, month + 3) : (year + 1, month - 9)
  }
}
