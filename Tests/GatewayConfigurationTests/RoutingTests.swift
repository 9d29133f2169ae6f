import GatewayConfiguration
import GatewayCore
import Testing

/// What models of a file compile to.
struct RoutingTests {
  private static let providers = """
    providers:
      openai: { kind: openai, keys: [env:OPENAI_API_KEY] }
      deepseek: { kind: deepseek, keys: [env:DEEPSEEK_API_KEY] }
      local: { kind: openai-compatible, url: "http://h/v1" }
    consumers: { a: { keys: [env:MY_APP_KEY] } }

    """

  private func load(_ models: String) -> LoadResult { Loading.load(Self.providers + models) }

  @Test func aBareNameStandsForAnotherModelWithAllOfItsRouting() throws {
    let result = load(
      "models:\n  fast: { targets: [slow, local/y] }\n  slow: { targets: [local/x], timeouts: { total: 1m } }\n")
    #expect(result.targets(of: "fast") == ["local/x", "local/y"])
    let plan = try #require(result.snapshot?.models.route(for: "fast")?.fixedPlan)
    #expect(plan.map(\.timeouts.total) == [.seconds(60), .seconds(600)])
  }

  @Test func theModelsNameMayHoldSlashes() {
    let result = load("models:\n  a: { targets: [local/org/model] }\n  org/b: { targets: [local/c] }\n")
    #expect(result.targets(of: "a") == ["local/org/model"])
    #expect(result.targets(of: "org/b") == ["local/c"])
  }

  @Test func aPlainTargetUnderAPatternPinsTheModel() {
    let result = load("models:\n  \"gpt-*\": { targets: [local/pinned] }\n")
    #expect(result.targets(of: "gpt-5") == ["local/pinned"])
  }

  @Test func aWildcardTargetPassesTheNameOn() throws {
    let result = load("models:\n  \"gpt-*\": { targets: [openai/*, local/*] }\n")
    let plan = try #require(result.snapshot?.models.route(for: "gpt-new")?.fixedPlan)
    #expect(plan.map { $0.target.upstreamModel(for: "gpt-new") } == ["gpt-new", "gpt-new"])
  }

  @Test func aProvidersOwnPrefixIsNotPassedOnToIt() throws {
    let result = load("models:\n  \"deepseek/*\": { targets: [deepseek/*, local/*] }\n")
    let plan = try #require(result.snapshot?.models.route(for: "deepseek/x")?.fixedPlan)
    #expect(plan.map { $0.target.upstreamModel(for: "deepseek/x") } == ["x", "deepseek/x"])
  }

  @Test func aStarMatchesEveryName() {
    #expect(load("models:\n  \"*\": { targets: [local/*] }\n").targets(of: "whatever") == ["local/*"])
  }

  @Test func theLongerPatternKeepsItsKnownNames() throws {
    let result = load(
      "models:\n  \"gpt-*\": { targets: [openai/*] }\n  \"gpt-4o*\": { targets: [local/*] }\n")
    #expect(result.targets(of: "gpt-4o-mini") == ["local/*"])
    #expect(result.targets(of: "gpt-4.1") == ["openai/*"])
    let names = try #require(result.snapshot).models.names
    #expect(names.contains("gpt-4.1"))
    #expect(!names.contains("gpt-4o-mini"))
  }

  @Test func oneModelAtOneProviderIsOneTarget() throws {
    let result = load("models:\n  a: { targets: [local/x] }\n  b: { targets: [{ provider: local, model: x }] }\n")
    let table = try #require(result.snapshot).models
    let first = try #require(table.route(for: "a")?.fixedPlan?.first?.target)
    #expect(table.route(for: "b")?.fixedPlan?.first?.target === first)
  }

  @Test func aModelWithoutATypeHasTheTypeOfItsTargets() {
    let result = load(
      """
      models:
        a: { targets: [openai/text-embedding-3-small] }
        b: { targets: [{ provider: local, model: x, type: rerank }] }
        c: { targets: [a] }
        d: { targets: [local/unheard-of] }
        e: { targets: [local/bge-m3] }
      """)
    let types = ["a", "b", "c", "d", "e"].map { result.snapshot?.models.route(for: $0)?.type }
    #expect(types == [.embedding, .rerank, .embedding, .chat, .embedding])
  }

  @Test func whatTheFileSaysOfATypeOutweighsWhatANameSuggests() {
    let result = load("models:\n  a: { type: chat, targets: [local/bge-chat] }\n")
    #expect(result.snapshot?.models.route(for: "a")?.type == .chat)
  }

  @Test func anchorsAndAliasesAreUnderstood() {
    let result = load("models:\n  a: &a { targets: [local/x] }\n  b: *a\n")
    #expect(result.targets(of: "b") == ["local/x"])
  }

  @Test func jsonDefaultsKeepTheirKinds() throws {
    let result = load(
      """
      models:
        a:
          targets: [local/x]
          parameters:
            default: { a: 1.50, b: true, c: null, d: "1", e: text, f: { g: [1, x] }, h: 1e3, i: "a\\"b\\u0001" }
      """)
    let defaults = try #require(result.snapshot?.models.route(for: "a")).policy.parameters.defaults
    #expect(
      defaults.map { String(decoding: $0.value.bytes, as: UTF8.self) } == [
        "1.50", "true", "null", #""1""#, #""text""#, #"{"g":[1,"x"]}"#, "1e3", #""a\"b\u0001""#,
      ])
  }

  @Test func withoutModelsTheProvidersOwnAreCalled() throws {
    let result = Loading.load(Self.providers)
    #expect(result.targets(of: "deepseek/deepseek-chat") == ["deepseek/deepseek-chat"])
    #expect(result.targets(of: "deepseek-chat") == ["deepseek/deepseek-chat"])
    let plan = try #require(result.snapshot?.models.route(for: "local/some/model")?.fixedPlan)
    #expect(plan.map { $0.target.upstreamModel(for: "local/some/model") } == ["some/model"])
  }

  @Test func whatAProviderToldReplacesThePresetsList() throws {
    let result = Loading.load(Self.providers) { $0.discovered = ["local": ["told"], "deepseek": []] }
    #expect(result.targets(of: "told") == ["local/told"])
    #expect(result.targets(of: "deepseek-chat") == nil)
  }

  @Test func tenThousandModelsInAChainAreRefusedAndNotFollowed() {
    let models = (0..<10_000).map { "  m\($0): { targets: [m\($0 + 1)] }\n" }.joined()
    let problems = load("models:\n\(models)  m10000: { targets: [local/x] }\n").problems
    #expect(
      problems.map(\.description) == [
        "sluice.yaml:9975:3: error: model 'm9968' goes through more than 32 models; name the targets themselves "
          + "(models.m9968)"
      ])
  }
}
