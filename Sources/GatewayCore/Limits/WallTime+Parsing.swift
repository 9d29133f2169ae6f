extension WallTime {
  /// Reads RFC 3339 §5.6, `2026-11-21T09:30:00Z`, also with a fraction or an offset from UTC; or a day, of which it is the start in UTC.
  /// nil: anything else, also a day that the calendar does not have.
  package init?(text: String) {
    var reader = Reader(rest: Array(text.utf8)[...])
    guard let day = reader.day() else { return nil }
    var milliseconds = day * 86_400_000
    if !reader.isAtEnd {
      guard reader.take("T") || reader.take("t"), let time = reader.time() else { return nil }
      milliseconds += time
    }
    guard reader.isAtEnd else { return nil }
    self.init(milliseconds: milliseconds)
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard let first = rest.first, UInt32(first) == character.value else { return false }
      rest.removeFirst()
      return true
    }

    mutating func number(digits: Int, _ range: ClosedRange<Int64>) -> Int64? {
      guard rest.count >= digits else { return nil }
      var number: Int64 = 0
      for _ in 0..<digits {
        let digit = rest.removeFirst() &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        number = number * 10 + Int64(digit)
      }
      return range.contains(number) ? number : nil
    }

    /// Since 1970.
    mutating func day() -> Int64? {
      guard let year = number(digits: 4, 1970...9999), take("-"), let month = number(digits: 2, 1...12), take("-"),
        let day = number(digits: 2, 1...31)
      else { return nil }
      let first = CalendarSpan.firstDay(year, month)
      let next = month == 12 ? CalendarSpan.firstDay(year + 1, 1) : CalendarSpan.firstDay(year, month + 1)
      return first + day <= next ? first + day - 1 : nil
    }

    /// Milliseconds from the start of the day in UTC.
    mutating func time() -> Int64? {
      guard let hour = number(digits: 2, 0...23), take(":"), let minute = number(digits: 2, 0...59), take(":"),
        // A leap second counts as the one after it.
        let second = number(digits: 2, 0...60), let fraction = fraction(), let offset = offset()
      else { return nil }
      return ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction
    }

    /// Milliseconds; what is finer is left out.
    private mutating func fraction() -> Int64? {
      guard take(".") else { return 0 }
      let digits = rest.prefix { $0 &- UInt8(ascii: "0") < 10 }
      guard !digits.isEmpty else { return nil }
      rest = rest.dropFirst(digits.count)
      return (0..<3).reduce(0) { value, place in
        value * 10 + (place < digits.count ? Int64(digits[digits.startIndex + place] - UInt8(ascii: "0")) : 0)
      }
    }

    /// Minutes east of UTC.
    private mutating func offset() -> Int64? {
      if take("Z") || take("z") { return 0 }
      let isEast = take("+")
      guard isEast || take("-"), let hours = number(digits: 2, 0...23), take(":"),
        let minutes = number(digits: 2, 0...59)
      else { return nil }
      return (isEast ? 1 : -1) * (hours * 60 + minutes)
    }
  }
}
