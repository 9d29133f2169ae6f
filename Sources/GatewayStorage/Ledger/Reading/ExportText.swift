import GatewayCore

/// Values of the ledger as an export writes them.
enum ExportText {
  /// RFC 3339 in UTC with milliseconds: `2026-01-01T00:00:00.000Z`.
  static func moment(_ milliseconds: Int64) -> String {
    let days = milliseconds.dividedDown(by: 86_400_000)
    let rest = milliseconds - days * 86_400_000
    // Howard Hinnant's `civil_from_days`: years that begin in March, in eras of 400.
    let shifted = days + 719_468
    let era = shifted.dividedDown(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let time = "\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2))"
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(time).\(padded(rest % 1000, 3))Z"
  }

  /// A decimal number of units.
  static func money(billionths: Int64) -> String {
    "\(billionths / 1_000_000_000).\(padded(billionths % 1_000_000_000, 9))"
  }

  static func milliseconds(microseconds: Int64) -> String { "\(Double(microseconds) / 1000)" }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
