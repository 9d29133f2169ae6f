import GatewayCore
import GatewayStorage

/// Finds those that a question is about in the running configuration.
struct CallerSearch {
  let snapshot: GatewaySnapshot
  let keys: DatabaseStore
  /// Beyond which nothing is found; nil: there is no such bound.
  let team: String?

  /// - Parameter pointer: where the body of the request names it.
  func caller(consumer name: String, at pointer: String? = nil) throws(AdminProblem) -> Caller {
    guard let consumer = snapshot.consumers.first(where: { $0.name == name }), mayShow(consumer) else {
      let names = snapshot.consumers.filter(mayShow).map(\.name)
      let near = nearestNames(to: name, among: names, limit: 3)
      let advice = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
      throw .invalidRequest("the configuration has no consumer '\(name)'\(advice)", at: pointer)
    }
    return Caller(consumer: consumer)
  }

  func caller(key id: Int64, at pointer: String? = nil) async throws -> Caller {
    try await issued(id, at: pointer).found.caller
  }

  /// The key and what it is looked up by.
  func issued(_ id: Int64, at pointer: String? = nil) async throws -> (hash: KeyDigest, found: IssuedKeys.Found) {
    guard let hash = try await keys.keyedHash(ofKey: id), let found = snapshot.issuedKeys?.find(hash),
      mayShow(found.caller.consumer)
    else {
      throw AdminProblem.invalidRequest("no key with id \(id) is in use", at: pointer)
    }
    return (hash, found)
  }

  func team(_ name: String) throws(AdminProblem) -> Team {
    guard team == nil || name == team, let found = snapshot.tenants.team(named: name) else {
      throw .invalidRequest("the configuration has no team '\(name)'")
    }
    return found
  }

  func route(_ model: String) throws(AdminProblem) -> ModelRoute {
    guard let route = snapshot.models.route(for: model) else {
      let near = nearestNames(to: model, among: snapshot.models.names, limit: 3)
      let advice = near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
      throw .invalidRequest("the configuration has no model '\(model)'\(advice)")
    }
    return route
  }

  private func mayShow(_ consumer: Consumer) -> Bool { team == nil || consumer.team?.name == team }
}
