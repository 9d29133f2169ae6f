package import GatewayCore

// What is counted for the provider that a call goes to: known only when it is about to go there.
extension LimitCheck {
  /// What a call wants of the limits by provider, and of those of the provider itself.
  ///
  /// - Parameters:
  ///   - size: asked only where tokens are limited.
  ///   - value: see `demands`.
  package static func demands(
    of call: Call, at provider: Provider, in snapshot: GatewaySnapshot, size: () -> Size?,
    _ value: (LimitKey) -> String?
  ) throws(GatewayError) -> [Demand] {
    let check = LimitCheck(call, in: snapshot)
    var outer: [Limit] = []
    try check.each { limit throws(GatewayError) in
      if limit.isByProvider && check.counts(limit) { outer.append(limit) }
    }
    let own = (snapshot.providerLimits[provider.name] ?? []).filter(check.counts)
    if outer.isEmpty && own.isEmpty { return [] }
    let size = (outer + own).contains { $0.unit.countsTokens } ? size() : nil
    var demands = outer.map { Demand(limit: $0, subject: provider.name, amount: check.amount(of: $0, size)) }
    for limit in own {
      guard let subject = try check.subject(of: limit, value) else { continue }
      demands.append(Demand(limit: limit, subject: subject, amount: check.amount(of: limit, size)))
    }
    return demands
  }
}
