/// Where what limits count is kept: the memory of this node, or a server that several nodes share. One belongs to an event loop
/// and is called on it only; one that is safe everywhere may belong to all.
package protocol CounterStore: AnyObject {
  /// Takes what a call wants, or nothing, if that can be said at once; nil: `reserve` has to be asked, which waits.
  func reserveNow(_ demands: [Demand], now: WallTime) -> Result<Reservation, LimitDenial>?

  /// Takes what a call wants, or nothing.
  ///
  /// - Parameter then: called once, on the event loop, within the time-out of the store.
  func reserve(_ demands: [Demand], now: WallTime, then: @escaping (Result<Reservation, LimitDenial>) -> Void)

  /// The call is over: what it has not used goes back, what it used beyond is counted. Returns at once.
  ///
  /// - Returns: budgets of which this call has used a part that is worth a word, as far as that is known at once; of others the
  ///   store tells whom it was made with.
  func settle(_ reservation: Reservation, spent: Spent, now: WallTime) -> [BudgetNotice]

  /// Where those who count together remember nonces, too; nil: each node for itself.
  var nonces: (any NonceStore)? { get }
}

extension CounterStore {
  package var nonces: (any NonceStore)? { nil }
}

/// Why a call was not let in.
package enum LimitDenial: Error, Sendable {
  /// A limit is reached.
  case refused(LimitRefusal)
  /// Nobody can say how the limit stands, and it lets nobody in then.
  case unavailable(Limit)
}
