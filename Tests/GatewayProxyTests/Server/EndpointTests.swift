import GatewayCore
import Testing

@testable import GatewayProxy

@Suite struct EndpointTests {
  private func match(_ method: GatewayProxy.Method, _ path: String) -> Endpoint {
    Array(path.utf8).withUnsafeBytes { Endpoint.match(method: method, path: $0) }
  }

  @Test func findsTheSurfaces() {
    #expect(match(.post, "/v1/chat/completions") == .call(ModelPath(.chatCompletions)))
    #expect(match(.post, "/v1/completions") == .call(ModelPath(.completions)))
    #expect(match(.post, "/v1/embeddings") == .call(ModelPath(.embeddings)))
    #expect(match(.get, "/v1/models") == .modelList)
    #expect(match(.head, "/v1/models") == .modelList)
  }

  @Test(arguments: [
    ("/v1/models/gpt-4o", "gpt-4o"), ("/v1/models/sluice/echo", "sluice/echo"),
    ("/v1/models/sluice%2Fecho", "sluice/echo"),
    ("/v1/models/%E4%B8%96", "世"),
  ])
  func decodesTheNameOfAModel(_ path: String, _ name: String) { #expect(match(.get, path) == .model(name)) }

  @Test(arguments: [
    "/", "", "/v1", "/v1/", "/v1/chat", "/v1/chat/completions/", "/V1/chat/completions", "/v1/models/", "/v1/modelsx",
    "/v1/models/%", "/v1/models/%zz", "/v1/models/%ff", "/v1/chat%2Fcompletions", "*",
  ])
  func knowsNothingElse(_ path: String) { #expect(match(.get, path) == .unknown) }

  @Test func namesTheMethodsOfAPath() {
    #expect(match(.get, "/v1/chat/completions") == .wrongMethod(allow: "POST, OPTIONS"))
    #expect(match(.delete, "/v1/models/x") == .wrongMethod(allow: "GET, HEAD, OPTIONS"))
    #expect(match(.options, "/v1/embeddings") == .options(allow: "POST, OPTIONS"))
  }
}
