/// All counters of one node. Every method is one step: what a call wants of all of its limits is taken together or not at all.
/// Whoever shares a table among threads puts a lock around it.
package struct CounterTable: Sendable {
  /// A counter that was stored.
  private struct Key: Hashable {
    let limit: String
    let subject: String
  }

  private struct Cell {
    var subject: String
    /// Of limit and subject.
    var hash: Int
    /// The next place whose hash belongs to the same list; -1: there is none.
    var next = -1
    var limit: Limit
    var counter: Counter
    /// Calls that have reserved something here and are not settled.
    var open = 0
    var isDirty = false
    /// Nothing is counted here: the place is free.
    var isFree = false

    init(subject: String, hash: Int, limit: Limit, counter: Counter) {
      self.subject = subject
      self.hash = hash
      self.limit = limit
      self.counter = counter
    }

    /// Changes nothing, and is `mutating`, as others here, so that it is called in place: a copy has texts and a list to be retained.
    mutating func counts(_ other: Limit, _ subject: String, _ hash: Int) -> Bool {
      self.hash == hash && self.subject == subject && (limit === other || limit.id == other.id)
    }

    /// Lets a limit count here, with what it counts now.
    mutating func prepare(for other: Limit, now: WallTime) {
      // The amount may be another one after a reload.
      if limit !== other {
        let isOther = limit.quota != other.quota
        limit = other
        if isOther { counter.reschedule() }
      }
      counter.advance(to: now, limit: other)
    }

    mutating func settle(_ part: Reservation.Part, _ spent: Spent, now: WallTime) -> BudgetNotice? {
      let amount = spent.amount(of: limit.unit, limit.currency)
      counter.advance(to: now, limit: limit)
      if amount != part.amount { counter.settle(amount - part.amount, mark: part.mark, now: now) }
      open -= 1
      if limit.warnAt.isEmpty { return nil }
      // What is reserved for others counts as used: who is near the end is told rather too early.
      return BudgetNotice(limit, subject: subject, used: counter.used, added: amount)
    }

    mutating func note(in standings: inout Standings, now: WallTime) {
      guard limit.unit != .cost, limit.unit != .concurrent else { return }
      standings.note(
        Standing(limit: limit.amount, remaining: max(0, limit.amount - counter.used), reset: counter.reset(now: now)),
        of: limit.unit)
    }
  }

  /// One counter as it is stored.
  package struct Record: Hashable, Sendable {
    package let limit: String
    package let subject: String
    /// See `Counter.stored`; empty: nothing is counted any more.
    package let numbers: [Int64]

    package init(limit: String, subject: String, numbers: [Int64]) {
      self.limit = limit
      self.subject = subject
      self.numbers = numbers
    }
  }

  /// The subject of calls for which there was no room to count them apart.
  package static let crowd = "\u{1}others"

  private let capacity: Int
  // Not optional, so that a member is read without a copy of the whole.
  private var cells: [Cell] = []
  private var free: [Int] = []
  /// First places of lists, by the last bits of the hash. A table of our own, since every call looks some counters up: nothing is
  /// copied to compare it.
  private var heads: [Int] = []
  private var dirty: [Int] = []
  /// Counters of limits that the configuration has not named yet, as they were stored.
  private var stored: [Key: [Int64]] = [:]
  private var sweepAt = 0

  /// - Parameter capacity: how many counters are kept; more share one for each limit.
  package init(capacity: Int = 1_000_000) { self.capacity = capacity }

  package var count: Int { cells.count - free.count }

  // MARK: A call

  /// Takes what a call wants, or nothing.
  package mutating func reserve(_ demands: [Demand], now: WallTime) throws(LimitRefusal) -> Reservation {
    var parts: [Reservation.Part] = []
    parts.reserveCapacity(demands.count)
    var refused: (place: Int, demand: Demand, wait: Duration?)?
    // By index: taken out of the list, each would be copied.
    for index in demands.indices {
      let (amount, limit) = (demands[index].amount, demands[index].limit)
      let place = place(of: limit, demands[index].subject, now: now)
      // From here on: where there is no room for the next one, its place is not given away.
      cells[place].open += 1
      parts.append(Reservation.Part(amount: amount, place: place, mark: 0))
      guard cells[place].counter.used.addingSaturated(amount) > limit.amount else { continue }
      let wait = cells[place].counter.wait(for: amount, limit: limit, now: now)
      if let refused, !Self.isLonger(wait, than: refused.wait) { continue }
      refused = (place, demands[index], wait)
    }
    var standings = Standings()
    if let refused {
      for part in parts {
        cells[part.place].open -= 1
        cells[part.place].note(in: &standings, now: now)
      }
      let used = cells[refused.place].counter.used
      throw LimitRefusal(
        limit: refused.demand.limit, subject: refused.demand.subject, used: used, amount: refused.demand.amount,
        wait: refused.wait, standings: standings)
    }
    for index in parts.indices {
      let place = parts[index].place
      parts[index].mark = cells[place].counter.take(parts[index].amount, now: now)
      note(place)
      cells[place].note(in: &standings, now: now)
    }
    return Reservation(parts: parts, standings: standings)
  }

  /// The call is over: what it has not used goes back, what it used beyond is counted.
  ///
  /// - Returns: budgets of which this call has used a part that is worth a word.
  package mutating func settle(_ reservation: Reservation, spent: Spent, now: WallTime) -> [BudgetNotice] {
    var notices: [BudgetNotice] = []
    for part in reservation.parts {
      if let notice = cells[part.place].settle(part, spent, now: now) { notices.append(notice) }
      note(part.place)
    }
    return notices
  }

  private static func isLonger(_ wait: Duration?, than other: Duration?) -> Bool {
    guard let other else { return false }
    return wait.map { $0 > other } ?? true
  }

  // MARK: Counters

  private static func hash(_ limit: Limit, _ subject: String) -> Int {
    var hasher = Hasher()
    hasher.combine(limit.idHash)
    hasher.combine(subject)
    return hasher.finalize()
  }

  private mutating func find(_ limit: Limit, _ subject: String, _ hash: Int) -> Int? {
    guard !heads.isEmpty else { return nil }
    var place = heads[hash & (heads.count - 1)]
    while place >= 0 {
      if cells[place].counts(limit, subject, hash) { return place }
      place = cells[place].next
    }
    return nil
  }

  private mutating func place(of limit: Limit, _ subject: String, now: WallTime) -> Int {
    let hash = Self.hash(limit, subject)
    if let place = find(limit, subject, hash) {
      cells[place].prepare(for: limit, now: now)
      return place
    }
    if count >= capacity { sweep(1024, now: now) }
    if count >= capacity, subject != Self.crowd { return place(of: limit, Self.crowd, now: now) }
    let numbers = stored.removeValue(forKey: Key(limit: limit.id, subject: subject)) ?? []
    let cell = Cell(
      subject: subject, hash: hash, limit: limit, counter: Counter(for: limit, stored: numbers, now: now))
    let place: Int
    if let last = free.popLast() {
      place = last
      cells[place] = cell
    } else {
      place = cells.count
      cells.append(cell)
    }
    if count > heads.count { relink() } else { link(place) }
    return place
  }

  private mutating func link(_ place: Int) {
    let head = cells[place].hash & (heads.count - 1)
    cells[place].next = heads[head]
    heads[head] = place
  }

  /// Makes the lists anew, twice as many.
  private mutating func relink() {
    heads = Array(repeating: -1, count: max(16, heads.count * 2))
    for place in cells.indices where !cells[place].isFree { link(place) }
  }

  private mutating func unlink(_ place: Int) {
    let head = cells[place].hash & (heads.count - 1)
    guard heads[head] != place else {
      heads[head] = cells[place].next
      return
    }
    var before = heads[head]
    while cells[before].next != place { before = cells[before].next }
    cells[before].next = cells[place].next
  }

  private mutating func note(_ place: Int) {
    guard !cells[place].isDirty else { return }
    cells[place].isDirty = true
    dirty.append(place)
  }

  /// Forgets some counters that count nothing; called now and then, the whole table is gone through by and by.
  package mutating func sweep(_ most: Int, now: WallTime) {
    for _ in 0..<min(most, cells.count) {
      sweepAt = sweepAt + 1 < cells.count ? sweepAt + 1 : 0
      guard !cells[sweepAt].isFree, cells[sweepAt].open == 0, !cells[sweepAt].isDirty else { continue }
      let limit = cells[sweepAt].limit
      cells[sweepAt].counter.advance(to: now, limit: limit)
      guard cells[sweepAt].counter.used == 0 else { continue }
      unlink(sweepAt)
      cells[sweepAt].subject = ""
      cells[sweepAt].isFree = true
      free.append(sweepAt)
    }
  }

  // MARK: Storage

  /// What has changed since the last time.
  package mutating func takeChanges(now: WallTime) -> [Record] {
    let changed = dirty
    dirty = []
    return changed.compactMap { place in
      cells[place].isDirty = false
      let limit = cells[place].limit
      guard !cells[place].isFree, limit.unit != .concurrent else { return nil }
      cells[place].counter.advance(to: now, limit: limit)
      return Record(limit: limit.id, subject: cells[place].subject, numbers: cells[place].counter.stored)
    }
  }

  /// What was stored when the process began. It is looked at when a call first needs it.
  package mutating func restore(_ records: [Record]) {
    for record in records where !record.numbers.isEmpty {
      stored[Key(limit: record.limit, subject: record.subject)] = record.numbers
    }
  }

  /// Puts something into a quota, or takes it out.
  package mutating func change(_ limit: Limit, subject: String, by amount: QuotaChange.Amount, now: WallTime) {
    let place = place(of: limit, subject, now: now)
    cells[place].counter.change(by: amount, limit: limit)
    note(place)
  }

  /// What a limit has counted.
  package mutating func used(of limit: Limit, subject: String, now: WallTime) -> Int64 {
    let place = place(of: limit, subject, now: now)
    return cells[place].counter.used
  }

  /// How a limit stands, without a place for what was never counted.
  ///
  /// - Returns: what is used, and how long until all of it is free again.
  package mutating func standing(of limit: Limit, subject: String, now: WallTime) -> (used: Int64, reset: Duration?) {
    let found = find(limit, subject, Self.hash(limit, subject))
    var counter =
      found.map { cells[$0].counter }
      ?? Counter(for: limit, stored: stored[Key(limit: limit.id, subject: subject)] ?? [], now: now)
    counter.advance(to: now, limit: limit)
    return (counter.used, counter.reset(now: now))
  }
}
