/// The counter of one limit for one caller, model, address …
package struct Counter: Hashable, Sendable {
  private enum Form: Hashable, Sendable {
    case sliding, calendar, level
    /// Of a quota, with the span that it was last full at the beginning of.
    case allowance
  }

  // Beside each other and not within the cases: every call that is limited changes some, and moves none.
  private let form: Form
  /// What is counted, but of a sliding one.
  private var level: Int64 = 0
  /// Of a calendar or a quota.
  private var span: CalendarSpan?
  /// Of a sliding one.
  private var count: SlidingCount

  package init(for limit: Limit) {
    if limit.quota != nil {
      form = .allowance
    } else if limit.period?.milliseconds != nil {
      form = .sliding
    } else {
      form = limit.period == nil ? .level : .calendar
    }
    count = SlidingCount(length: limit.period?.milliseconds ?? 0)
  }

  /// What is counted now. Of a quota less than 0: more was added than was used.
  package var used: Int64 { form == .sliding ? count.total : level }

  /// Leaves out what has gone by.
  package mutating func advance(to now: WallTime, limit: Limit) {
    switch form {
    case .sliding: count.advance(to: now)
    case .calendar:
      // A clock that was set back stays in the later span.
      if let span, now.seconds < span.end { return }
      guard let period = limit.period else { return }
      (span, level) = (CalendarSpan(period, containing: now, in: limit.zone), 0)
    case .level: break
    case .allowance:
      guard let refresh = limit.quota?.refresh else {
        span = nil
        return
      }
      if let span, now.seconds < span.end { return }
      // What was added beyond full stays.
      if span != nil { level = min(level, 0) }
      span = CalendarSpan(refresh, containing: now, in: limit.zone)
    }
  }

  /// Of a quota: puts something in, or takes it out.
  package mutating func change(by amount: QuotaChange.Amount, limit: Limit) {
    guard form == .allowance else { return }
    let changed =
      switch amount {
      case .add(let more): Int128(level) - Int128(more)
      case .set(let left): Int128(limit.amount) - Int128(left)
      }
    let bound = Int128(QuotaChange.largest)
    level = Int64(max(-bound, min(bound, changed)))
  }

  /// The calendar of a quota is another one from now on; what is used stays used.
  package mutating func reschedule() {
    if form == .allowance { span = nil }
  }

  /// Counts an amount, and says when: `settle` wants to know.
  package mutating func take(_ amount: Int64, now: WallTime) -> Int64 {
    guard form == .sliding else {
      level = level.addingSaturated(amount)
      return span?.start ?? 0
    }
    let slot = count.slot(of: now)
    count.add(amount, in: slot, now: now)
    return slot
  }

  /// Counts `amount` in the place of what was taken before; less than 0 gives back.
  ///
  /// - Parameter mark: what `take` returned. What was taken in a window that is over stays there.
  package mutating func settle(_ change: Int64, mark: Int64, now: WallTime) {
    switch form {
    case .sliding:
      // What is used beyond the reservation was used just now.
      count.add(change, in: change > 0 ? count.slot(of: now) : mark, now: now)
    case .calendar:
      if change > 0 || span?.start == mark { level = max(0, level.addingSaturated(change)) }
    case .level: level = max(0, level.addingSaturated(change))
    case .allowance:
      if change > 0 || span == nil || span?.start == mark { level = level.addingSaturated(change) }
    }
  }

  /// When `amount` more will fit below `limit`; nil: never, or nobody knows.
  package func wait(for amount: Int64, limit: Limit, now: WallTime) -> Duration? {
    guard amount <= limit.amount else { return nil }
    if form == .sliding { return count.untilGone(used.addingSaturated(amount - limit.amount), now: now) }
    return span.map { Self.until($0, now) }
  }

  /// When all of the limit will be free again; nil: nobody knows.
  package func reset(now: WallTime) -> Duration? {
    form == .sliding ? count.untilEmpty(now: now) : span.map { Self.until($0, now) }
  }

  private static func until(_ span: CalendarSpan, _ now: WallTime) -> Duration {
    .milliseconds(max(0, span.end * 1000 - now.milliseconds))
  }

  // MARK: Storage

  /// Whole numbers that `init(for:stored:now:)` reads; empty where nothing is worth keeping.
  package var stored: [Int64] {
    switch form {
    case .sliding: count.stored
    case .calendar: span.map { used > 0 ? [$0.start, used] : [] } ?? []
    case .level: []
    case .allowance: used == 0 ? [] : [span?.start ?? 0, used]
    }
  }

  /// What was stored, as far as it still counts.
  package init(for limit: Limit, stored: [Int64], now: WallTime) {
    self.init(for: limit)
    advance(to: now, limit: limit)
    switch form {
    case .sliding: count.restore(stored, now: now)
    case .calendar:
      if stored.count == 2, stored[0] == span?.start, stored[1] > 0 { level = stored[1] }
    case .allowance:
      guard stored.count == 2 else { return }
      // Of another span: it has been full since.
      let isOver = span.map { stored[0] != 0 && stored[0] != $0.start } ?? false
      level = isOver ? min(stored[1], 0) : stored[1]
    case .level: break
    }
  }
}
