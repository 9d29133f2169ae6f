import GatewayCore

/// Finds what the built-in rules mask in a text: one pass over its digits, one over its `@`.
struct MaskScan {
  /// A piece of the text, and what stands in its place.
  struct Find: Hashable {
    let range: Range<Int>
    let replacement: String
  }

  private let bytes: [UInt8]
  private let rules: Set<MaskRule>

  init(_ text: String, rules: Set<MaskRule>) {
    bytes = Array(text.utf8)
    self.rules = rules
  }

  /// The text with each find replaced.
  static func masked(_ text: String, rules: Set<MaskRule>) -> String {
    let scan = MaskScan(text, rules: rules)
    let finds = scan.finds()
    guard !finds.isEmpty else { return text }
    var masked: [UInt8] = []
    masked.reserveCapacity(scan.bytes.count)
    var end = 0
    for find in finds where find.range.lowerBound >= end {
      masked += scan.bytes[end..<find.range.lowerBound]
      masked += Array(find.replacement.utf8)
      end = find.range.upperBound
    }
    masked += scan.bytes[end...]
    return String(decoding: masked, as: UTF8.self)
  }

  /// In the order of the text.
  func finds() -> [Find] {
    let mails = rules.contains(.email) ? emails() : []
    var finds = mails
    var next = 0
    // Both are in order, so that a long text is gone through once.
    for number in numbers() {
      while next < mails.count, mails[next].range.upperBound <= number.range.lowerBound { next += 1 }
      if next < mails.count, mails[next].range.overlaps(number.range) { continue }
      finds.append(number)
    }
    return finds.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  // MARK: Addresses of mail

  private func emails() -> [Find] {
    var finds: [Find] = []
    var position = 0
    while let at = bytes[position...].firstIndex(of: UInt8(ascii: "@")) {
      var start = at
      // RFC 5321 §4.5.3.1.1: 64 bytes before the `@`.
      while start > position, at - start < 64, Self.isLocal(bytes[start - 1]) { start -= 1 }
      var end = at + 1
      while end < bytes.count, end - at < 256, Self.isDomain(bytes[end]) { end += 1 }
      // The full stop of a sentence is none of it.
      while end > at + 1, !Self.isLetter(bytes[end - 1]), !Self.isDigit(bytes[end - 1]) { end -= 1 }
      position = at + 1
      guard start < at, isDomain(at + 1..<end) else { continue }
      finds.append(Find(range: start..<end, replacement: "[email]"))
      position = end
    }
    return finds
  }

  /// At least two labels, the last of letters.
  private func isDomain(_ range: Range<Int>) -> Bool {
    guard let dot = bytes[range].lastIndex(of: UInt8(ascii: ".")), dot > range.lowerBound else { return false }
    let last = bytes[dot + 1..<range.upperBound]
    return last.count >= 2 && last.allSatisfy(Self.isLetter)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 &- 0x61 < 26 }

  private static func isLocal(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || ".!#$%&'*+/=?^_`{|}~-".utf8.contains(byte)
  }

  /// Other scripts are left out: in Chinese text no blank stands behind an address.
  private static func isDomain(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
  }

  // MARK: Numbers

  // No number that is masked has more digits, or more groups of them.
  private static let mostDigits = 19
  private static let mostGroups = 6

  /// The longest runs of digits first, from each place on: a card is no telephone number because its first group looks like one.
  private func numbers() -> [Find] {
    let groups = groups()
    var finds: [Find] = []
    var first = 0
    while first < groups.count {
      var last = first
      var digits = 0
      while last < min(first + Self.mostGroups, groups.count), last == first || isJoined(groups[last - 1], groups[last])
      {
        digits += groups[last].count
        guard digits <= Self.mostDigits else { break }
        last += 1
      }
      var found: (Find, next: Int)?
      for end in stride(from: last, to: first, by: -1) {
        guard let find = number(groups[first..<end]) else { continue }
        found = (find, end)
        break
      }
      if let found { finds.append(found.0) }
      first = found?.next ?? first + 1
    }
    return finds
  }

  /// Runs of digits.
  private func groups() -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      if Self.isDigit(byte) {
        if start == nil { start = index }
      } else if let begun = start {
        groups.append(begun..<index)
        start = nil
      }
    }
    if let start { groups.append(start..<bytes.count) }
    return groups
  }

  /// Whether between the groups there is no more than a blank, a hyphen, a dot, or the brackets around an area.
  private func isJoined(_ before: Range<Int>, _ after: Range<Int>) -> Bool {
    let between = bytes[before.upperBound..<after.lowerBound]
    return between.count <= 2 && between.allSatisfy { " -.()".utf8.contains($0) }
  }

  private func number(_ groups: ArraySlice<Range<Int>>) -> Find? {
    guard let first = groups.first, let last = groups.last else { return nil }
    let digits = groups.flatMap { bytes[$0].map { $0 &- 0x30 } }
    if rules.contains(.idCard), groups.count == 1, let end = ResidentNumber.end(first, digits, in: bytes) {
      return Find(range: first.lowerBound..<end, replacement: "[id-card]")
    }
    if rules.contains(.bankCard), 14...19 ~= digits.count, groups.count == 1 || groups.allSatisfy({ $0.count >= 3 }),
      Luhn.checks(digits)
    {
      return Find(range: first.lowerBound..<last.upperBound, replacement: "[bank-card]")
    }
    if rules.contains(.phone) {
      var start = first.lowerBound
      if start > 0, bytes[start - 1] == UInt8(ascii: "(") { start -= 1 }
      let hasPlus = start > 0 && bytes[start - 1] == UInt8(ascii: "+")
      if hasPlus { start -= 1 }
      if TelephoneNumber.isOne(digits, groups: groups.map(\.count), hasPlus: hasPlus) {
        return Find(range: start..<last.upperBound, replacement: "[phone]")
      }
    }
    return nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
