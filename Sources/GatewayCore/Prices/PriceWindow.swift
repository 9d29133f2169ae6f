/// Days of the week.
package struct Weekdays: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let monday = Weekdays(rawValue: 1)
  package static let tuesday = Weekdays(rawValue: 1 << 1)
  package static let wednesday = Weekdays(rawValue: 1 << 2)
  package static let thursday = Weekdays(rawValue: 1 << 3)
  package static let friday = Weekdays(rawValue: 1 << 4)
  package static let saturday = Weekdays(rawValue: 1 << 5)
  package static let sunday = Weekdays(rawValue: 1 << 6)
  package static let workdays: Weekdays = [.monday, .tuesday, .wednesday, .thursday, .friday]
  package static let all = Weekdays(rawValue: 0x7F)

  /// - Parameter day: days since 1970-01-01, a Thursday.
  init(ofDay day: Int64) {
    self.init(rawValue: 1 << UInt8(day + 3 - (day + 3).dividedDown(by: 7) * 7))
  }
}

/// A part of the day by the clock of a time zone. An hour that the clock shows twice is in it twice, one that it skips is not.
package struct PriceWindow: Hashable, Sendable {
  package static let minutesOfDay = 1440

  /// Minutes after midnight, the first that is in it.
  package let from: Int
  /// Minutes after midnight, the first that is not. Not later than `from`: on the next day; the same: a whole day.
  package let until: Int
  /// The days that it begins on.
  package let days: Weekdays

  package init(from: Int, until: Int, days: Weekdays = .all) {
    self.from = from
    self.until = until
    self.days = days
  }

  package func contains(_ time: WallTime, in zone: ZoneOffsets) -> Bool {
    let local = time.seconds + zone.offset(at: time.seconds)
    let day = local.dividedDown(by: 86_400)
    let minute = Int((local - day * 86_400) / 60)
    if from < until { return minute >= from && minute < until && days.contains(Weekdays(ofDay: day)) }
    if minute >= from, days.contains(Weekdays(ofDay: day)) { return true }
    return minute < until && days.contains(Weekdays(ofDay: day - 1))
  }
}
