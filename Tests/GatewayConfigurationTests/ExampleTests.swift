import Foundation
import GatewayConfiguration
import GatewayCore
import Testing

/// The files of `examples/` load and mean what they say.
struct ExampleTests {
  private static func load(_ name: String) -> LoadResult {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = (try? String(contentsOf: root.appending(path: "examples/\(name)"), encoding: .utf8)) ?? ""
    return Loading.load(text)
  }

  @Test func theTenLinesOfTheReadmeMakeABackup() throws {
    let result = Self.load("sluice.yaml")
    #expect(result.problems.isEmpty)
    #expect(result.targets(of: "assistant") == ["openai/gpt-4o-mini", "deepseek/deepseek-chat"])
    let snapshot = try #require(result.snapshot)
    #expect(snapshot.models.names == ["assistant"])
    #expect(snapshot.providers.map(\.name) == ["openai", "deepseek"])
    #expect(snapshot.consumers.map(\.name) == ["my-app"])
    #expect(!snapshot.isOpen)
    #expect(result.start?.gateway.description == "0.0.0.0:8080")
  }

  @Test func theFullExampleLoadsWithoutAProblem() {
    #expect(Self.load("full.yaml").problems.map(\.description) == [])
  }

  @Test func theFullExampleRoutesAsItSays() throws {
    let result = Self.load("full.yaml")
    #expect(result.targets(of: "deepseek-r1") == ["local/deepseek-r1", "deepseek/deepseek-reasoner"])
    #expect(result.targets(of: "qwen-anything") == ["dashscope/*"])
    #expect(result.targets(of: "echo") == ["try-out/echo"])
    let assistant = try #require(result.snapshot?.models.route(for: "assistant"))
    #expect(assistant.arms.map(\.weight) == [90, 10])
    #expect(assistant.arms.map(\.version) == ["stable", "r1"])
    #expect(assistant.sticky == .header("x-user-id"))
    #expect(result.snapshot?.models.route(for: "search-index")?.type == .embedding)
  }

  @Test func theFullExampleListsWhatItsPatternIsKnownToReach() throws {
    let names = try #require(Self.load("full.yaml").snapshot).models.names
    #expect(names.contains("qwen-max"))
    #expect(names.contains("fast"))
    #expect(!names.contains("qwen*"))
    #expect(!names.contains("text-embedding-v4"))
  }

  @Test func theFullExampleSetsEveryPolicy() throws {
    let route = try #require(Self.load("full.yaml").snapshot?.models.route(for: "deepseek-r1"))
    #expect(route.policy.fallback.classes == [.connect, .timeout, .rateLimit, .serverError, .notFound])
    #expect(route.policy.fallback.statuses == [409])
    let parameters = route.policy.parameters
    #expect(parameters.defaults.map(\.name) == ["temperature", "stop"])
    #expect(parameters.defaults.map { String(decoding: $0.value.bytes, as: UTF8.self) } == ["0.6", #"["\n\n"]"#])
    #expect(parameters.clamps.first?.range == 1...8192)
    #expect(parameters.renames.first?.to == "max_tokens")
  }

  @Test func aTimerOfAModelWinsOverTheProvidersAndTheOthersStay() throws {
    let plan = try #require(Self.load("full.yaml").snapshot?.models.route(for: "deepseek-r1")?.fixedPlan)
    #expect(plan[0].timeouts.total == .seconds(1200))
    #expect(plan[0].timeouts.connect == .seconds(2))
    #expect(plan[0].timeouts.deadline == .seconds(900))
    #expect(plan[1].timeouts.connect == .seconds(5))
  }

  @Test func theFullExampleSetsUpItsProviders() throws {
    let providers = try #require(Self.load("full.yaml").snapshot).providers
    let openai = try #require(providers.first { $0.name == "openai" })
    #expect(openai.credentials.map(\.label) == ["openai#1", "openai#2"])
    let azure = try #require(providers.first { $0.name == "azure-eu" })
    #expect(azure.pathStyle == .azureDeployments(apiVersion: "2024-10-21"))
    #expect(
      azure.proxy == Provider.ForwardProxy(host: "proxy", port: 3128, basicCredential: "cHJveHktdXNlcjpwcm94eS1wYXNz"))
    let hunyuan = try #require(providers.first { $0.name == "hunyuan" })
    #expect(hunyuan.endpoint.authority == "hunyuan.tencentcloudapi.com")
    #expect(hunyuan.signing?.method == .tencentCloud(region: nil))
    #expect(hunyuan.signing?.accessKeyID == "AKIDtencent")
    #expect(hunyuan.credentials.map { $0.secret.reveal { $0 } } == ["tencent-secret"])
    #expect(hunyuan.credentialStyle == .signature)
    #expect(hunyuan.dialects == [.hunyuan])
    #expect(hunyuan.embeddings(model: "hunyuan-embedding") == .hunyuan)
    let local = try #require(providers.first { $0.name == "local" })
    #expect(local.privateCA?.hasPrefix("-----BEGIN CERTIFICATE-----") == true)
    #expect(local.timeouts.headers == .seconds(20))
    #expect(providers.first { $0.name == "support" }?.pathStyle == .dify(.agent))
    #expect(
      providers.first { $0.name == "cloudflare" }?.endpoint.basePath
        == "/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/v1")
    #expect(providers.first { $0.name == "deepseek" }?.forwardHeaders == ["x-trace-tag"])
  }
}
