import GatewayCore
import GatewayPolicies
import Testing

@Suite struct StoredLimitsTests {
  private static func limit(
    _ id: String, by key: LimitKey = .all, _ terms: StoredTerms = StoredTerms(), missing: Limit.Missing = .share
  ) -> Limit {
    Limit(id: id, unit: .stored, amount: 1 << 20, period: nil, key: key, missing: missing, stored: terms)
  }

  private static func snapshot(_ consumers: [Consumer], limits: [Limit] = []) -> GatewaySnapshot {
    GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [], models: ModelTable(routes: []), consumers: consumers,
      keys: [:], isOpen: false, limits: limits)
  }

  @Test func everyLevelCountsFromTheOutsideInwards() throws {
    let organisation = Organisation(name: "acme", limits: [Self.limit("o", StoredTerms(.organisation, name: "acme"))])
    let team = Team(
      name: "lab", organisation: organisation, limits: [Self.limit("t", by: .consumer, StoredTerms(.team, name: "lab"))]
    )
    let consumer = Consumer(
      name: "app", models: nil, limits: [Self.limit("c", StoredTerms(.consumer, name: "app"))], team: team)
    var rules = KeyRules()
    rules.limits = [try KeyLimit("1MiB stored")]
    let key = GatewayKey(id: 9, lineage: 7, label: "sk", policy: KeyPolicy(rules))
    let snapshot = Self.snapshot([consumer], limits: [Self.limit("e")])
    let demands = try StoredLimits.demands(of: Caller(consumer: consumer, key: key), bytes: 5, in: snapshot)
    #expect(demands.map(\.limit.id).prefix(4) == ["e", "o", "t", "c"])
    #expect(demands.map(\.subject) == ["", "", "app", "", "7"])
    #expect(demands.allSatisfy { $0.amount == 5 })
  }

  @Test func whoHasNotWhatIsCountedByIsSharedRefusedOrLeftOut() throws {
    let consumer = Consumer(name: "app", models: nil)
    func subjects(_ missing: Limit.Missing) throws -> [String] {
      let snapshot = Self.snapshot([consumer], limits: [Self.limit("e", by: .team, missing: missing)])
      return try StoredLimits.demands(of: Caller(consumer: consumer), bytes: 5, in: snapshot).map(\.subject)
    }
    #expect(try subjects(.share) == [StoredScope.nobody])
    #expect(try subjects(.skip).isEmpty)
    #expect(throws: GatewayError.self) { try subjects(.refuse) }
  }

  @Test func withoutSuchLimitsNothingCounts() throws {
    let consumer = Consumer(name: "app", models: nil)
    let snapshot = Self.snapshot([consumer])
    #expect(!StoredLimits.count(Caller(consumer: consumer), in: snapshot))
    #expect(LimitInventory.demands(of: Caller(consumer: consumer), route: nil, in: snapshot).isEmpty)
  }

  @Test func aRefusalNamesNumberUseAndScopeAndIsNotTriedAgain() {
    let limit = Limit(
      id: "c", unit: .stored, amount: 10 << 20, period: nil, owner: "of consumer 'app'",
      stored: StoredTerms(.consumer, name: "app"))
    let error = GatewayError(
      LimitRefusal(
        limit: limit, subject: "", used: 9 << 20, amount: 1500 << 10, wait: nil, standings: Standings()))
    #expect(error.status == 403 && error.code == "storage_limit_exceeded" && error.retryAfter == nil)
    #expect(
      error.message
        == "the limit of 10MiB stored (of consumer 'app') has no room: 9MiB are stored, and this call would store 1.4MiB; "
        + "delete files that are no longer needed")
  }
}
