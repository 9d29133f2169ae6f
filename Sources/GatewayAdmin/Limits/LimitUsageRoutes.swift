import GatewayCore
import GatewayPolicies
package import GatewayStorage
import Hummingbird

/// `/limits/usage`: how the limits stand that a caller, a team, or all have.
package struct LimitUsageRoutes: AdminRoutes {
  // More than a page shows.
  private static let most = 1000

  private let keys: DatabaseStore
  private let gateway: any RunningGateway

  package init(keys: DatabaseStore, gateway: any RunningGateway) {
    self.keys = keys
    self.gateway = gateway
  }

  private struct Answer: Codable {
    let data: [LimitUsage]
    /// How current the numbers are.
    let counters: String
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "limits/usage",
      AdminOperation(
        "getLimitUsage", "How the limits stand that count somebody, or all.", .permitted(.read),
        query: [
          QueryParameter("consumer", "Only those that count this one."),
          QueryParameter("key", .integer(1...Int.max), "Only those that count this issued key."),
          QueryParameter("team", "Only those of this one."), QueryParameter("model", "Of calls of this one."),
        ], answers: [.json(Answer.self, "At most 1,000 of them.")])
    ) { _, context in
      let demands = try await demands(context.query, context)
      let now = gateway.now
      let standings = await gateway.standings(of: demands)
      return try AdminJSON.response(
        .ok,
        Answer(
          data: zip(demands, standings).map { LimitUsage($0, $1, now: now) }, counters: gateway.standingSource))
    }
  }

  private func demands(_ query: AdminQuery, _ context: AdminContext) async throws -> [Demand] {
    guard let snapshot = gateway.snapshot else { return [] }
    let callers = CallerSearch(snapshot: snapshot, keys: keys, team: context.team)
    guard [query["consumer"], query["key"], query["team"]].compactMap(\.self).count <= 1 else {
      throw AdminProblem.invalidParameter("consumer", "name one of 'consumer', 'key' and 'team'")
    }
    let route = try query["model"].map { name throws(AdminProblem) in try callers.route(name) }
    if let key = query["key"] {
      return LimitInventory.demands(
        of: try await callers.caller(key: Int64(key) ?? 0), route: route, in: snapshot)
    }
    if let consumer = query["consumer"] {
      return LimitInventory.demands(of: try callers.caller(consumer: consumer), route: route, in: snapshot)
    }
    if let team = query["team"] {
      return LimitInventory.demands(of: try callers.team(team), in: snapshot)
    }
    return LimitInventory.demands(in: snapshot, team: context.team, most: Self.most) { limit in
      guard let route else { return true }
      return limit.models?.contains(route.name) ?? true
    }
  }
}
