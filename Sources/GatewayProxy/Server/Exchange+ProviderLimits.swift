import GatewayCore
import GatewayPolicies

/// What a call holds of the limits that are counted for one provider, from before its first try there.
struct ProviderHold {
  let provider: String
  let reservation: Reservation
}

/// Limits by provider: they are asked when a call is about to go to another provider than before.
extension Exchange {
  /// - Parameter then: called once when `waiting` was returned, and the exchange still goes on.
  func hold(
    _ planned: PlannedTarget, for call: any LimitedCall, then: @escaping (Result<Reservation, LimitDenial>) -> Void
  ) -> Admission {
    let provider = planned.target.provider
    guard providerHold?.provider != provider.name else { return .letIn }
    // The provider before has failed: its call counts, and nothing was used there.
    if providerHold != nil { settleProvider(Spent()) }
    let demands: [Demand]
    do throws(GatewayError) {
      demands = try LimitCheck.demands(
        of: LimitCheck.Call(caller: caller, route: call.route), at: provider, in: snapshot, size: { call.size },
        limitValue)
    } catch {
      return .refused(error)
    }
    if demands.isEmpty { return .letIn }
    guard let answer = loop.counters.reserveNow(demands, now: .current) else {
      loop.counters.reserve(demands, now: .current, then: then)
      return .waiting
    }
    return keep(answer, of: planned).map { .refused($0) } ?? .letIn
  }

  /// - Returns: why the call cannot go there.
  func keep(_ answer: Result<Reservation, LimitDenial>, of planned: PlannedTarget) -> GatewayError? {
    switch answer {
    case .success(let reservation):
      providerHold = ProviderHold(provider: planned.target.provider.name, reservation: reservation)
      return nil
    case .failure(let denial):
      let error = GatewayError(denial)
      record.passedOver.append(ExchangeRecord.PassedOver(target: planned.target.label, code: error.code))
      if case .refused(let refusal) = denial { providerRefusal = providerRefusal ?? refusal }
      return error
    }
  }

  /// No target is left.
  ///
  /// - Parameter misfit: what the caller is told.
  func noteProviderRefusal(_ misfit: GatewayError?) {
    guard let providerRefusal, misfit == GatewayError(providerRefusal) else { return }
    record.refusedBy = providerRefusal.limit
    standings = providerRefusal.standings
  }

  func settleProvider(_ spent: Spent) {
    guard let hold = providerHold else { return }
    providerHold = nil
    settle(hold.reservation, spent)
  }
}
