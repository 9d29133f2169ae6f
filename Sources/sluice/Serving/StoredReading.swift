import GatewayCore
import GatewayPolicies
import GatewayStorage
import GatewayTelemetry
import Synchronization

/// What is stored of limits of stored bytes, for metrics. The database is asked beside the scrape, which waits for nothing: each shows
/// what the one before has asked for.
final class StoredReading: Sendable {
  // Each is two series, and a sum in the database.
  private static let most = 200
  // However often somebody scrapes.
  private static let pause: Duration = .seconds(1)

  private struct State {
    var found: [Telemetry.Bounds.Stored] = []
    var askedAt: ContinuousClock.Instant?
    var isAsking = false
  }

  private let store: DatabaseStore
  private let state = Mutex(State())

  init(_ store: DatabaseStore) { self.store = store }

  /// As far as it is known; the question for the next time goes out.
  func current(in snapshot: GatewaySnapshot) -> [Telemetry.Bounds.Stored] {
    guard snapshot.limitsStored else { return [] }
    let now = ContinuousClock.now
    let (found, asks) = state.withLock { state in
      let asks = !state.isAsking && state.askedAt.map { now - $0 >= Self.pause } ?? true
      if asks { (state.askedAt, state.isAsking) = (now, true) }
      return (state.found, asks)
    }
    if asks { ask(LimitInventory.demands(in: snapshot, most: Self.most) { $0.unit == .stored }) }
    return found
  }

  private func ask(_ demands: [Demand]) {
    store.stored(by: demands, now: .now) { [self] result in
      // Without an answer nothing is known: what was true long ago would look as if it still were.
      let found = Self.readings(demands, (try? result.get()) ?? [])
      state.withLock { ($0.found, $0.isAsking) = (found, false) }
    }
  }

  private static func readings(_ demands: [Demand], _ used: [Int64]) -> [Telemetry.Bounds.Stored] {
    // Of the same limit twice, one is enough.
    var readings: [[String]: Telemetry.Bounds.Stored] = [:]
    for (demand, used) in zip(demands, used) {
      let limit = demand.limit
      readings[[limit.owner, limit.words, demand.subject]] = Telemetry.Bounds.Stored(
        limit: limit.words, owner: limit.owner, subject: demand.subject, used: Int(used), amount: Int(limit.amount))
    }
    return readings.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }
}
