/// `200ms 30s 10m 24h 7d 5y`: a whole number with its unit.
package enum DurationLiteral {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    // Of 365 days.
    ("y", 31_536_000_000),
  ]
  private static let likelyNames = [
    (name: "milli", unit: "ms"), (name: "sec", unit: "s"), (name: "min", unit: "m"), (name: "hour", unit: "h"),
    (name: "day", unit: "d"), (name: "year", unit: "y"),
  ]
  static let jsonPattern = "^[0-9]+(ms|s|m|h|d|y)$"

  package static func parse(_ text: String) throws(LiteralFault) -> Duration {
    let number = UnitNumber(text)
    guard let number else {
      throw LiteralFault("'\(text)' is not a duration", advice: "write a number with its unit, such as 30s")
    }
    guard !number.isNegative else { throw LiteralFault("a duration cannot be negative") }
    guard !number.unit.isEmpty else {
      throw LiteralFault("a number without its unit", advice: "write \(number.digits)s")
    }
    guard !number.hasFraction else {
      throw LiteralFault("'\(text)' is not a whole number", advice: "use a smaller unit, such as 1500ms")
    }
    guard let unit = units.first(where: { $0.name == number.unit }) else {
      throw LiteralFault("unknown unit '\(number.unit)'", advice: advice(for: number))
    }
    let (product, overflow) = (Int64(number.digits) ?? .max).multipliedReportingOverflow(by: unit.milliseconds)
    guard !overflow else { throw LiteralFault("'\(text)' is too long") }
    return .milliseconds(product)
  }

  private static func advice(for number: UnitNumber) -> String {
    let likely = number.likelyUnit
    let meant = units.first { unit in
      likely == unit.name || likelyNames.contains { $0.unit == unit.name && likely.hasPrefix($0.name) }
    }
    if let meant { return "write \(number.digits)\(meant.name)" }
    return "units of time are ms, s, m, h, d and y"
  }

  /// The shortest way to write a duration: `90s`, `1500ms`, `10m`.
  package static func format(_ duration: Duration) -> String {
    let total = duration.wholeMilliseconds
    guard total != 0 else { return "0s" }
    // Days are what limits and settings are spoken of in; `5y` is a way to write many.
    let unit = units.dropLast().last { total % $0.milliseconds == 0 } ?? units[0]
    return "\(total / unit.milliseconds)\(unit.name)"
  }
}

extension Duration {
  fileprivate var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
