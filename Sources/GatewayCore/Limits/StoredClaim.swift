/// To whom something that a provider keeps belongs.
package struct StoredOwner: Hashable, Sendable {
  package var consumer: String
  package var team: String?
  package var organisation: String?
  /// `Caller.keySubject`
  package var key: String?

  package init(consumer: String, team: String? = nil, organisation: String? = nil, key: String? = nil) {
    self.consumer = consumer
    self.team = team
    self.organisation = organisation
    self.key = key
  }

  package init(_ caller: Caller) {
    self.init(
      consumer: caller.consumer.name, team: caller.team?.name, organisation: caller.organisation?.name,
      key: caller.keySubject)
  }
}

/// Room for what a call is about to store, taken before it goes out.
package struct StoredClaim: Sendable {
  /// Of the call; no other claim has it.
  package let id: String
  package let provider: String
  package let owner: StoredOwner
  package let bytes: Int64
  /// Of limits of stored bytes; each wants `bytes`.
  package let demands: [Demand]

  package init(id: String, provider: String, owner: StoredOwner, bytes: Int64, demands: [Demand]) {
    self.id = id
    self.provider = provider
    self.owner = owner
    self.bytes = bytes
    self.demands = demands
  }
}
