/// `64KiB 10MiB 1GiB`: a whole number of bytes with its unit.
enum SizeLiteral {
  private static let units: [(name: String, shift: Int)] = [("B", 0), ("KiB", 10), ("MiB", 20), ("GiB", 30)]
  static let jsonPattern = "^[0-9]+(B|KiB|MiB|GiB)$"

  static func parse(_ text: String) throws(LiteralFault) -> Int {
    guard let number = UnitNumber(text) else {
      throw LiteralFault("'\(text)' is not a size", advice: "write a number with its unit, such as 10MiB")
    }
    guard !number.isNegative else { throw LiteralFault("a size cannot be negative") }
    guard !number.unit.isEmpty else {
      let unit = (Int(number.digits) ?? .max) < 1024 ? "MiB" : "B"
      throw LiteralFault("a number without its unit", advice: "write \(number.digits)\(unit)")
    }
    guard !number.hasFraction else {
      throw LiteralFault("'\(text)' is not a whole number", advice: "use a smaller unit, such as 1536KiB")
    }
    guard let unit = units.first(where: { $0.name == number.unit }) else {
      throw LiteralFault("unknown unit '\(number.unit)'", advice: advice(for: number))
    }
    let (product, overflow) = (Int(number.digits) ?? .max).multipliedReportingOverflow(by: 1 << unit.shift)
    guard !overflow else { throw LiteralFault("'\(text)' is too large") }
    return product
  }

  private static func advice(for number: UnitNumber) -> String {
    let letter = number.likelyUnit.first?.uppercased() ?? "?"
    if let meant = units.first(where: { $0.name.hasPrefix(letter) }) { return "write \(number.digits)\(meant.name)" }
    return "units of size are B, KiB, MiB and GiB"
  }

  /// The shortest way to write a size: `64KiB`, `1500B`.
  static func format(_ bytes: Int) -> String {
    guard bytes != 0 else { return "0B" }
    let unit = units.last { bytes % (1 << $0.shift) == 0 } ?? units[0]
    return "\(bytes >> unit.shift)\(unit.name)"
  }
}
