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
  let stored: StoredReading

  /// nil: nothing runs yet.
  var current: Telemetry.Bounds? {
    guard let snapshot = running.snapshot else { return nil }
    return Telemetry.Bounds(
      connections: snapshot.server.limits.connections, journalBytes: journalBytes,
      certificates: running.certificateEnds, budgets: budgets(in: snapshot),
      stored: stored.current(in: snapshot))
  }

  private func budgets(in snapshot: GatewaySnapshot) -> [Telemetry.Bounds.Budget] {
    guard let counters else { return [] }
    let now = WallTime.now
    var budgets: [[String]: Double] = [:]
    for demand in LimitInventory.demands(
      in: snapshot, most: Self.mostBudgets, where: { $0.isBudget || $0.quota != nil })
    {
      let standing = counters.standing(of: demand.limit, subject: demand.subject, now: now)
      let used = Double(standing.used) / Double(max(1, demand.limit.amount))
      // Limits may differ in what no label tells, such as their models: the fullest stands for them.
      let labels = [demand.limit.owner, demand.limit.words, demand.subject]
      budgets[labels] = max(budgets[labels] ?? 0, used)
    }
    return budgets.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { labels, used in
      Telemetry.Bounds.Budget(limit: labels[1], owner: labels[0], subject: labels[2], used: used)
    }
  }
}
