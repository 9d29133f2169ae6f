extension WallTime {
  /// RFC 3339 in UTC, whole seconds: `2026-01-31T23:59:59Z`. For the years 0 to 9999; others are written as they come.
  package var text: String {
    let day = seconds.dividedDown(by: 86_400)
    let second = seconds - day * 86_400
    let (year, month) = CalendarSpan.yearAndMonth(ofDay: day)
    let number = day - CalendarSpan.firstDay(year, month) + 1
    return "\(Self.digits(year, 4))-\(Self.digits(month, 2))-\(Self.digits(number, 2))T"
      + "\(Self.digits(second / 3600, 2)):\(Self.digits(second / 60 % 60, 2)):\(Self.digits(second % 60, 2))Z"
  }

  private static func digits(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return text.count < width ? String(repeating: "0", count: width - text.count) + text : text
  }
}
