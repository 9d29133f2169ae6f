/// Answers within a bound of bytes: the one that was asked for longest ago goes first.
package struct AnswerTable: Sendable {
  private struct Entry: Sendable {
    let key: AnswerKey
    var answer: KeptAnswer
    /// Of the next newer and older one; -1: none.
    var newer: Int
    var older: Int
  }

  /// Bytes; see `KeptAnswer.size`.
  package private(set) var capacity: Int
  package private(set) var bytes = 0
  /// Answers that went for want of room.
  package private(set) var evictions = 0
  /// Changes when answers are forgotten: one that was on its way then is not kept.
  package private(set) var generation: UInt64 = 0
  private var places: [AnswerKey: Int] = [:]
  private var entries: [Entry?] = []
  private var free: [Int] = []
  private var newest = -1
  private var oldest = -1

  package init(capacity: Int) { self.capacity = capacity }

  package var count: Int { places.count }

  /// An answer that is not too old, which then counts as asked for.
  package mutating func find(_ key: AnswerKey, now: WallTime) -> KeptAnswer? {
    guard let place = places[key], let entry = entries[place] else { return nil }
    guard now < entry.answer.expiresAt else {
      remove(place)
      return nil
    }
    unlink(place)
    link(place)
    return entry.answer
  }

  /// - Parameter generation: when the call began.
  package mutating func keep(_ answer: KeptAnswer, under key: AnswerKey, of generation: UInt64, now: WallTime) {
    guard generation == self.generation, answer.size <= capacity else { return }
    if let place = places[key] { remove(place) }
    dropExpired(2, now: now)
    bytes += answer.size
    let entry = Entry(key: key, answer: answer, newer: -1, older: -1)
    let place: Int
    if let freed = free.popLast() {
      place = freed
      entries[place] = entry
    } else {
      place = entries.count
      entries.append(entry)
    }
    places[key] = place
    link(place)
    shrink()
  }

  /// - Returns: how many there were.
  @discardableResult
  package mutating func forget(_ selection: AnswerSelection) -> Int {
    generation &+= 1
    let found = places.filter { selection.covers(route: $0.key.route, consumer: $0.key.consumer) }.values
    for place in found { remove(place) }
    return found.count
  }

  package mutating func resize(to capacity: Int) {
    self.capacity = capacity
    shrink()
  }

  private mutating func shrink() {
    while bytes > capacity, oldest >= 0 {
      remove(oldest)
      evictions += 1
    }
  }

  /// Of those that were asked for longest ago.
  private mutating func dropExpired(_ limit: Int, now: WallTime) {
    for _ in 0..<limit {
      guard oldest >= 0, let entry = entries[oldest], entry.answer.expiresAt <= now else { return }
      remove(oldest)
    }
  }

  private mutating func remove(_ place: Int) {
    guard let entry = entries[place] else { return }
    unlink(place)
    entries[place] = nil
    free.append(place)
    places[entry.key] = nil
    bytes -= entry.answer.size
  }

  private mutating func link(_ place: Int) {
    entries[place]?.newer = -1
    entries[place]?.older = newest
    if newest >= 0 { entries[newest]?.newer = place }
    newest = place
    if oldest < 0 { oldest = place }
  }

  private mutating func unlink(_ place: Int) {
    guard let entry = entries[place] else { return }
    if entry.newer >= 0 { entries[entry.newer]?.older = entry.older } else { newest = entry.older }
    if entry.older >= 0 { entries[entry.older]?.newer = entry.newer } else { oldest = entry.newer }
  }
}
