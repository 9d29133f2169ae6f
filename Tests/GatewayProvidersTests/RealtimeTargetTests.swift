import GatewayCore
import GatewayProviders
import Testing

struct RealtimeTargetTests {
  private func target(_ kind: String, _ url: String? = nil, model: String = "m") throws -> String? {
    UpstreamCall.realtimeTarget(
      provider: try makeProvider(kind, url: url), model: model, further: [("intent", "a b")])
  }

  @Test(arguments: [
    ("openai", nil, "/v1/realtime?model=m&intent=a%20b"), ("vllm", "http://h/x", "/x/v1/realtime?model=m&intent=a%20b"),
    ("openai-compatible", "http://h:1", "/v1/realtime?model=m&intent=a%20b"),
    ("openai-compatible", "http://h/api/v3", "/api/v3/realtime?model=m&intent=a%20b"),
  ])
  func theModelIsInTheQuery(_ kind: String, _ url: String?, _ expected: String) throws {
    #expect(try target(kind, url) == expected)
  }

  @Test(arguments: ["https://n.openai.azure.com", "https://n.openai.azure.com/openai/deployments/gpt"])
  func azureHasVersionAndDeploymentInTheQuery(_ url: String) throws {
    #expect(
      try target("azure-openai", url, model: "a&b")
        == "/openai/realtime?api-version=\(ProviderPreset.azureAPIVersion)&deployment=a%26b&intent=a%20b")
  }

  @Test func aDeploymentMayHaveAnotherNameThanItsModel() throws {
    let made = try makeProvider("azure-openai", url: "https://n.openai.azure.com")
    let provider = Provider(
      name: "a", kind: made.kind, endpoint: made.endpoint, pathStyle: .azureDeployments(apiVersion: "v"),
      deployments: ["gpt-realtime": "prod"])
    let targets = ["gpt-realtime", "other"].map { UpstreamCall.realtimeTarget(provider: provider, model: $0) }
    #expect(
      targets == [
        "/openai/realtime?api-version=v&deployment=prod", "/openai/realtime?api-version=v&deployment=other",
      ])
  }

  @Test func azuresNewAPITakesTheModel() throws {
    #expect(
      try target("azure-openai", "https://n.openai.azure.com/openai/v1") == "/openai/v1/realtime?model=m&intent=a%20b")
  }

  @Test func theBuiltInEchoHasNone() throws {
    #expect(try target("echo") == nil)
  }
}
