/// All counters of one node. Every method is one step: what a call wants of all of its limits is taken together or not at all.
/// Whoever shares a table among threads puts a lock around it.
package struct CounterTable: Sendable {
  private struct Key: Hashable {
    let limit: String
    let subject: String
  }

  private struct Cell {
    var key: Key
    var limit: Limit
    var counter: Counter
    /// Calls that have reserved something here and are not settled.
    var open = 0
    var isDirty = false
    /// Nothing is counted here: the place is free.
    var isFree = false
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
  private var places: [Key: Int] = [:]
  private var dirty: [Int] = []
  /// Counters of limits that the configuration has not named yet, as they were stored.
  private var stored: [Key: [Int64]] = [:]
  private var sweepAt = 0

  /// - Parameter capacity: how many counters are kept; more share one for each limit.
  package init(capacity: Int = 1_000_000) { self.capacity = capacity }

  package var count: Int { places.count }

  // MARK: A call

  /// Takes what a call wants, or nothing.
  package mutating func reserve(_ demands: [Demand], now: WallTime) throws(LimitRefusal) -> Reservation {
    var parts: [Reservation.Part] = []
    parts.reserveCapacity(demands.count)
    var refused: (place: Int, demand: Demand, wait: Duration?)?
    for demand in demands {
      let place = place(for: demand, now: now)
      parts.append(Self.part(demand, place, mark: 0))
      guard cells[place].counter.used.addingSaturated(demand.amount) > demand.limit.amount else { continue }
      let wait = cells[place].counter.wait(for: demand.amount, limit: demand.limit, now: now)
      if let refused, !Self.isLonger(wait, than: refused.wait) { continue }
      refused = (place, demand, wait)
    }
    if let refused {
      let standings = standings(of: demands, parts, now: now)
      let used = cells[refused.place].counter.used
      throw LimitRefusal(
        limit: refused.demand.limit, subject: refused.demand.subject, used: used, amount: refused.demand.amount,
        wait: refused.wait, standings: standings)
    }
    for index in parts.indices {
      let part = parts[index]
      let mark = cells[part.place].counter.take(part.amount, now: now)
      cells[part.place].open += 1
      note(part.place)
      parts[index] = Self.part(demands[index], part.place, mark: mark)
    }
    return Reservation(parts: parts, standings: standings(of: demands, parts, now: now))
  }

  /// The call is over: what it has not used goes back, what it used beyond is counted.
  ///
  /// - Returns: budgets of which this call has used a part that is worth a word.
  package mutating func settle(_ reservation: Reservation, spent: Spent, now: WallTime) -> [BudgetNotice] {
    var notices: [BudgetNotice] = []
    for part in reservation.parts {
      let limit = cells[part.place].limit
      let amount = spent.amount(of: part.unit, part.currency)
      let change = amount - part.amount
      cells[part.place].counter.advance(to: now, limit: limit)
      if change != 0 { cells[part.place].counter.settle(change, mark: part.mark, now: now) }
      cells[part.place].open -= 1
      note(part.place)
      if !limit.warnAt.isEmpty, let notice = notice(part.place, limit, added: amount) { notices.append(notice) }
    }
    return notices
  }

  /// What is reserved for others counts as used: who is near the end is told rather too early.
  private func notice(_ place: Int, _ limit: Limit, added amount: Int64) -> BudgetNotice? {
    BudgetNotice(limit, subject: cells[place].key.subject, used: cells[place].counter.used, added: amount)
  }

  private static func part(_ demand: Demand, _ place: Int, mark: Int64) -> Reservation.Part {
    Reservation.Part(
      unit: demand.limit.unit, currency: demand.limit.currency, amount: demand.amount, place: place, mark: mark)
  }

  private static func isLonger(_ wait: Duration?, than other: Duration?) -> Bool {
    guard let other else { return false }
    return wait.map { $0 > other } ?? true
  }

  private func standings(of demands: [Demand], _ parts: [Reservation.Part], now: WallTime) -> Standings {
    var standings = Standings()
    for (demand, part) in zip(demands, parts) {
      guard demand.limit.unit != .cost, demand.limit.unit != .concurrent else { continue }
      standings.note(
        Standing(
          limit: demand.limit.amount, remaining: max(0, demand.limit.amount - cells[part.place].counter.used),
          reset: cells[part.place].counter.reset(now: now)),
        of: demand.limit.unit)
    }
    return standings
  }

  // MARK: Counters

  private mutating func place(for demand: Demand, now: WallTime) -> Int {
    let key = Key(limit: demand.limit.id, subject: demand.subject)
    if let place = places[key] {
      // The amount may be another one after a reload.
      if cells[place].limit !== demand.limit {
        let isOther = cells[place].limit.quota != demand.limit.quota
        cells[place].limit = demand.limit
        if isOther { cells[place].counter.reschedule() }
      }
      cells[place].counter.advance(to: now, limit: demand.limit)
      return place
    }
    if places.count >= capacity { sweep(1024, now: now) }
    if places.count >= capacity, demand.subject != Self.crowd {
      return place(for: Demand(limit: demand.limit, subject: Self.crowd, amount: demand.amount), now: now)
    }
    let counter = Counter(for: demand.limit, stored: stored.removeValue(forKey: key) ?? [], now: now)
    let cell = Cell(key: key, limit: demand.limit, counter: counter)
    let place: Int
    if let last = free.popLast() {
      place = last
      cells[place] = cell
    } else {
      place = cells.count
      cells.append(cell)
    }
    places[key] = place
    return place
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
      places[cells[sweepAt].key] = nil
      cells[sweepAt].key = Key(limit: "", subject: "")
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
      let key = cells[place].key
      return Record(limit: key.limit, subject: key.subject, numbers: cells[place].counter.stored)
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
    let place = place(for: Demand(limit: limit, subject: subject, amount: 0), now: now)
    cells[place].counter.change(by: amount, limit: limit)
    note(place)
  }

  /// What a limit has counted.
  package mutating func used(of limit: Limit, subject: String, now: WallTime) -> Int64 {
    let place = place(for: Demand(limit: limit, subject: subject, amount: 0), now: now)
    return cells[place].counter.used
  }

  /// How a limit stands, without a place for what was never counted.
  ///
  /// - Returns: what is used, and how long until all of it is free again.
  package func standing(of limit: Limit, subject: String, now: WallTime) -> (used: Int64, reset: Duration?) {
    let key = Key(limit: limit.id, subject: subject)
    var counter = places[key].map { cells[$0].counter } ?? Counter(for: limit, stored: stored[key] ?? [], now: now)
    counter.advance(to: now, limit: limit)
    return (counter.used, counter.reset(now: now))
  }
}
