/// The check of numbers of bank cards (ISO/IEC 7812-1 annex B).
enum Luhn {
  /// - Parameter digits: each 0…9.
  static func checks(_ digits: [UInt8]) -> Bool {
    // All zeros check, too, and are nobody's.
    guard digits.contains(where: { $0 != 0 }) else { return false }
    var sum = 0
    for (place, digit) in digits.reversed().enumerated() {
      let weighed = place % 2 == 0 ? Int(digit) : Int(digit) * 2
      sum += weighed > 9 ? weighed - 9 : weighed
    }
    return sum % 10 == 0
  }
}

/// The number of a resident of China (GB 11643): six digits of a place, the day of birth, three digits, and a check (ISO 7064, MOD
/// 11-2), which may be an X.
enum ResidentNumber {
  private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  private static let checks = Array("10X98765432".utf8)

  /// - Parameters:
  ///   - run: where the digits stand.
  ///   - digits: of the run, each 0…9.
  /// - Returns: where the number ends; nil: it is none.
  static func end(_ run: Range<Int>, _ digits: [UInt8], in bytes: [UInt8]) -> Int? {
    let check: UInt8
    let end: Int
    switch digits.count {
    case 18: (check, end) = (digits[17] + 0x30, run.upperBound)
    case 17 where run.upperBound < bytes.count && bytes[run.upperBound] | 0x20 == UInt8(ascii: "x"):
      (check, end) = (UInt8(ascii: "X"), run.upperBound + 1)
    default: return nil
    }
    let month = digits[10] * 10 + digits[11]
    let day = digits[12] * 10 + digits[13]
    guard digits[0] != 0, 1...12 ~= month, 1...31 ~= day else { return nil }
    let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0) * $1.1 }
    return checks[sum % 11] == check ? end : nil
  }
}

/// Numbers of telephones, which check nothing: what looks like one.
enum TelephoneNumber {
  /// - Parameters:
  ///   - digits: each 0…9.
  ///   - groups: of how many digits the parts are between which blanks or hyphens stand.
  static func isOne(_ digits: [UInt8], groups: [Int], hasPlus: Bool) -> Bool {
    // ITU-T E.164: 15 digits at most.
    if hasPlus { return 8...15 ~= digits.count }
    if isMobile(digits[...]) { return true }
    for prefix in [[8, 6], [0, 0, 8, 6]] as [[UInt8]] where digits.starts(with: prefix) {
      if isMobile(digits.dropFirst(prefix.count)) { return true }
    }
    // 010-12345678, 0755 1234567.
    if groups.count == 2, digits[0] == 0, 3...4 ~= groups[0], 7...8 ~= groups[1] { return true }
    // (415) 555-2671
    return groups == [3, 3, 4] && digits[0] > 1 && digits[3] > 1
  }

  /// Of China: 1[3-9] and nine more.
  private static func isMobile(_ digits: ArraySlice<UInt8>) -> Bool {
    guard digits.count == 11, let first = digits.first else { return false }
    return first == 1 && digits[digits.startIndex + 1] >= 3
  }
}
