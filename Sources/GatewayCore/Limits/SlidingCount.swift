/// What was counted within the last second, minute or hour, in sixtieths of it. Never less than what is in the window, and at
/// most a sixtieth of the window more: no window of that length, wherever it begins, holds more than was allowed.
package struct SlidingCount: Hashable, Sendable {
  private static let parts: Int64 = 60

  private struct Slot: Hashable, Sendable {
    var number: Int64
    var amount: Int64
  }

  /// Milliseconds.
  private let length: Int64
  /// Those with something in them, in the order of time.
  private var slots: [Slot] = []
  private(set) var total: Int64 = 0

  /// - Parameter length: of the window in milliseconds, at least 60.
  init(length: Int64) { self.length = length }

  private var slotLength: Int64 { length / Self.parts }

  func slot(of time: WallTime) -> Int64 { time.milliseconds.dividedDown(by: slotLength) }

  /// Leaves out what has gone by.
  mutating func advance(to time: WallTime) {
    let oldest = slot(of: time) - Self.parts
    guard let first = slots.first, first.number < oldest else { return }
    let gone = slots.prefix { $0.number < oldest }
    for slot in gone { total = max(0, total.addingSaturated(-slot.amount)) }
    slots.removeFirst(gone.count)
  }

  /// Adds to a slot, which may be in the past; what is older than the window counts nowhere.
  mutating func add(_ amount: Int64, in number: Int64, now: WallTime) {
    advance(to: now)
    guard number >= slot(of: now) - Self.parts else { return }
    var index = slots.count
    while index > 0, slots[index - 1].number > number { index -= 1 }
    if index > 0, slots[index - 1].number == number {
      // More may come back than was there, when a slot was restored without what was open.
      let before = slots[index - 1].amount
      slots[index - 1].amount = max(0, before.addingSaturated(amount))
      total = total.addingSaturated(slots[index - 1].amount - before)
    } else if amount > 0 {
      slots.insert(Slot(number: number, amount: amount), at: index)
      total = total.addingSaturated(amount)
    }
  }

  /// How long until at least `amount` of what is counted has gone by; nil if there is less.
  func untilGone(_ amount: Int64, now: WallTime) -> Duration? {
    var sum: Int64 = 0
    for slot in slots {
      sum = sum.addingSaturated(slot.amount)
      if sum >= amount { return untilGone(slot, now: now) }
    }
    return nil
  }

  private func untilGone(_ slot: Slot, now: WallTime) -> Duration {
    .milliseconds(max(0, (slot.number + Self.parts + 1) * slotLength - now.milliseconds))
  }

  /// How long until nothing is counted any more.
  func untilEmpty(now: WallTime) -> Duration {
    guard let last = slots.last(where: { $0.amount > 0 }) else { return .zero }
    return untilGone(last, now: now)
  }

  // MARK: Storage

  /// Slots and amounts by turns.
  var stored: [Int64] { slots.flatMap { [$0.number, $0.amount] } }

  mutating func restore(_ stored: [Int64], now: WallTime) {
    for index in stride(from: 0, to: stored.count - 1, by: 2) where stored[index + 1] > 0 {
      add(stored[index + 1], in: stored[index], now: now)
    }
  }
}
