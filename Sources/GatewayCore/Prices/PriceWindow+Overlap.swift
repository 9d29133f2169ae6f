extension Price.Time {
  /// Whether some moment of a week is in both.
  ///
  /// - Parameter moment: when the offsets of their zones are compared; summer time may change them by an hour.
  package func overlaps(_ other: Price.Time, around moment: WallTime) -> Bool {
    guard span.overlaps(other.span) else { return false }
    let arcs = PriceWindow.arcs(windows, offset: zone.offset(at: moment.seconds))
    let others = PriceWindow.arcs(other.windows, offset: other.zone.offset(at: moment.seconds))
    return arcs.contains { arc in others.contains { arc.meets($0) } }
  }
}

extension PriceWindow {
  /// Minutes of a week in UTC, which begins anew when it is over.
  fileprivate struct Arc {
    private static let week = 7 * minutesOfDay

    let start: Int
    let length: Int

    init(start: Int, length: Int) {
      self.start = ((start % Self.week) + Self.week) % Self.week
      self.length = length
    }

    func meets(_ other: Arc) -> Bool {
      (other.start - start + Self.week) % Self.week < length
        || (start - other.start + Self.week) % Self.week < other.length
    }
  }

  /// - Parameter offset: of their zone, in seconds.
  fileprivate static func arcs(_ windows: [PriceWindow], offset: Int64) -> [Arc] {
    windows.flatMap { window in
      let length = window.from < window.until ? window.until - window.from : minutesOfDay - window.from + window.until
      return (0..<7).filter { window.days.contains(Weekdays(rawValue: 1 << UInt8($0))) }.map { day in
        Arc(start: day * minutesOfDay + window.from - Int(offset / 60), length: length)
      }
    }
  }
}
