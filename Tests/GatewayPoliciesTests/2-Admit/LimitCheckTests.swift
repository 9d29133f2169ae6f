import GatewayCore
import GatewayPolicies
import Testing

/// Which limits count a call, and for whom.
@Suite struct LimitCheckTests {
  private static func limit(
    _ id: String, by key: LimitKey = .all, missing: Limit.Missing = .share, unit: LimitUnit = .requests
  ) -> Limit {
    Limit(id: id, unit: unit, amount: 5, period: .day, key: key, missing: missing, owner: "of \(id)")
  }

  private static func provider(_ name: String) -> Provider {
    Provider(
      name: name, kind: "openai", endpoint: Provider.Endpoint(isTLS: false, host: "h", port: 1, basePath: ""))
  }

  private static func snapshot(
    _ limits: [Limit], consumer: Consumer, providerLimits: [String: [Limit]] = [:]
  ) -> GatewaySnapshot {
    GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [], models: ModelTable(routes: []), consumers: [consumer],
      keys: [:], isOpen: false, limits: limits, providerLimits: providerLimits)
  }

  private static func demands(_ limits: [Limit], _ caller: Caller) throws -> [String] {
    let check = LimitCheck(
      LimitCheck.Call(caller: caller, route: nil), in: snapshot(limits, consumer: caller.consumer))
    return try check.demands({ nil }) { _ in nil }.map { "\($0.limit.id) \($0.subject)" }
  }

  @Test func teamAndOrganisationHaveOneCounterForAllOfTheirs() throws {
    let acme = Organisation(name: "acme", limits: [Self.limit("organisation:acme")])
    let team = Team(name: "research", organisation: acme, limits: [Self.limit("team:research")])
    let consumer = Consumer(name: "app", models: nil, limits: [Self.limit("consumer:app")], team: team)
    #expect(
      try Self.demands([Self.limit("all")], Caller(consumer: consumer))
        == ["all ", "organisation:acme ", "team:research ", "consumer:app "])
  }

  @Test(arguments: [
    (units: [LimitUnit.requests, .concurrent], asked: 0, amounts: [Int64(1), 1]),
    (units: [.tokens, .requests, .outputTokens], asked: 1, amounts: [7, 1, 4]),
  ])
  func howManyTokensACallMayUseIsAskedOnceIfAtAll(units: [LimitUnit], asked: Int, amounts: [Int64]) throws {
    let limits = units.map { Self.limit($0.rawValue, unit: $0) }
    let consumer = Consumer(name: "app", models: nil, limits: limits)
    let check = LimitCheck(
      LimitCheck.Call(caller: Caller(consumer: consumer), route: nil), in: Self.snapshot([], consumer: consumer))
    var times = 0
    let demands = try check.demands({
      times += 1
      return LimitCheck.Size(input: 3, output: 4, prices: [])
    }) { _ in nil }
    #expect(times == asked && demands.map(\.amount) == amounts)
  }

  @Test func callersAreToldApartByTeamOrganisationAndKey() throws {
    let team = Team(name: "research", organisation: Organisation(name: "acme"))
    let key = GatewayKey(id: 9, lineage: 7, label: "x", policy: nil)
    let caller = Caller(consumer: Consumer(name: "app", models: nil, team: team), key: key)
    let limits = [Self.limit("t", by: .team), Self.limit("o", by: .organisation), Self.limit("k", by: .key)]
    #expect(try Self.demands(limits, caller) == ["t research", "o acme", "k 7"])
  }

  @Test func callersWithoutATeamShareACounterOrAreRefusedOrNotCounted() throws {
    let caller = Caller(consumer: Consumer(name: "app", models: nil))
    let limits = [Self.limit("t", by: .team), Self.limit("s", by: .team, missing: .skip)]
    #expect(try Self.demands(limits, caller) == ["t \u{1}none"])
    #expect(throws: GatewayError.self) {
      try Self.demands([Self.limit("r", by: .organisation, missing: .refuse)], caller)
    }
  }

  @Test func aClaimOfTheTokenIsCountedByItsValue() throws {
    let caller = Caller(
      consumer: Consumer(name: "app", models: nil), claims: CallerClaims(values: ["sub": "ann"]))
    #expect(try Self.demands([Self.limit("c", by: .claim("sub"))], caller) == ["c ann"])
  }

  @Test func limitsByProviderWaitUntilTheCallGoesThere() throws {
    let consumer = Consumer(name: "app", models: nil, limits: [Self.limit("mine", by: .provider)])
    let caller = Caller(consumer: consumer)
    let shared = [Self.limit("all"), Self.limit("each", by: .provider)]
    #expect(try Self.demands(shared, caller) == ["all "])
    let snapshot = Self.snapshot(
      shared, consumer: consumer, providerLimits: ["p": [Self.limit("provider:p", by: .consumer)]])
    #expect(snapshot.countsByProvider)
    let call = LimitCheck.Call(caller: caller, route: nil)
    func demands(at name: String) throws -> [String] {
      try LimitCheck.demands(of: call, at: Self.provider(name), in: snapshot, size: { nil }, { _ in nil })
        .map { "\($0.limit.id) \($0.subject)" }
    }
    #expect(try demands(at: "p") == ["each p", "mine p", "provider:p app"])
    #expect(try demands(at: "q") == ["each q", "mine q"])
  }

  @Test func aConfigurationWithoutLimitsByProviderAsksForNone() {
    let consumer = Consumer(name: "app", models: nil)
    #expect(!Self.snapshot([Self.limit("all")], consumer: consumer).countsByProvider)
  }
}
