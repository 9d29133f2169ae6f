import GatewayCore
import GatewayPolicies
import Testing

/// What the rules of issued keys do to a call.
@Suite struct KeyAdmissionTests {
  private func key(_ change: (inout KeyRules) throws -> Void) throws -> GatewayKey {
    var rules = KeyRules()
    try change(&rules)
    return GatewayKey(id: 8, lineage: 7, label: "sk-sluice-AbCd", policy: KeyPolicy(rules))
  }

  private func refusal(_ key: GatewayKey?, _ surface: Surface? = .chatCompletions, _ address: String? = nil) -> String?
  {
    do throws(GatewayError) {
      try Admit.admit(Caller(consumer: Consumer(name: "app", models: nil), key: key), to: surface, from: address)
      return nil
    } catch {
      return "\(error.status) \(error.code)"
    }
  }

  @Test func aKeyWithoutRulesGoesEverywhere() throws {
    #expect(refusal(nil) == nil)
    #expect(refusal(GatewayKey(id: 1, lineage: 1, label: "x", policy: nil)) == nil)
    #expect(refusal(try key { _ in }) == nil)
  }

  @Test func surfacesOutsideOfTheListAreRefused() throws {
    let key = try key { $0.surfaces = [try SurfaceSelection("chat")] }
    #expect(refusal(key, .messages) == nil)
    #expect(refusal(key, nil) == nil)
    #expect(refusal(key, .embeddings) == "403 surface_not_allowed")
    #expect(refusal(key, .files) == "403 surface_not_allowed")
  }

  @Test(arguments: [
    ("10.1.2.3", true), ("::ffff:10.1.2.3", true), ("11.0.0.1", false), ("fe80::1%eth0", true), ("nonsense", false),
  ])
  func onlyAddressesOfTheRangesAreLetIn(_ address: String, _ isLetIn: Bool) throws {
    let key = try key { $0.addresses = [try NetworkRange("10.0.0.0/8"), try NetworkRange("fe80::/10")] }
    #expect(refusal(key, .chatCompletions, address) == (isLetIn ? nil : "403 address_not_allowed"))
  }

  @Test func whereTheAddressIsNotKnownAKeyWithRangesIsRefused() throws {
    let key = try key { $0.addresses = [try NetworkRange("0.0.0.0/0")] }
    #expect(refusal(key, .chatCompletions, nil) == "403 address_not_allowed")
  }

  // MARK: Routes

  private func snapshot(_ models: [(name: String, type: ModelType, target: String?)]) -> GatewaySnapshot {
    let provider = Provider(
      name: "p", kind: "openai-compatible", endpoint: .init(isTLS: false, host: "h", port: 80, basePath: "/v1"))
    let routes = models.map { model in
      let target = Target(
        provider: provider, upstreamModel: model.target, type: model.type, health: LockedHealthCell())
      return ModelRoute(
        name: model.name, type: model.type, arms: [.init(weight: 1, version: nil, steps: [.target(target)])])
    }
    return GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [provider], models: ModelTable(routes: routes), consumers: [],
      keys: [:], isOpen: false)
  }

  private func plan(_ model: String, _ key: GatewayKey?, of consumer: [String]? = nil) throws -> [PlannedTarget] {
    let snapshot = snapshot([
      ("a", .chat, "a1"), ("b", .chat, "b1"), ("c", .chat, "c1"), ("vectors", .embedding, "v1"), ("own", .chat, nil),
    ])
    let caller = Caller(consumer: Consumer(name: "app", models: consumer.map { ModelAllowList($0) }), key: key)
    let route = try #require(snapshot.models.route(for: model))
    return try RouteTargets.plan(
      route, model: model, surface: .chatCompletions, caller: caller, in: snapshot, random: 0, stickyValue: { _ in nil }
    )
  }

  private func names(_ plan: [PlannedTarget]) -> [String?] { plan.map(\.target.upstreamModel) }

  @Test func theModelsBehindTheCalledOneTakeItsPlace() throws {
    let key = try key { $0.models = ["b", "a", "vectors", "own", "x*", "c"] }
    #expect(names(try plan("a", key)) == ["a1", "c1"])
    #expect(names(try plan("b", key)) == ["b1", "a1", "c1"])
    #expect(names(try plan("c", key)) == ["c1"])
    #expect(names(try plan("a", nil)) == ["a1"])
  }

  @Test func aModelThatTheConsumerMayNotUseTakesNoPlace() throws {
    let key = try key { $0.models = ["a", "b", "c"] }
    #expect(names(try plan("a", key, of: ["a", "c"])) == ["a1", "c1"])
  }

  @Test func retriesAndTimeoutTakeThePlaceOfTheModels() throws {
    let planned = try plan("a", try key { ($0.retries, $0.timeout) = (3, .seconds(9)) })[0]
    #expect(planned.policy.retry.attempts == 3)
    #expect(planned.timeouts.total == .seconds(9))
    #expect(planned.timeouts.deadline == .seconds(9))
    #expect(planned.timeouts.connect == Timeouts().connect)
  }

  // MARK: Limits

  @Test func theLimitsOfAKeyAreCountedForItsLineage() throws {
    let key = try key { $0.limits = [try KeyLimit("20 requests per day"), try KeyLimit("5 concurrent")] }
    let caller = Caller(consumer: Consumer(name: "app", models: nil), key: key)
    let check = LimitCheck(LimitCheck.Call(caller: caller, route: nil), in: snapshot([]))
    let demands = try check.demands({ nil }) { _ in nil }
    #expect(demands.map(\.subject) == ["7", "7"])
    #expect(demands.map(\.limit.words) == ["20 requests per day (of this key)", "5 calls at once (of this key)"])
  }

  @Test func aCallWithoutAnyLimitIsNotCounted() throws {
    let caller = Caller(consumer: Consumer(name: "app", models: nil), key: try key { $0.models = ["a"] })
    #expect(!LimitCheck.limits(caller, in: snapshot([])))
    #expect(
      try LimitCheck(LimitCheck.Call(caller: caller, route: nil), in: snapshot([])).demands({ nil }) { _ in nil }
        .isEmpty)
  }
}
