/// The counter of one limit for one caller, model, address …
package struct Counter: Hashable, Sendable {
  private enum Form: Hashable, Sendable {
    case sliding(SlidingCount)
    case calendar(CalendarSpan?, used: Int64)
    case level(Int64)
    /// Of a quota, with the span that it was last full at the beginning of. Less than 0: more was added than was used.
    case allowance(CalendarSpan?, used: Int64)
  }

  private var form: Form

  package init(for limit: Limit) {
    if limit.quota != nil {
      form = .allowance(nil, used: 0)
    } else if let length = limit.period?.milliseconds {
      form = .sliding(SlidingCount(length: length))
    } else {
      form = limit.period == nil ? .level(0) : .calendar(nil, used: 0)
    }
  }

  /// What is counted now.
  package var used: Int64 {
    switch form {
    case .sliding(let count): count.total
    case .calendar(_, let used): used
    case .level(let level): level
    case .allowance(_, let used): used
    }
  }

  /// Leaves out what has gone by.
  package mutating func advance(to now: WallTime, limit: Limit) {
    switch form {
    case .sliding(let count) where !count.hasOld(at: now): return
    case .sliding(var count):
      form = .level(0)
      count.advance(to: now)
      form = .sliding(count)
    case .calendar(let span, _):
      // A clock that was set back stays in the later span.
      if let span, now.seconds < span.end { return }
      guard let period = limit.period else { return }
      form = .calendar(CalendarSpan(period, containing: now, in: limit.zone), used: 0)
    case .level: break
    case .allowance(let span, let used):
      guard let refresh = limit.quota?.refresh else {
        form = .allowance(nil, used: used)
        return
      }
      if let span, now.seconds < span.end { return }
      // What was added beyond full stays.
      let left = span == nil ? used : min(used, 0)
      form = .allowance(CalendarSpan(refresh, containing: now, in: limit.zone), used: left)
    }
  }

  /// Of a quota: puts something in, or takes it out.
  package mutating func change(by amount: QuotaChange.Amount, limit: Limit) {
    guard case .allowance(let span, let used) = form else { return }
    let changed =
      switch amount {
      case .add(let more): Int128(used) - Int128(more)
      case .set(let left): Int128(limit.amount) - Int128(left)
      }
    let bound = Int128(QuotaChange.largest)
    form = .allowance(span, used: Int64(max(-bound, min(bound, changed))))
  }

  /// The calendar of a quota is another one from now on; what is used stays used.
  package mutating func reschedule() {
    if case .allowance(_, let used) = form { form = .allowance(nil, used: used) }
  }

  /// Counts an amount, and says when: `settle` wants to know.
  package mutating func take(_ amount: Int64, now: WallTime) -> Int64 {
    switch form {
    case .sliding(var count):
      form = .level(0)
      let slot = count.slot(of: now)
      count.add(amount, in: slot, now: now)
      form = .sliding(count)
      return slot
    case .calendar(let span, let used):
      form = .calendar(span, used: used.addingSaturated(amount))
      return span?.start ?? 0
    case .level(let level):
      form = .level(level.addingSaturated(amount))
      return 0
    case .allowance(let span, let used):
      form = .allowance(span, used: used.addingSaturated(amount))
      return span?.start ?? 0
    }
  }

  /// Counts `amount` in the place of what was taken before; less than 0 gives back.
  ///
  /// - Parameter mark: what `take` returned. What was taken in a window that is over stays there.
  package mutating func settle(_ change: Int64, mark: Int64, now: WallTime) {
    switch form {
    case .sliding(var count):
      form = .level(0)
      // What is used beyond the reservation was used just now.
      count.add(change, in: change > 0 ? count.slot(of: now) : mark, now: now)
      form = .sliding(count)
    case .calendar(let span, let used):
      if change > 0 || span?.start == mark { form = .calendar(span, used: max(0, used.addingSaturated(change))) }
    case .level(let level): form = .level(max(0, level.addingSaturated(change)))
    case .allowance(let span, let used):
      if change > 0 || span == nil || span?.start == mark {
        form = .allowance(span, used: used.addingSaturated(change))
      }
    }
  }

  /// When `amount` more will fit below `limit`; nil: never, or nobody knows.
  package func wait(for amount: Int64, limit: Limit, now: WallTime) -> Duration? {
    guard amount <= limit.amount else { return nil }
    switch form {
    case .sliding(let count): return count.untilGone(count.total.addingSaturated(amount - limit.amount), now: now)
    case .calendar(let span, _), .allowance(let span, _): return span.map { Self.until($0, now) }
    case .level: return nil
    }
  }

  /// When all of the limit will be free again; nil: nobody knows.
  package func reset(now: WallTime) -> Duration? {
    switch form {
    case .sliding(let count): count.untilEmpty(now: now)
    case .calendar(let span, _), .allowance(let span, _): span.map { Self.until($0, now) }
    case .level: nil
    }
  }

  private static func until(_ span: CalendarSpan, _ now: WallTime) -> Duration {
    .milliseconds(max(0, span.end * 1000 - now.milliseconds))
  }

  // MARK: Storage

  /// Whole numbers that `init(for:stored:now:)` reads; empty where nothing is worth keeping.
  package var stored: [Int64] {
    switch form {
    case .sliding(let count): count.stored
    case .calendar(let span, let used): span.map { used > 0 ? [$0.start, used] : [] } ?? []
    case .level: []
    case .allowance(let span, let used): used == 0 ? [] : [span?.start ?? 0, used]
    }
  }

  /// What was stored, as far as it still counts.
  package init(for limit: Limit, stored: [Int64], now: WallTime) {
    self.init(for: limit)
    advance(to: now, limit: limit)
    switch form {
    case .sliding(var count):
      count.restore(stored, now: now)
      form = .sliding(count)
    case .calendar(let span?, _) where stored.count == 2 && stored[0] == span.start && stored[1] > 0:
      form = .calendar(span, used: stored[1])
    case .allowance(let span, _) where stored.count == 2:
      // Of another span: it has been full since.
      let isOver = span.map { stored[0] != 0 && stored[0] != $0.start } ?? false
      form = .allowance(span, used: isOver ? min(stored[1], 0) : stored[1])
    case .calendar, .level, .allowance: break
    }
  }
}
