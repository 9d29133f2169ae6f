package import GatewayCore

/// The nonces of signed requests, kept for as long as their timestamps are good, so that no request comes twice. Two
/// generations: one that fills, and the one before.
package struct NonceTable: Sendable {
  /// Of each generation; some 100 bytes each.
  private let capacity: Int
  private var current: Set<String> = []
  private var previous: Set<String> = []
  private var turnsAt: Instant?

  package enum Answer: Hashable, Sendable {
    case fresh
    case seen
    /// It cannot be told.
    case full
  }

  package init(capacity: Int = 200_000) { self.capacity = capacity }

  /// - Parameter window: a timestamp is good for twice as long, since it may be ahead of our clock.
  package mutating func take(_ nonce: String, of key: String, window: Duration, now: Instant) -> Answer {
    let life = window + window
    if let turn = turnsAt {
      if now >= turn {
        previous = now >= turn + life ? [] : current
        current = []
        turnsAt = now + life
      }
    } else {
      turnsAt = now + life
    }
    let name = "\(key) \(nonce)"
    if current.contains(name) || previous.contains(name) { return .seen }
    guard current.count < capacity else { return .full }
    current.insert(name)
    return .fresh
  }
}
