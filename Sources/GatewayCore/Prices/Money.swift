/// An amount of one currency, in billionths of its unit: whole numbers, so that sums are exact. At most 9.2 thousand million units.
package struct Money: Hashable, Sendable, CustomStringConvertible {
  package static let billion: Int64 = 1_000_000_000

  package var billionths: Int64
  package var currency: Currency

  package init(billionths: Int64, currency: Currency) {
    self.billionths = billionths
    self.currency = currency
  }

  /// `0.0123 CNY`: all digits that there are, and no more.
  package var description: String { "\(Self.decimal(billionths)) \(currency.code)" }

  /// `0.0123`.
  package static func decimal(_ billionths: Int64) -> String {
    String(unsafeUninitializedCapacity: longestDecimal) {
      writeDecimal(billionths, to: UnsafeMutableRawBufferPointer($0))
    }
  }

  /// Bytes: a sign, 10 digits, a point and 9 digits.
  package static let longestDecimal = 21

  /// The same in place: every priced call is told its cost.
  ///
  /// - Parameter target: `longestDecimal` bytes at least.
  /// - Returns: how many bytes were written.
  package static func writeDecimal(_ billionths: Int64, to target: UnsafeMutableRawBufferPointer) -> Int {
    var (whole, part) = billionths.magnitude.quotientAndRemainder(dividingBy: UInt64(billion))
    var places = part == 0 ? 0 : 9
    while places > 0, part % 10 == 0 { (part, places) = (part / 10, places - 1) }
    // From its end.
    var start = target.count
    func put(_ byte: UInt8) {
      start -= 1
      target[start] = byte
    }
    for _ in 0..<places {
      put(UInt8(ascii: "0") + UInt8(part % 10))
      part /= 10
    }
    if places > 0 { put(UInt8(ascii: ".")) }
    repeat {
      put(UInt8(ascii: "0") + UInt8(whole % 10))
      whole /= 10
    } while whole > 0
    if billionths < 0 { put(UInt8(ascii: "-")) }
    let count = target.count - start
    for index in 0..<count { target[index] = target[start + index] }
    return count
  }
}

/// What is wrong with an amount as somebody wrote it.
package enum MoneyProblem: Error, Hashable, CustomStringConvertible {
  case noNumber(String)
  case noCurrency(String)
  case unknownCurrency(String)
  case negative(String)
  /// More than nine digits behind the point.
  case tooFine(String)
  case tooLarge(String)

  package var description: String {
    switch self {
    case .noNumber(let text): "'\(text)' is no amount; write it like '0.5 CNY'"
    case .noCurrency(let text): "'\(text)' has no currency; write it like '0.5 CNY'"
    case .unknownCurrency(let code): "'\(code)' is no currency of ISO 4217, like CNY or USD"
    case .negative(let text): "'\(text)' is less than nothing"
    case .tooFine(let text): "'\(text)' has more than nine digits behind the point"
    case .tooLarge(let text): "'\(text)' is more than the gateway can count (9223372036)"
    }
  }
}

extension Money {
  /// Reads `50 CNY`, `0.5 CNY`: digits, perhaps a point and up to nine digits, space, a code.
  package init(parsing text: String) throws(MoneyProblem) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: true)
    guard let number = parts.first, parts.count <= 2 else { throw .noNumber(text) }
    let billionths = try Self.billionths(number, in: text)
    guard parts.count == 2 else { throw .noCurrency(text) }
    guard let currency = Currency(String(parts[1])) else { throw .unknownCurrency(String(parts[1])) }
    self.init(billionths: billionths, currency: currency)
  }

  private static func billionths(_ number: Substring, in text: String) throws(MoneyProblem) -> Int64 {
    let isNegative = number.first == "-"
    let pieces = number.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
    let areDigits = pieces.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    guard areDigits, let first = pieces.first, pieces.count <= 2 else { throw .noNumber(text) }
    if isNegative { throw .negative(text) }
    let fraction = pieces.count == 2 ? String(pieces[1]) : ""
    guard fraction.utf8.count <= 9 else { throw .tooFine(text) }
    let digits = String(first) + fraction + String(repeating: "0", count: 9 - fraction.utf8.count)
    guard let value = Int64(digits) else { throw .tooLarge(text) }
    return value
  }
}
