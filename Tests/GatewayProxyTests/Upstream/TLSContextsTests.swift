import GatewayCore
import Testing

@testable import GatewayProxy

@Suite struct TLSContextsTests {
  /// A certificate of nobody; PEM allows text around it, so that two authorities may share it here.
  private static func authority(_ name: String) -> String {
    """
    \(name)
    -----BEGIN CERTIFICATE-----
    MIIBfjCCASWgAwIBAgIUIAhgO5tinwNiIf6xDLZDUvY2OpQwCgYIKoZIzj0EAwIw
    FDESMBAGA1UEAwwJYXV0aG9yaXR5MCAXDTI2MTEyMTA1NDExMloYDzIxMjYxMDI4
    MDU0MTEyWjAUMRIwEAYDVQQDDAlhdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjO
    PQMBBwNCAARtoxTaWYffpVzh2h+KxhIuSNFqHS8V0kWBL5Jw96Ic+0lzi2AyJita
    pbKoBqXpBUAc0GUtptC8ula7HpAkyZmko1MwUTAdBgNVHQ4EFgQUtlEdVC8Xbd7P
    brtrRgcmczsXJ3AwHwYDVR0jBBgwFoAUtlEdVC8Xbd7PbrtrRgcmczsXJ3AwDwYD
    VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiA0uJvyyAAXpZxgS0PbOmWW
    Ryt+b9kKYMqW1sWZkgsuuAIgYk+fd9hPeUNMQc0XjUc/JO7ux2egu1YmUm8Xjbch
    CpU=
    -----END CERTIFICATE-----
    """
  }

  private func snapshot(naming privateCAs: String?...) -> GatewaySnapshot {
    let providers = privateCAs.map { privateCA in
      Provider(
        name: "p", kind: "openai-compatible", endpoint: .init(isTLS: true, host: "h", port: 443, basePath: "/v1"),
        privateCA: privateCA)
    }
    return GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: providers, models: ModelTable(routes: []), consumers: [],
      keys: [:], isOpen: true)
  }

  @Test func aContextIsMadeOnce() throws {
    let contexts = TLSContexts()
    for privateCA in [nil, Self.authority("a")] {
      let made = try contexts.context(privateCA: privateCA)
      #expect(try contexts.context(privateCA: privateCA) === made)
    }
  }

  @Test func theContextOfAnAuthorityThatNoProviderNamesIsDropped() throws {
    let contexts = TLSContexts()
    let (first, second) = (Self.authority("first"), Self.authority("second"))
    let roots = try contexts.context(privateCA: nil)
    let kept = try contexts.context(privateCA: first)
    weak let dropped = try contexts.context(privateCA: second)
    #expect(dropped != nil)
    contexts.adopt(snapshot(naming: first))
    #expect(dropped == nil)
    #expect(try contexts.context(privateCA: first) === kept)
    #expect(try contexts.context(privateCA: nil) === roots)
  }

  @Test func whatIsNoCertificateIsAnError() {
    #expect(throws: (any Error).self) { try TLSContexts().context(privateCA: "nonsense") }
  }
}
