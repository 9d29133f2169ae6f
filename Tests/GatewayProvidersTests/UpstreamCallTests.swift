import GatewayCore
import GatewayProviders
import Testing

struct UpstreamCallTests {
  private func path(
    _ kind: String, _ url: String? = nil, surface: Surface = .chatCompletions, isStream: Bool = false,
    model: String = "m",
    apiVersion: String? = nil
  ) throws -> String {
    let provider = try makeProvider(kind, url: url, apiVersion: apiVersion)
    let operation = surface.dialect.map { UpstreamOperation.converse($0, isStream: isStream) } ?? .embed(.openAI)
    return UpstreamCall.requestPath(provider: provider, operation: operation, model: model)
  }

  @Test(arguments: [
    ("openai", "/v1/chat/completions"), ("groq", "/openai/v1/chat/completions"),
    ("dashscope", "/compatible-mode/v1/chat/completions"), ("ark", "/api/v3/chat/completions"),
    ("zhipu", "/api/paas/v4/chat/completions"), ("qianfan", "/v2/chat/completions"),
    ("deepseek", "/v1/chat/completions"), ("perplexity", "/chat/completions"),
    ("fireworks", "/inference/v1/chat/completions"), ("openrouter", "/api/v1/chat/completions"),
    ("github-models", "/inference/chat/completions"),
    ("ollama", "/v1/chat/completions"), ("spark", "/v1/chat/completions"), ("echo", "/v1/chat/completions"),
  ])
  func joinsThePresetsPath(kind: String, expected: String) throws {
    #expect(try path(kind) == expected)
  }

  @Test(arguments: [
    ("https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus", "text"),
    ("https://dashscope-intl.aliyuncs.com/api/v1", "qwen-plus", "text"),
    ("https://dashscope.aliyuncs.com", "qwen-vl-max", "multimodal"),
  ])
  func dashScopesOwnPathDependsOnTheModel(url: String, model: String, task: String) throws {
    #expect(
      try path("dashscope", url, surface: .dashScopeGeneration, model: model)
        == "/api/v1/services/aigc/\(task)-generation/generation")
  }

  @Test(arguments: ["https://api.minimaxi.com/v1", "https://api.minimax.io"])
  func miniMaxsOwnFormatHasAPathOfItsOwn(url: String) throws {
    let provider = try makeProvider("minimax", url: url)
    for isStream in [false, true] {
      let operation = UpstreamOperation.converse(.minimax, isStream: isStream)
      #expect(
        UpstreamCall.requestPath(provider: provider, operation: operation, model: "m") == "/v1/text/chatcompletion_v2")
    }
    #expect(UpstreamCall.requestPath(provider: provider, operation: .embed(.minimax), model: "m") == "/v1/embeddings")
  }

  @Test func hunyuansSignedAPIHasOnePathAndNoKeyInTheHead() throws {
    let preset = ProviderCatalogue.signed(try #require(ProviderCatalogue.preset(kind: "hunyuan")))
    let provider = Provider(
      name: "h", kind: "hunyuan", endpoint: try preset.endpoint(url: nil), credentialStyle: preset.credentialStyle,
      signing: Provider.Signing(method: .tencentCloud(region: nil), accessKeyID: "id"), dialects: preset.dialects)
    for operation in [UpstreamOperation.converse(.hunyuan, isStream: true), .embed(.hunyuan)] {
      #expect(UpstreamCall.requestPath(provider: provider, operation: operation, model: "m") == "/")
      #expect(!UpstreamCall.namesModel(provider: provider, operation: operation))
    }
    let credential = Provider.Credential(secret: Secret("s"), label: "h#1", health: AlwaysWell())
    #expect(UpstreamCall.credentialHeader(provider: provider, credential: credential) == nil)
    #expect(UpstreamCall.modelsPath(provider: provider) == nil)
  }

  @Test func dashScopeIsAskedForAStreamInTheHead() {
    let fields = UpstreamCall.fields(of: .converse(.dashscope, isStream: true))
    #expect(fields.map(\.name) == ["x-dashscope-sse"])
    #expect(UpstreamCall.fields(of: .converse(.dashscope, isStream: false)).isEmpty)
    #expect(UpstreamCall.fields(of: .converse(.openAIChat, isStream: true)).isEmpty)
  }

  @Test(arguments: [
    (DifyApp.chat, "/v1/chat-messages"), (.agent, "/v1/chat-messages"), (.completion, "/v1/completion-messages"),
    (.workflow, "/v1/workflows/run"),
  ])
  func aDifyAppHasThePathOfItsKind(app: DifyApp, expected: String) throws {
    let preset = try #require(ProviderCatalogue.preset(kind: "dify"))
    for url in ["https://api.dify.ai/v1", "https://dify.example"] {
      let endpoint = try preset.endpoint(url: url)
      let provider = Provider(
        name: "d", kind: "dify", endpoint: endpoint,
        pathStyle: preset.pathStyle(at: endpoint, apiVersion: nil, app: app))
      let operation = UpstreamOperation.converse(.dify, isStream: false)
      #expect(UpstreamCall.requestPath(provider: provider, operation: operation, model: "m") == expected)
    }
  }

  @Test func cozeHasOnePath() throws {
    let provider = try makeProvider("coze")
    #expect(
      UpstreamCall.requestPath(provider: provider, operation: .converse(.coze, isStream: true), model: "7379")
        == "/v3/chat")
  }

  @Test(arguments: ["http://h:8000", "http://h:8000/", "http://h:8000/v1", "http://h:8000/v1/"])
  func aURLMayEndWithOrWithoutVersion(url: String) throws {
    #expect(try path("openai-compatible", url) == "/v1/chat/completions")
    #expect(try path("vllm", url, surface: .embeddings) == "/v1/embeddings")
    #expect(try path("openai", url, surface: .completions) == "/v1/completions")
  }

  @Test func aPrefixOfASelfHostedServerNeedsNoVersion() throws {
    #expect(try path("vllm", "https://gpu.example/qwen") == "/qwen/v1/chat/completions")
    #expect(try path("vllm", "https://gpu.example/qwen/v1") == "/qwen/v1/chat/completions")
    #expect(
      try path("pai-eas", "https://1.cn-hangzhou.pai-eas.aliyuncs.com/api/predict/llm")
        == "/api/predict/llm/v1/chat/completions")
  }

  @Test func anotherPathIsUsedAsItIsWritten() throws {
    #expect(try path("openai-compatible", "https://h/api/paas/v4") == "/api/paas/v4/chat/completions")
  }

  @Test(arguments: ["https://api.deepseek.com", "https://api.deepseek.com/v1"])
  func aPathOfTheProvidersOwnReplacesTheVersion(url: String) throws {
    #expect(try path("deepseek", url, surface: .completions) == "/beta/completions")
  }

  @Test(arguments: ["https://n.openai.azure.com", "https://n.openai.azure.com/openai/"])
  func azureHasTheDeploymentInThePath(url: String) throws {
    #expect(
      try path("azure-openai", url, model: "gpt 4o/ü?") == "/openai/deployments/gpt%204o%2F%C3%BC%3F/chat/completions"
        + "?api-version=\(ProviderPreset.azureAPIVersion)")
  }

  @Test func azureTakesTheDeploymentOfAModel() throws {
    let provider = Provider(
      name: "a", kind: "azure-openai", endpoint: try UpstreamURL.parse("https://n.openai.azure.com"),
      pathStyle: .azureDeployments(apiVersion: "v"), deployments: ["gpt-4o": "prod"])
    let operation = UpstreamOperation.converse(.openAIChat, isStream: false)
    func path(_ model: String) -> String {
      UpstreamCall.requestPath(provider: provider, operation: operation, model: model)
    }
    #expect(path("gpt-4o") == "/openai/deployments/prod/chat/completions?api-version=v")
    #expect(path("o3") == "/openai/deployments/o3/chat/completions?api-version=v")
  }

  @Test func azureTakesTheConfiguredVersion() throws {
    #expect(
      try path("azure-openai", "https://n.openai.azure.com", surface: .embeddings, apiVersion: "2025-01-01&x=\r\n")
        == "/openai/deployments/m/embeddings?api-version=2025-01-01%26x%3D%0D%0A")
  }

  @Test func azureKeepsADeploymentThatTheURLNames() throws {
    #expect(
      try path("azure-openai", "https://n.openai.azure.com/openai/deployments/d", apiVersion: "v")
        == "/openai/deployments/d/chat/completions?api-version=v")
  }

  @Test func azuresNewAPIIsCalledAsOpenAIIs() throws {
    let url = "https://n.openai.azure.com/openai/v1/"
    #expect(try path("azure-openai", url, apiVersion: "v") == "/openai/v1/chat/completions")
  }

  @Test(
    arguments: [
      ("openai", nil, "/v1/models"), ("groq", nil, "/openai/v1/models"), ("zhipu", nil, "/api/paas/v4/models"),
      ("ollama", nil, "/v1/models"), ("vllm", "http://h/qwen", "/qwen/v1/models"), ("deepseek", nil, "/v1/models"),
      ("github-models", nil, "/catalog/models"), ("perplexity", nil, nil), ("echo", nil, nil),
      ("azure-openai", "https://n.openai.azure.com", nil),
      ("azure-openai", "https://n.openai.azure.com/openai/v1", nil),
    ] as [(String, String?, String?)])
  func knowsWhereModelsAreListed(kind: String, url: String?, expected: String?) throws {
    #expect(UpstreamCall.modelsPath(provider: try makeProvider(kind, url: url)) == expected)
  }

  @Test(arguments: [
    ("openai", "authorization", "Bearer sk-1"), ("azure-openai", "api-key", "sk-1"), ("ai360", "authorization", "sk-1"),
    ("pai-eas", "authorization", "sk-1"),
  ])
  func presentsAKeyAsTheProviderWantsIt(kind: String, name: String, value: String) throws {
    let provider = try makeProvider(kind, url: "https://n.example/openai", keys: ["sk-1"])
    let header = UpstreamCall.credentialHeader(provider: provider, credential: provider.credentials.first)
    #expect(header?.name == name)
    #expect(header?.value == value)
  }

  @Test func sendsNoHeaderWithoutAKey() throws {
    let provider = try makeProvider("vllm")
    #expect(UpstreamCall.credentialHeader(provider: provider, credential: nil) == nil)
  }

  @Test(arguments: ["a\r\nx: y", "a\nb", "a\u{0}", "schlüssel", " a", "a\t", ""])
  func neverWritesAKeyThatWouldEndTheHeader(key: String) throws {
    let provider = try makeProvider("openai", keys: [key])
    #expect(UpstreamCall.credentialHeader(provider: provider, credential: provider.credentials.first) == nil)
    #expect(UpstreamCall.credentialProblem(Secret(key)) != nil)
  }

  @Test func neverQuotesAKeyThatItRefuses() throws {
    let problem = try #require(UpstreamCall.credentialProblem(Secret("sk-secret\n")))
    #expect(!problem.contains("sk-secret"))
  }

  @Test func hasNoProblemWithAnOrdinaryKey() {
    #expect(UpstreamCall.credentialProblem(Secret("bce-v3/ALTAK-x/1f:2_3=")) == nil)
  }
}
