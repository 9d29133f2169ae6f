/// A number and what follows it: `-1.5 KiB`.
struct UnitNumber {
  var isNegative = false
  var digits = ""
  var hasFraction = false
  /// All that follows the number, spaces included, so that `30 s` is refused with advice.
  var unit = ""

  /// `nil` when the text does not begin with a number.
  init?(_ text: String) {
    var rest = text[...]
    if let sign = rest.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      rest.removeFirst()
    }
    digits = String(rest.prefix { $0.isASCII && $0.isNumber })
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    if rest.first == "." || rest.first == "," {
      hasFraction = true
      rest = rest.dropFirst().drop { $0.isASCII && $0.isNumber }
    }
    unit = String(rest)
  }

  /// The unit as it was probably meant: without spaces, in lower case.
  var likelyUnit: String { unit.lowercased().filter { $0 != " " } }
}
