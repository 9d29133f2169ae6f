/// Writes moments as RFC 3339 in UTC with milliseconds: `2026-01-01T00:00:00.000Z`. Remembers the last second, since
/// neighbouring lines mostly share it.
struct LogTimestamp {
  private var second: Int64 = .min
  private var date = CivilDate(secondsSince1970: 0)

  mutating func append(unixNanoseconds: Int64, to buffer: inout JSONLineBuffer) {
    let nanosecondsPerSecond: Int64 = 1_000_000_000
    var (whole, rest) = unixNanoseconds.quotientAndRemainder(dividingBy: nanosecondsPerSecond)
    if rest < 0 {
      rest += nanosecondsPerSecond
      whole -= 1
    }
    if whole != second {
      second = whole
      date = CivilDate(secondsSince1970: whole)
    }
    buffer.append(digits: UInt64(max(0, date.year)), width: 4)
    buffer.append(byte: 0x2D)
    buffer.append(digits: UInt64(date.month), width: 2)
    buffer.append(byte: 0x2D)
    buffer.append(digits: UInt64(date.day), width: 2)
    buffer.append(byte: 0x54)
    buffer.append(digits: UInt64(date.hour), width: 2)
    buffer.append(byte: 0x3A)
    buffer.append(digits: UInt64(date.minute), width: 2)
    buffer.append(byte: 0x3A)
    buffer.append(digits: UInt64(date.second), width: 2)
    buffer.append(byte: 0x2E)
    buffer.append(digits: UInt64(rest / 1_000_000), width: 3)
    buffer.append(byte: 0x5A)
  }
}

/// A date and time of day in UTC, proleptic Gregorian.
struct CivilDate: Hashable {
  let year: Int
  let month: Int
  let day: Int
  let hour: Int
  let minute: Int
  let second: Int

  init(secondsSince1970 seconds: Int64) {
    let secondsPerDay: Int64 = 86_400
    var (days, rest) = seconds.quotientAndRemainder(dividingBy: secondsPerDay)
    if rest < 0 {
      rest += secondsPerDay
      days -= 1
    }
    hour = Int(rest / 3600)
    minute = Int(rest / 60 % 60)
    second = Int(rest % 60)

    // Years are taken to begin in March, so that the leap day is a year's last; 719,468 days lie between 0000-03-01 and
    // 1970.
    let shifted = days + 719_468
    // 146,097 days: the 400 years after which the calendar repeats.
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // 153 days: five months from March on, alternating 31 and 30.
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
    year = Int(yearOfEra + era * 400) + (marchMonth >= 10 ? 1 : 0)
  }
}
