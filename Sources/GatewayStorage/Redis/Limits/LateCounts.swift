import GatewayCore

/// What is to be counted on the server once it answers again, added up by counter. A pure value.
struct LateCounts {
  private struct Place: Hashable {
    let counter: RedisCounter
    /// Where something goes back; nil: something is counted.
    let mark: Int64?
  }

  private struct Amount {
    var change: Int64
    var last: WallTime
  }

  struct Entry: Hashable {
    let counter: RedisCounter
    let change: Int64
    let mark: Int64
  }

  let capacity: Int
  private var amounts: [Place: Amount] = [:]
  /// Changes for which there was no room.
  private(set) var lost = 0

  /// - Parameter capacity: counters.
  init(capacity: Int) { self.capacity = capacity }

  var isEmpty: Bool { amounts.isEmpty }

  /// - Parameter mark: see `Reservation.Part`; of use where `change` is less than 0.
  mutating func add(_ change: Int64, to counter: RedisCounter, mark: Int64, now: WallTime) {
    guard change != 0, counter.kind != .level else { return }
    let place = Place(counter: counter, mark: change < 0 ? mark : nil)
    guard amounts[place] != nil || amounts.count < capacity else {
      lost += 1
      return
    }
    amounts[place, default: Amount(change: 0, last: now)].change += change
    amounts[place]?.last = now
  }

  /// Some of what still counts, which the caller has to send.
  mutating func take(_ most: Int, now: WallTime) -> [Entry] {
    var entries: [Entry] = []
    for (place, amount) in amounts {
      if entries.count == most { break }
      amounts[place] = nil
      guard !place.counter.isOver(since: amount.last, now: now) else { continue }
      entries.append(Entry(counter: place.counter, change: amount.change, mark: place.mark ?? 0))
    }
    return entries
  }
}
