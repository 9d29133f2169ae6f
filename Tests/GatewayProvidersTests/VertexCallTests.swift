import GatewayCore
import GatewayProviders
import Testing

@Suite("Calls of Vertex AI")
struct VertexCallTests {
  private static let acme = Provider.PathStyle.vertex(project: "acme-models", location: "europe-west4")

  private func provider(_ style: Provider.PathStyle, base: String = "") -> Provider {
    Provider(
      name: "v", kind: "vertex",
      endpoint: Provider.Endpoint(isTLS: true, host: "h", port: 443, basePath: base), pathStyle: style,
      dialects: [.gemini, .anthropic, .openAIChat])
  }

  private func path(_ model: String, isStream: Bool = false, _ style: Provider.PathStyle = acme) -> String {
    let provider = provider(style)
    let dialect = provider.dialect(for: .openAIChat, model: model)
    return UpstreamCall.requestPath(
      provider: provider, operation: .converse(dialect, isStream: isStream), model: model)
  }

  private static let place = "/v1/projects/acme-models/locations/europe-west4"

  @Test(arguments: [
    ("gemini-2.5-pro", "/publishers/google/models/gemini-2.5-pro:generateContent"),
    ("google/gemini-2.5-pro", "/publishers/google/models/gemini-2.5-pro:generateContent"),
    ("publishers/google/models/gemini-2.5-pro", "/publishers/google/models/gemini-2.5-pro:generateContent"),
    ("claude-sonnet-4-5@20250929", "/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict"),
    ("anthropic/claude-opus-4-1", "/publishers/anthropic/models/claude-opus-4-1:rawPredict"),
    ("meta/llama-4-scout-17b-16e-instruct-maas", "/endpoints/openapi/chat/completions"),
  ])
  func thePublisherDecidesPathAndDialect(_ model: String, _ end: String) {
    #expect(path(model) == Self.place + end)
  }

  @Test func streamsHaveMethodsOfTheirOwn() {
    #expect(
      path("gemini-x", isStream: true) == Self.place
        + "/publishers/google/models/gemini-x:streamGenerateContent?alt=sse")
    #expect(
      path("claude-x", isStream: true) == Self.place + "/publishers/anthropic/models/claude-x:streamRawPredict")
  }

  @Test func anExpressKeySaysTheProject() {
    #expect(path("gemini-x", .vertexExpress) == "/v1/publishers/google/models/gemini-x:generateContent")
  }

  @Test func theURLMayHaveTheVersion() {
    let provider = provider(Self.acme, base: "/proxy/v1")
    let operation = UpstreamOperation.converse(.anthropic, isStream: false)
    #expect(
      UpstreamCall.requestPath(provider: provider, operation: operation, model: "claude-x")
        == "/proxy" + Self.place + "/publishers/anthropic/models/claude-x:rawPredict")
    #expect(UpstreamCall.namesModel(provider: provider, operation: operation))
  }

  @Test func tokensOfClaudeAreCountedByAModelOfItsOwn() {
    #expect(
      UpstreamCall.requestPath(provider: provider(Self.acme), operation: .countTokens(.anthropic), model: "claude-x")
        == Self.place + "/publishers/anthropic/models/count-tokens:rawPredict")
  }

  @Test func namesCannotStepOutOfThePath() {
    #expect(path("../../x") == Self.place + "/endpoints/openapi/chat/completions")
    #expect(path("google/..") == Self.place + "/publishers/google/models/%2E%2E:generateContent")
    #expect(path("google/a/b?c") == Self.place + "/publishers/google/models/a%2Fb%3Fc:generateContent")
  }

  @Test func aDialectOfTheConfigurationWins() {
    let provider = Provider(
      name: "v", kind: "vertex", endpoint: Provider.Endpoint(isTLS: true, host: "h", port: 443, basePath: ""),
      pathStyle: Self.acme, dialects: [.openAIChat])
    #expect(provider.dialect(for: .anthropic, model: "claude-x") == .openAIChat)
  }

  @Test(arguments: [
    ("global", "aiplatform.googleapis.com"), ("eu", "aiplatform.eu.rep.googleapis.com"),
    ("europe-west4", "europe-west4-aiplatform.googleapis.com"),
  ])
  func eachLocationHasItsHost(_ location: String, _ host: String) {
    #expect(UpstreamCall.vertexHost(location: location) == host)
  }
}
