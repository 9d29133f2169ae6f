import GatewayConfiguration
import GatewayCore
import Testing

/// Providers whose credential is an access token.
struct TokenGrantTests {
  private func provider(_ fields: String) throws -> Provider {
    let result = Loading.load("providers: { p: { \(fields) } }\nmodels: { m: { targets: [p/x] } }")
    return try #require(result.snapshot?.providers.first, "\(result.problems)")
  }

  @Test func aServiceAccountBringsProjectHostAndIssuer() throws {
    let provider = try provider("kind: vertex, serviceAccount: file:sa.json")
    #expect(provider.pathStyle == .vertex(project: "acme-models", location: "global"))
    #expect(provider.endpoint.host == "aiplatform.googleapis.com")
    #expect(provider.tokenGrant?.endpoint.host == "oauth2.googleapis.com")
    #expect(provider.tokenGrant?.endpoint.basePath == "/token")
    #expect(provider.credentials.isEmpty)
  }

  @Test func aLocationMakesTheHost() throws {
    let provider = try provider("kind: vertex, serviceAccount: file:sa.json, project: p2, location: europe-west4")
    #expect(provider.pathStyle == .vertex(project: "p2", location: "europe-west4"))
    #expect(provider.endpoint.host == "europe-west4-aiplatform.googleapis.com")
  }

  @Test func anExpressKeyNeedsNoProject() throws {
    let provider = try provider("kind: vertex, keys: [env:OPENAI_API_KEY]")
    #expect(provider.pathStyle == .vertexExpress)
    #expect(provider.credentialStyle == .header("x-goog-api-key"))
    #expect(provider.tokenGrant == nil)
  }

  @Test func anApplicationOfEntraAsksItsTenant() throws {
    let provider = try provider(
      "kind: azure-openai, url: https://h, deployments: { gpt-4o: prod }, "
        + "entra: { tenant: acme.example, clientID: app, clientSecret: env:AZURE_CLIENT_SECRET }")
    #expect(provider.tokenGrant?.endpoint.basePath == "/acme.example/oauth2/v2.0/token")
    #expect(provider.tokenGrant?.scope == "https://cognitiveservices.azure.com/.default")
    #expect(provider.deployments == ["gpt-4o": "prod"])
  }

  @Test func grantsShareATokenOnlyWhenTheyAreTheSame() throws {
    func identity(_ fields: String) throws -> KeyDigest? {
      try provider("kind: vertex, serviceAccount: file:sa.json\(fields)").tokenGrant?.identity
    }
    let first = try identity("")
    #expect(try identity(", project: other, location: europe-west4") == first)
    #expect(try identity(", tokenURL: https://h/token") != first)
    #expect(try identity(", proxy: http://proxy:3128") != first)
  }
}
