import GatewayCore
import GatewayProviders
import Testing

struct ProviderCatalogueTests {
  static let kinds = """
    openai azure-openai anthropic gemini vertex bedrock cohere deepseek dashscope ark siliconflow zhipu moonshot hunyuan
    qianfan minimax stepfun baichuan yi spark mistral groq together fireworks openrouter xai perplexity cerebras nvidia
    github-models cloudflare ollama vllm sglang tgi lm-studio llama-cpp pai-eas ai360 dify coze openai-compatible echo
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  @Test func hasEveryKindOfTheConfigurationOnce() {
    #expect(ProviderCatalogue.presets.map(\.kind).sorted() == Self.kinds.sorted())
  }

  @Test(arguments: ProviderCatalogue.presets.map(\.kind))
  func everyRowIsWellFormed(kind: String) throws {
    let preset = try #require(ProviderCatalogue.preset(kind: kind))
    #expect(!preset.displayName.isEmpty)
    #expect(preset.documentation.hasPrefix("https://") || kind == "echo")
    if let url = preset.defaultURL {
      let endpoint = try UpstreamURL.parse(url)
      #expect(endpoint.isTLS || endpoint.host == "127.0.0.1")
    }
    _ = try UpstreamURL.parse(preset.exampleURL)
    if case .header(let name) = preset.credentialStyle { #expect(HeaderText.isValidName(name)) }
    for variable in preset.environmentVariables + [preset.urlEnvironmentVariable].compactMap(\.self) {
      #expect(variable.utf8.allSatisfy { 0x41...0x5A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "_") })
    }
    #expect(!preset.quirks.missing.contains(.chatCompletions))
    #expect(preset.quirks.paths.values.allSatisfy { $0.hasPrefix("/") })
    #expect(Set(preset.models.map(\.name)).count == preset.models.count)
  }

  @Test func noVariableIsTheKeyOfTwoKinds() {
    let names = ProviderCatalogue.presets.flatMap(\.environmentVariables)
    #expect(Set(names).count == names.count)
  }

  @Test func noDefaultURLIsTheGatewaysOwn() {
    #expect(!ProviderCatalogue.presets.contains { $0.defaultURL?.contains(":8080") ?? false })
  }

  @Test func aKeyInTheEnvironmentIsEnoughForHostedKinds() {
    let found = Set(ProviderCatalogue.presets.filter(\.isFoundByKey).map(\.kind))
    #expect(found.isSuperset(of: ["openai", "deepseek", "dashscope", "ark", "moonshot", "openrouter"]))
    #expect(found.isDisjoint(with: ["azure-openai", "bedrock", "cloudflare", "github-models", "ollama", "echo"]))
  }

  @Test(arguments: [
    ("openai", "text-embedding-3-small", ModelType.embedding), ("openai", "gpt-4o", .chat),
    ("openai", "gpt-4o-mini-transcribe", .transcription), ("openai", "gpt-image-2", .image),
    ("siliconflow", "BAAI/bge-reranker-large", .rerank), ("siliconflow", "BAAI/bge-large-zh-v1.5", .embedding),
    ("ollama", "nomic-embed-text:latest", .embedding), ("dashscope", "qwen3-asr-flash", .transcription),
    ("dashscope", "qwen3-tts-flash", .speech), ("groq", "whisper-large-v3", .transcription),
    ("openai", "omni-moderation-latest", .moderation), ("cohere", "rerank-v3.5", .rerank),
  ])
  func knowsTheTypeOfAModel(kind: String, model: String, type: ModelType) {
    #expect(ProviderCatalogue.preset(kind: kind)?.type(ofModel: model) == type)
  }

  @Test func saysNothingOfANameThatSaysNothing() {
    #expect(ProviderCatalogue.preset(kind: "vllm")?.type(ofModel: "my-finetune") == nil)
  }

  @Test func asksForAURLWhereThereIsNone() throws {
    let preset = try #require(ProviderCatalogue.preset(kind: "cloudflare"))
    #expect(throws: UpstreamURL.Problem.self) { try preset.endpoint(url: nil) }
  }
}
