/// What several nodes have stored of one counter, as one of them would have: gateways that counted for themselves are followed by one.
extension Counter {
  private enum Storage {
    /// Slots and amounts by turns.
    case sliding
    /// The beginning of a span, and what is used of it.
    case calendar
    /// The same, where less than 0 was added and outlives the span.
    case allowance

    /// As `Limit.id` tells it; nil: as none that this version makes.
    init?(of limit: String) {
      if limit.hasPrefix("quota:") {
        self = .allowance
        return
      }
      let parts = limit.split(separator: "|", omittingEmptySubsequences: false)
      // An owner's name may have such a sign itself.
      guard let unit = parts.dropFirst().firstIndex(where: { LimitUnit(rawValue: String($0)) != nil }),
        unit + 1 < parts.count, let period = LimitPeriod(rawValue: String(parts[unit + 1]))
      else { return nil }
      self = period.milliseconds == nil ? .calendar : .sliding
    }
  }

  /// - Parameters:
  ///   - all: `Counter.stored` of each node.
  ///   - limit: its `Limit.id`.
  package static func sum(_ all: [[Int64]], of limit: String) -> [Int64] {
    guard all.count > 1 else { return all.first ?? [] }
    let pairs = all.flatMap { numbers in
      stride(from: 0, to: numbers.count - 1, by: 2).map { (mark: numbers[$0], amount: numbers[$0 + 1]) }
    }
    let last = pairs.map(\.mark).max() ?? 0
    switch Storage(of: limit) {
    case .sliding, nil:
      let slots = Dictionary(pairs.map { ($0.mark, $0.amount) }) { $0.addingSaturated($1) }
      return slots.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    case .calendar:
      let used = pairs.filter { $0.mark == last }.reduce(Int64(0)) { $0.addingSaturated($1.amount) }
      return used > 0 ? [last, used] : []
    case .allowance:
      // Of a span that is over only what was added beyond full is left; 0: it has no span.
      let used = pairs.reduce(Int64(0)) { sum, pair in
        sum.addingSaturated(pair.mark == last || pair.mark == 0 ? pair.amount : min(pair.amount, 0))
      }
      return used == 0 ? [] : [last, used]
    }
  }
}
