import GatewayCore

// Whether an earlier answer may be given again.
extension Explanation {
  mutating func tellCache(_ route: ModelRoute, _ surface: Surface, _ caller: Caller) {
    let rules: [(who: String, rule: CacheRule?)] = [
      ("the key", caller.key?.policy?.cache), ("consumer '\(caller.consumer.name)'", caller.consumer.cache),
      ("team '\(caller.team?.name ?? "")'", caller.team?.cache),
      ("organisation '\(caller.organisation?.name ?? "")'", caller.organisation?.cache),
      ("model '\(route.name)'", route.cache),
    ]
    guard let ttl = Recall.ttl(for: caller, of: route, snapshot.cacheSettings) else {
      if let off = rules.first(where: { $0.rule?.isOn == false }) {
        return note("cache", "off: \(off.who) switches it off")
      }
      return note("cache", "off: nobody switches it on")
    }
    guard PureCall.has(surface) else {
      return note("cache", "it is on, but answers of \(surface.path) are not kept")
    }
    let on = rules.filter { $0.rule?.isOn == true }.map(\.who).joined(separator: ", ")
    note(
      "cache",
      "on (\(on)): an answer to the same request that is at most \(ttl.components.seconds) s old is given again, "
        + "to \(words(of: snapshot.cacheSettings.scope))")
  }

  private func words(of scope: CacheSettings.Scope) -> String {
    switch scope {
    case .consumer: "callers of the same consumer"
    case .team: "callers of the same team"
    case .organisation: "callers of the same organisation"
    case .everyone: "all callers"
    }
  }
}
