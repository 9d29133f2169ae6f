/// A time as signatures have it, in UTC.
struct SignatureV4Time {
  /// `20150830`
  let day: String
  /// `20150830T123600Z`
  let stamp: String

  init(unixTime: Int) {
    let seconds = unixTime - Self.days(unixTime) * 86_400
    // Days since 1 March of the year 0 in the Gregorian calendar: leap days then end their years (Hinnant's algorithm).
    let shifted = Self.days(unixTime) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    day = Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(dayOfMonth, 2)
    stamp =
      day + "T" + Self.digits(seconds / 3600, 2) + Self.digits(seconds / 60 % 60, 2) + Self.digits(seconds % 60, 2)
      + "Z"
  }

  private static func days(_ unixTime: Int) -> Int {
    unixTime >= 0 ? unixTime / 86_400 : (unixTime - 86_399) / 86_400
  }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
  }
}
