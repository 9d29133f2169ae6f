import GatewayCore
import GatewayPolicies
import Testing

/// Organisation, team, consumer, key and roles: each narrows, and says so.
@Suite struct TenantAdmissionTests {
  private static func snapshot() -> GatewaySnapshot {
    let routes = ["a", "b", "c", "d"].map { ModelRoute(name: $0, type: .chat, arms: []) }
    return GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [],
      models: ModelTable(routes: routes + [ModelRoute(name: "picture", type: .image, arms: [])]), consumers: [],
      keys: [:], isOpen: false)
  }

  private static func caller(
    organisation: [String]? = nil, team: [String]? = nil, consumer: [String]? = nil, key: [String]? = nil,
    roles: [Role]? = nil
  ) -> Caller {
    func list(_ models: [String]?) -> ModelAllowList? { models.map { ModelAllowList($0) } }
    let acme = Organisation(name: "acme", models: list(organisation))
    let research = Team(name: "research", organisation: acme, models: list(team))
    var rules = KeyRules()
    rules.models = key ?? []
    return Caller(
      consumer: Consumer(
        name: "app", models: list(consumer), team: research, roles: roles.map { RolePolicy($0) }),
      key: key.map { _ in GatewayKey(id: 1, lineage: 1, label: "sk-sluice-AbCd", policy: KeyPolicy(rules)) })
  }

  private static func refusal(
    _ model: String, _ caller: Caller, _ surface: Surface = .chatCompletions
  ) -> GatewayError? {
    do throws(GatewayError) {
      try Admit.admit(caller, to: surface, from: nil)
      _ = try Admit.route(for: model, surface: surface, caller: caller, in: snapshot())
      return nil
    } catch {
      return error
    }
  }

  private static func role(_ name: String, _ surfaces: [String], _ models: [String]? = nil) throws -> Role {
    Role(name: name, surfaces: try surfaces.map { try SurfaceSelection($0) }, models: models.map { ModelAllowList($0) })
  }

  @Test(arguments: [
    ("a", nil),
    ("b", "the API key 'sk-sluice-AbCd…' may not use the model 'b'; it may use a"),
    ("c", "team 'research' may not use the model 'c'; it may use a, b*"),
    ("d", "organisation 'acme' may not use the model 'd'; it may use a, b, c"),
  ])
  func eachLevelNarrowsAndTheOutermostIsNamed(_ model: String, _ sentence: String?) {
    let caller = Self.caller(organisation: ["c", "b", "a"], team: ["b*", "a"], consumer: ["a", "b", "d"], key: ["a"])
    let refusal = Self.refusal(model, caller)
    #expect(refusal?.message == sentence)
    #expect(refusal.map { "\($0.status) \($0.code)" } == (sentence == nil ? nil : "403 model_not_allowed"))
  }

  @Test func oneRoleMustAllowSurfaceAndModelTogether() throws {
    let roles = [try Self.role("talker", ["chat"], ["a"]), try Self.role("painter", ["images"], ["b", "picture"])]
    let caller = Self.caller(roles: roles)
    #expect(Self.refusal("a", caller) == nil)
    #expect(Self.refusal("picture", caller, .imageGenerations) == nil)
    let refusal = Self.refusal("b", caller)
    #expect(refusal?.code == "model_not_allowed")
    #expect(
      refusal?.message
        == "consumer 'app' with the roles 'talker', 'painter' may not use the model 'b' on /v1/chat/completions; "
        + "'talker' may use a for chat, 'painter' may use b, picture for images")
  }

  @Test func aSurfaceThatNoRoleAllowsIsRefusedBeforeTheBody() throws {
    let caller = Self.caller(roles: [try Self.role("talker", ["chat", "embeddings"])])
    let refusal = Self.refusal("picture", caller, .imageGenerations)
    #expect(refusal.map { "\($0.status) \($0.code)" } == "403 surface_not_allowed")
    #expect(
      refusal?.message
        == "consumer 'app' with the role 'talker' may not call /v1/images/generations; it may call chat, embeddings")
  }

  @Test func listsShowWhatSomeRoleAllowsOnAnySurface() throws {
    let caller = Self.caller(
      organisation: ["a", "b", "picture"],
      roles: [try Self.role("talker", ["chat"], ["a", "c"]), try Self.role("painter", ["images"], ["picture"])])
    #expect(Admit.visibleModels(for: caller, in: Self.snapshot()) == ["a", "picture"])
    #expect(Admit.visibleModels(for: caller, on: .chatCompletions, in: Self.snapshot()) == ["a"])
  }

  @Test func aCallerWithoutTeamAndRolesIsRestrictedByNeither() {
    let caller = Caller(consumer: Consumer(name: "app", models: nil))
    #expect(Self.refusal("d", caller) == nil && !caller.isRestricted())
  }

  @Test func modelsThatAreForbiddenAreNotSuggested() {
    let refusal = Self.refusal("pictur", Self.caller(team: ["a"]))
    #expect(refusal?.code == "model_not_found" && refusal?.message.contains("'picture'") == false)
  }
}
