import GatewayCore

/// One counter on the server: its key, its kind and its span, as the scripts take them.
struct RedisCounter: Hashable {
  enum Kind: String {
    case sliding = "s"
    case calendar = "c"
    case level = "l"
    case quota = "q"
  }

  let key: [UInt8]
  let kind: Kind
  /// Milliseconds of a sliding window; those since 1970 at which a calendar one ends, or a quota is full again; 0: never.
  let span: Int64

  /// - Parameters:
  ///   - prefix: with the hash tag of the installation.
  ///   - now: of this node; names the window of the calendar.
  init(_ demand: Demand, prefix: [UInt8], now: WallTime) {
    var key = prefix
    key.append(contentsOf: demand.limit.id.utf8)
    if let quota = demand.limit.quota {
      kind = .quota
      span = quota.refresh.map { CalendarSpan($0, containing: now, in: demand.limit.zone).end * 1000 } ?? 0
    } else if let length = demand.limit.period?.milliseconds {
      kind = .sliding
      span = length
    } else if let period = demand.limit.period {
      let window = CalendarSpan(period, containing: now, in: demand.limit.zone)
      kind = .calendar
      span = window.end * 1000
      key.append(Self.separator)
      key.append(contentsOf: String(window.start).utf8)
    } else {
      kind = .level
      span = 0
    }
    key.append(Self.separator)
    key.append(contentsOf: demand.subject.utf8)
    self.key = key
  }

  /// A control character, which no limit and no window has in its name.
  private static let separator: UInt8 = 0x1F

  /// Of calendar windows it matters no more when they are over, of sliding ones when it would have gone by.
  func isOver(since time: WallTime, now: WallTime) -> Bool {
    switch kind {
    case .sliding: now.milliseconds - time.milliseconds > span
    case .calendar: now.milliseconds >= span
    case .level: false
    case .quota: span > 0 && now.milliseconds >= span
    }
  }
}
