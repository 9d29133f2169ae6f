import GatewayConfiguration
import GatewayCore
import Testing

/// Without a file.
struct EnvironmentTests {
  private func load(
    _ environment: [String: String], ollama: [String]? = nil, _ adjust: (inout LoadContext) -> Void = { _ in }
  ) -> LoadResult {
    var context = Loading.context(environment: environment)
    adjust(&context)
    return ConfigurationLoader.environmentConfiguration(context, ollamaModels: ollama)
  }

  @Test func theBuiltInModelIsAlwaysThere() throws {
    let result = load([:])
    let snapshot = try #require(result.snapshot)
    #expect(snapshot.models.names == ["sluice/echo"])
    #expect(snapshot.providers.map(\.kind) == ["echo"])
    #expect(!snapshot.isOpen)
    #expect(result.source == nil)
    #expect(result.problems.isEmpty)
  }

  @Test func aVariableBringsItsProvider() throws {
    let result = load(["DEEPSEEK_API_KEY": " sk \n", "MISTRAL_API_KEY": ""])
    #expect(result.snapshot?.providers.map(\.name) == ["deepseek", "sluice"])
    #expect(result.targets(of: "deepseek/deepseek-chat") == ["deepseek/deepseek-chat"])
    #expect(result.targets(of: "deepseek-chat") == ["deepseek/deepseek-chat"])
    let plan = try #require(result.snapshot?.models.route(for: "deepseek/brand-new")?.fixedPlan)
    #expect(plan.first?.target.upstreamModel(for: "deepseek/brand-new") == "brand-new")
    #expect(result.snapshot?.models.route(for: "brand-new") == nil)
  }

  @Test func severalVariablesOfOneProviderAreSeveralKeys() {
    let result = load(["COHERE_API_KEY": "a", "CO_API_KEY": "b"])
    #expect(result.snapshot?.providers.first?.credentials.map(\.label) == ["cohere#1", "cohere#2"])
    let same = load(["COHERE_API_KEY": "a", "CO_API_KEY": "a"])
    #expect(same.snapshot?.providers.first?.credentials.count == 1)
  }

  @Test func theFirstProviderOfTheCatalogueHasAPlainName() {
    let both = ["OPENAI_API_KEY": "a", "OPENROUTER_API_KEY": "b"]
    let result = load(both) { $0.discovered = ["openai": ["shared"], "openrouter": ["shared"]] }
    #expect(result.targets(of: "shared") == ["openai/shared"])
    #expect(result.targets(of: "openrouter/shared") == ["openrouter/shared"])
  }

  @Test func modelsHaveTheirTypes() {
    let result = load(["OPENAI_API_KEY": "a"])
    #expect(result.snapshot?.models.route(for: "text-embedding-3-small")?.type == .embedding)
    #expect(result.snapshot?.models.route(for: "gpt-4o")?.type == .chat)
  }

  @Test func aRunningOllamaIsFoundWhereItsVariablePoints() throws {
    let result = load(["OLLAMA_HOST": "0.0.0.0:9999"], ollama: ["llama3:8b"])
    let ollama = try #require(result.snapshot?.providers.first { $0.name == "ollama" })
    #expect(ollama.endpoint.authority == "127.0.0.1:9999")
    #expect(result.targets(of: "llama3:8b") == ["ollama/llama3:8b"])
    #expect(load([:]).snapshot?.providers.contains { $0.name == "ollama" } == false)
  }

  @Test func aVariableReplacesTheURL() {
    let result = load(["OPENAI_API_KEY": "a", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"])
    #expect(result.snapshot?.providers.first?.endpoint.authority == "127.0.0.1:9")
  }

  @Test func whatCannotBeUsedIsLeftOutWithAWarning() {
    let result = load(["OPENAI_API_KEY": "a", "OPENAI_BASE_URL": "nonsense", "GROQ_API_KEY": "a\nb"])
    #expect(result.snapshot?.providers.map(\.name) == ["sluice"])
    #expect(result.problems.map(\.file) == ["GROQ_API_KEY", "OPENAI_BASE_URL"])
    #expect(!result.hasErrors)
  }

  @Test func theIssuedKeyIsKnown() throws {
    let digest = try #require(KeyDigest(hex: String(repeating: "a", count: 64)))
    let result = load([:]) {
      $0.storedKeys = StoredKeySet([.init(id: 1, label: "sk-sluice-AbCd", hash: digest, consumer: "first")])
    }
    #expect(result.snapshot?.find(holding: digest)?.caller.consumer.name == "first")
  }
}
