/// Sizes as people write them: `10GiB`.
package enum ByteCount {
  private static let units: [(name: String, shift: Int64)] = [("B", 0), ("KiB", 10), ("MiB", 20), ("GiB", 30)]
  /// A pebibyte: beyond what any provider keeps.
  package static let most: Int64 = 1 << 50

  /// - Returns: nil for what is no whole number of 0 or more with its unit.
  package static func parse(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int64(digits), let unit = units.first(where: { $0.name == text.dropFirst(digits.count) }) else {
      return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: 1 << unit.shift)
    return overflow ? nil : product
  }

  /// The shortest way to write exactly so many: `64KiB`, `1500B`.
  package static func exact(_ bytes: Int64) -> String {
    let unit = bytes == 0 ? units[0] : units.last { bytes % (1 << $0.shift) == 0 } ?? units[0]
    return "\(bytes >> unit.shift)\(unit.name)"
  }

  /// For messages, with one decimal where it is not whole: `10GiB`, `1.4KiB`.
  package static func text(_ bytes: Int64) -> String {
    let unit = units.last { bytes >= 1 << $0.shift } ?? units[0]
    let size: Int64 = 1 << unit.shift
    guard bytes % size != 0 else { return "\(bytes / size)\(unit.name)" }
    return "\(bytes / size).\(bytes % size * 10 / size)\(unit.name)"
  }
}
