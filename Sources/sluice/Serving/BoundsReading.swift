import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayTelemetry

/// What the running configuration bounds, for metrics.
struct BoundsReading: Sendable {
  // Each is a series.
  private static let mostBudgets = 200

  let running: RunningConfiguration
  /// nil: limits are counted where several nodes count together.
  let counters: SharedCounters?
  /// nil: there is no ledger.
  let journalBytes: Int?

  /// nil: nothing runs yet.
  var current: Telemetry.Bounds? {
    guard let snapshot = running.snapshot else { return nil }
    return Telemetry.Bounds(
      connections: snapshot.server.limits.connections, journalBytes: journalBytes,
      certificateExpiry: snapshot.server.tls.flatMap(ListenerContext.expiry), budgets: budgets(in: snapshot))
  }

  private func budgets(in snapshot: GatewaySnapshot) -> [Telemetry.Bounds.Budget] {
    guard let counters else { return [] }
    let now = WallTime.now
    return LimitInventory.demands(in: snapshot, most: Self.mostBudgets) { $0.isBudget || $0.quota != nil }.map {
      demand in
      let standing = counters.standing(of: demand.limit, subject: demand.subject, now: now)
      return Telemetry.Bounds.Budget(
        limit: demand.limit.words, owner: demand.limit.owner, subject: demand.subject,
        used: Double(standing.used) / Double(max(1, demand.limit.amount)))
    }
  }
}
