/// Numbers as texts.
enum NumberText {
  /// `-12`
  static func isWhole(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    return !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// `10` of `010`, which is 8 to readers of YAML 1.1; nil where no zero leads.
  static func withoutLeadingZeros(_ whole: String) -> String? {
    let sign = whole.prefix { $0 == "-" || $0 == "+" }
    let digits = whole.dropFirst(sign.count)
    guard digits.utf8.count > 1, digits.utf8.first == UInt8(ascii: "0") else { return nil }
    let rest = digits.drop { $0 == "0" }
    return String(sign) + (rest.isEmpty ? "0" : String(rest))
  }

  /// RFC 8259 §6.
  static func isJSON(_ text: String) -> Bool {
    var rest = text.utf8[...]
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    let whole = digits(&rest)
    guard whole > 0 else { return false }
    let first = text.utf8.first { $0 != UInt8(ascii: "-") }
    guard whole == 1 || first != UInt8(ascii: "0") else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard digits(&rest) > 0 else { return false }
    }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest.removeFirst() }
      guard digits(&rest) > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// What YAML reads as a number although JSON does not: `.5`, `+1`, `0x1F`, `.inf`, `010`.
  static func looksLikeNumber(_ text: String) -> Bool {
    let body = text.hasPrefix("-") || text.hasPrefix("+") ? String(text.dropFirst()) : text
    if [".inf", ".nan"].contains(body.lowercased()) { return true }
    if body.hasPrefix("0x") || body.hasPrefix("0o") {
      return body.count > 2 && body.dropFirst(2).allSatisfy { $0.isASCII && $0.isHexDigit }
    }
    guard let first = body.utf8.first, (0x30...0x39).contains(first) || first == UInt8(ascii: ".") else { return false }
    return body.utf8.allSatisfy { (0x30...0x39).contains($0) || ".eE+-".utf8.contains($0) } && Double(body) != nil
  }

  /// `2`, `0.5`: without the fraction that a whole number does not have.
  static func format(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }

  private static func digits(_ rest: inout Substring.UTF8View) -> Int {
    var count = 0
    while let byte = rest.first, (0x30...0x39).contains(byte) {
      rest.removeFirst()
      count += 1
    }
    return count
  }
}
