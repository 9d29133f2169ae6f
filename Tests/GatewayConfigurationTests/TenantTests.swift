import GatewayConfiguration
import GatewayCore
import Testing

/// Organisations, teams and roles of the file.
struct TenantTests {
  private static let text = """
    providers: { e: { kind: echo, limits: [{ concurrent: 3 }] } }
    models: { chat: { targets: [e/x] }, code: { targets: [e/y] } }
    organisations: { acme: { models: [chat, code], limits: [{ requests: 100, per: day }] } }
    teams: { research: { organisation: acme, models: ["c*"], limits: [{ requests: 50, per: day, by: key }] } }
    roles: { analyst: { surfaces: [chat], models: [chat] }, keeper: { surfaces: [files, batches] } }
    consumers: { app: { keys: [env:MY_APP_KEY], team: research, roles: [analyst, keeper] } }
    limits: [{ requests: 5, per: minute, by: team, missing: skip }, { requests: 9, per: minute, by: provider }]
    """

  @Test func aConsumerHasItsTeamOrganisationAndRoles() throws {
    let result = Loading.load(Self.text)
    #expect(result.problems.isEmpty)
    let snapshot = try #require(result.snapshot)
    let consumer = try #require(snapshot.consumers.first)
    #expect(consumer.team?.name == "research" && consumer.team?.organisation?.name == "acme")
    #expect(consumer.roles?.roles.map(\.name) == ["analyst", "keeper"])
    #expect(consumer.team === snapshot.tenants.team(named: "research"))
    #expect(snapshot.tenants.role(named: "keeper")?.surfaces == [.files, .uploads, .batches])
  }

  @Test func limitsBelongToTheirTenants() throws {
    let snapshot = try #require(Loading.load(Self.text).snapshot)
    let team = try #require(snapshot.tenants.teams.first)
    #expect(team.limits.map(\.words) == ["50 requests per day for each key (of team 'research')"])
    #expect(team.organisation?.limits.map(\.scope) == ["organisation:acme"])
    #expect(snapshot.providerLimits["e"]?.map(\.words) == ["3 calls at once (of provider 'e')"])
    #expect(snapshot.limits.map(\.key) == [.team, .provider])
    #expect(snapshot.countsByProvider)
  }

  @Test func theyAreShown() throws {
    let text = try #require(ConfigurationDescription(Loading.load(Self.text)).text()).filter { !$0.isWhitespace }
    #expect(
      text.contains(
        #""acme":{"models":["chat","code"],"limits":["100requestsperday(oforganisation'acme')"],"cache":null}"#))
    #expect(text.contains(#""research":{"organisation":"acme","models":["c*"],"#))
    #expect(text.contains(#""keeper":{"surfaces":["files","batches"],"models":"all"}"#))
    #expect(text.contains(#""team":"research","roles":["analyst","keeper"]"#))
  }

  @Test func aNameThatAPatternReachesHasThePatternsLimits() throws {
    let text = """
      providers: { d: { kind: dashscope, keys: [env:DEEPSEEK_API_KEY] } }
      models: { "qwen-*": { targets: [d/*], reserveOutput: 9, limits: [{ requests: 5, per: day }] } }
      consumers: { app: { keys: [env:MY_APP_KEY] } }
      """
    let snapshot = try #require(Loading.load(text).snapshot)
    let name = try #require(snapshot.models.names.first)
    #expect(snapshot.models.route(for: name)?.limits.count == 1)
    #expect(snapshot.models.route(for: name)?.reserveOutput == 9)
  }
}
