package import GatewayCore
import GatewayDialects

/// What a call looks like at a provider: its path and its credential.
package enum UpstreamCall {
  /// The request target of a call, with the query that the provider needs.
  ///
  /// - Parameter model: the name at the provider, where the path has it.
  package static func requestPath(provider: Provider, operation: UpstreamOperation, model: String) -> String {
    switch operation {
    case .converse(let dialect, let isStream):
      switch dialect {
      case .openAIChat: openAIPath(provider, .chatCompletions, model)
      case .openAICompletions: openAIPath(provider, .completions, model)
      case .openAIResponses: openAIPath(provider, .responses, model)
      case .anthropic: anthropicPath(provider, model, isStream ? "streamRawPredict" : "rawPredict")
      case .gemini: geminiPath(provider, model, isStream ? "streamGenerateContent?alt=sse" : "generateContent")
      case .bedrockConverse:
        provider.endpoint.basePath + "/model/" + segment(model) + (isStream ? "/converse-stream" : "/converse")
      case .cohere: root(of: provider) + "/v2/chat"
      case .dashscope:
        dashScopeRoot(of: provider)
          + (DashScopeModel.isMultimodal(model)
            ? "/api/v1/services/aigc/multimodal-generation/generation"
            : "/api/v1/services/aigc/text-generation/generation")
      case .dify: difyPath(provider)
      case .coze: cozeRoot(of: provider) + "/v3/chat"
      // The action is named in the head.
      case .hunyuan: "/"
      case .minimax: root(of: provider) + "/v1/text/chatcompletion_v2"
      }
    case .countTokens(.gemini): geminiPath(provider, model, "countTokens")
    case .countTokens:
      // There the body keeps its `model`.
      provider.pathStyle.isVertex
        ? vertexPath(provider, VertexModel("anthropic/count-tokens"), "rawPredict")
        : root(of: provider) + "/v1/messages/count_tokens"
    case .embed(let dialect): embeddingsPath(provider, dialect, model)
    case .rerank(let dialect):
      switch dialect {
      case .cohere: root(of: provider) + "/v2/rerank"
      case .cohereV1: root(of: provider) + "/v1/rerank"
      case .jina, .voyage: openAIPath(provider, .rerank, model)
      case .dashscope: dashScopeRoot(of: provider) + "/api/v1/services/rerank/text-rerank/text-rerank"
      case .bedrock: provider.endpoint.basePath + "/model/" + segment(model) + "/invoke"
      case .textEmbeddingsInference: root(of: provider) + "/rerank"
      }
    case .call(let surface): openAIPath(provider, surface, model)
    case .object(_, let path): objectPath(provider, path)
    }
  }

  private static func objectPath(_ provider: Provider, _ path: String) -> String {
    let base = provider.endpoint.basePath
    guard case .azureDeployments(let version) = provider.pathStyle else { return (base.isEmpty ? "/v1" : base) + path }
    let query = (path.contains("?") ? "&" : "?") + "api-version=" + percentEncoded(version)
    return (base.isEmpty ? "/openai" : base) + path + query
  }

  private static func embeddingsPath(_ provider: Provider, _ dialect: EmbeddingsDialect, _ model: String) -> String {
    switch dialect {
    case .openAI: openAIPath(provider, .embeddings, model)
    case .cohere: root(of: provider) + "/v2/embed"
    case .gemini: geminiPath(provider, model, "embedContent")
    case .geminiBatch: geminiPath(provider, model, "batchEmbedContents")
    case .dashscope: dashScopeRoot(of: provider) + "/api/v1/services/embeddings/text-embedding/text-embedding"
    case .vertex: vertexPath(provider, VertexModel(model), "predict")
    case .bedrockTitan, .bedrockCohere: provider.endpoint.basePath + "/model/" + segment(model) + "/invoke"
    case .ollama: root(of: provider) + "/api/embed"
    case .hunyuan: "/"
    case .minimax: openAIPath(provider, .embeddings, model)
    }
  }

  /// Whether the path of a call differs from model to model.
  package static func namesModel(provider: Provider, operation: UpstreamOperation) -> Bool {
    switch operation {
    case .converse(.gemini, _), .converse(.bedrockConverse, _), .converse(.dashscope, _), .countTokens(.gemini),
      .embed(.gemini), .embed(.geminiBatch), .embed(.vertex), .embed(.bedrockTitan), .embed(.bedrockCohere),
      .rerank(.bedrock):
      true
    case .object: false
    case .converse(.anthropic, _): provider.pathStyle.isVertex
    case .converse, .countTokens, .embed, .rerank, .call:
      if case .azureDeployments = provider.pathStyle { true } else { false }
    }
  }

  /// The base path without a version at its end: it may be written as the provider's own SDK has it or as OpenAI's has it.
  static func root(of provider: Provider) -> String {
    let base = provider.endpoint.basePath
    for version in ["/compatible-mode/v1", "/v1", "/v2", "/v1beta"] where base.hasSuffix(version) {
      return String(base.dropLast(version.utf8.count))
    }
    return base
  }

  /// Its own SDK's base URL ends in `/api/v1`.
  private static func dashScopeRoot(of provider: Provider) -> String {
    let base = provider.endpoint.basePath
    return base.hasSuffix("/api/v1") ? String(base.dropLast("/api/v1".utf8.count)) : root(of: provider)
  }

  private static func difyPath(_ provider: Provider) -> String {
    let base = provider.endpoint.basePath.isEmpty ? "/v1" : provider.endpoint.basePath
    guard case .dify(let app) = provider.pathStyle else { return base + "/chat-messages" }
    switch app {
    case .chat, .agent: return base + "/chat-messages"
    case .completion: return base + "/completion-messages"
    case .workflow: return base + "/workflows/run"
    }
  }

  private static func cozeRoot(of provider: Provider) -> String {
    let base = provider.endpoint.basePath
    return base.hasSuffix("/v3") ? String(base.dropLast("/v3".utf8.count)) : root(of: provider)
  }

  private static func geminiPath(_ provider: Provider, _ model: String, _ method: String) -> String {
    if provider.pathStyle.isVertex { return vertexPath(provider, VertexModel(model), method) }
    let name = model.hasPrefix("models/") ? String(model.dropFirst(7)) : model
    return root(of: provider) + "/v1beta/models/" + segment(name) + ":" + method
  }

  private static func openAIPath(_ provider: Provider, _ surface: Surface, _ model: String) -> String {
    let base = provider.endpoint.basePath
    switch provider.pathStyle {
    case .builtInEcho: return surface.path
    case .openAI, .dify: return openAIPath(base: base, surface: surface, quirks: provider.quirks)
    case .vertex, .vertexExpress: return vertexPlace(provider) + "/endpoints/openapi" + surface.operation
    case .azureDeployments(let version):
      if base.hasSuffix("/openai/v1") { return base + surface.operation }
      let deployment = provider.deployments[model] ?? model
      return azureDeployment(base: base, model: deployment) + surface.operation + "?api-version="
        + percentEncoded(version)
    }
  }

  /// The path that lists the models of the provider's account; `nil` when there is none.
  package static func modelsPath(provider: Provider) -> String? {
    guard provider.pathStyle != .builtInEcho, provider.signing == nil else { return nil }
    switch ProviderCatalogue.preset(kind: provider.kind)?.modelList ?? .standard {
    case .none: return nil
    case .path(let path): return path
    case .standard:
      guard case .openAI = provider.pathStyle else { return nil }
      let chat = openAIPath(base: provider.endpoint.basePath, surface: .chatCompletions, quirks: provider.quirks)
      guard chat.hasSuffix(Surface.chatCompletions.operation) else { return nil }
      return chat.dropLast(Surface.chatCompletions.operation.utf8.count) + "/models"
    }
  }

  /// The header that presents `credential`; `nil` without one, and for one that cannot stand in a header (the
  /// configuration refuses those when it is loaded, see `credentialProblem`).
  package static func credentialHeader(
    provider: Provider, credential: Provider.Credential?
  ) -> (name: String, value: String)? {
    guard let credential, !credential.secret.isEmpty else { return nil }
    return credential.secret.reveal { key in
      guard HeaderText.isValidValue(key) else { return nil }
      switch provider.credentialStyle {
      case .bearer: return ("authorization", "Bearer " + key)
      case .signature: return nil
      case .header(let name): return HeaderText.isValidName(name) ? (name, key) : nil
      }
    }
  }

  /// Headers without which the provider would not do what is asked.
  package static func fields(of operation: UpstreamOperation) -> [(name: String, value: String)] {
    if case .converse(.dashscope, isStream: true) = operation { return [("x-dashscope-sse", "enable")] }
    return []
  }

  /// Why a provider's key cannot be sent, without quoting it; `nil` when it can.
  package static func credentialProblem(_ secret: Secret) -> String? {
    secret.reveal { key in
      if key.isEmpty { return "the key is empty" }
      return HeaderText.isValidValue(key)
        ? nil : "the key has a line break, a blank at an end or another character that cannot stand in a header"
    }
  }

  /// `base` may end in `/v1` or not: an empty one gets it, and a path of the provider's own is joined without it.
  static func openAIPath(base: String, surface: Surface, quirks: Provider.Quirks) -> String {
    if let path = quirks.paths[surface] {
      return base.hasSuffix("/v1") ? base.dropLast(3) + path : base + path
    }
    return base.isEmpty ? surface.path : base + surface.operation
  }

  /// `base` is the resource, its `/openai`, or already a deployment of it.
  private static func azureDeployment(base: String, model: String) -> String {
    if base.contains("/deployments/") { return base }
    return (base.isEmpty ? "/openai" : base) + "/deployments/" + segment(model)
  }

  /// A name as one segment of a path.
  static func segment(_ name: String) -> String {
    // RFC 3986 §5.2.4: a segment of dots alone would be taken for a step up.
    let isDots = name.utf8.allSatisfy { $0 == UInt8(ascii: ".") }
    return isDots ? String(repeating: "%2E", count: name.utf8.count) : percentEncoded(name)
  }

  /// RFC 3986 §2.3: all but unreserved characters are written as `%XX`.
  package static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Surface {
  /// The operation below a provider's base path.
  var operation: String {
    switch self {
    case .messages, .countTokens, .generateContent, .countContentTokens, .embedContent, .batchEmbedContents, .converse,
      .cohereChat, .cohereEmbed, .cohereRerank, .dashScopeGeneration:
      path
    default: String(path.dropFirst("/v1".utf8.count))
    }
  }
}
