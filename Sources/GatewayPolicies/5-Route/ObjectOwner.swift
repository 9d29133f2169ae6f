package import GatewayCore

/// Which provider a call about objects goes to.
package enum ObjectOwner {
  /// The providers that may keep such objects for this caller: it must be able to call a model there.
  package static func candidates(
    for surface: Surface, caller: Caller, in snapshot: GatewaySnapshot
  ) -> [Provider] {
    let keeping = snapshot.providers.filter { $0.keeps.contains(surface) }
    guard caller.isRestricted(on: surface) else { return keeping }
    var reachable: Set<String> = []
    for name in snapshot.models.names where caller.mayUse(name, on: surface) {
      for target in snapshot.models.route(for: name)?.targets ?? [] { reachable.insert(target.provider.name) }
    }
    return keeping.filter { reachable.contains($0.name) }
  }

  /// The one provider of a call that names none, or one by `name`.
  package static func provider(
    named name: String?, for surface: Surface, caller: Caller, in snapshot: GatewaySnapshot
  ) throws(GatewayError) -> Provider {
    let candidates = candidates(for: surface, caller: caller, in: snapshot)
    let list = candidates.map { "'\($0.name)'" }.joined(separator: ", ")
    if let name {
      if let provider = candidates.first(where: { $0.name == name }) { return provider }
      throw GatewayError(
        .unknownObject,
        "provider '\(name)' keeps nothing below \(surface.path) for this key"
          + (list.isEmpty ? "" : "; those that do: \(list)"))
    }
    if let only = candidates.first, candidates.count == 1 { return only }
    if candidates.isEmpty {
      throw GatewayError(
        .unknownObject, "no provider of this gateway keeps anything below \(surface.path) for this key")
    }
    throw GatewayError(
      .invalidParameter,
      "several providers have \(surface.path): name one of \(list) in the header 'x-sluice-provider' or the query "
        + "'provider', or use ids of this gateway, which end in ~PROVIDER", parameter: "provider")
  }
}
