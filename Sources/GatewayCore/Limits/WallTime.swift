/// A point in civil time, for windows that follow the calendar and counters that outlive the process.
package struct WallTime: Hashable, Comparable, Sendable {
  /// Since 1970-01-01T00:00:00Z, leap seconds left out (POSIX).
  package var milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package static func < (a: WallTime, b: WallTime) -> Bool { a.milliseconds < b.milliseconds }

  /// Rounded down.
  package var seconds: Int64 { milliseconds.dividedDown(by: 1000) }
}

extension Int64 {
  /// Towards minus infinity, also before 1970.
  package func dividedDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
