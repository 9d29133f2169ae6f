import GatewayTesting
import Testing

/// Providers that are reached through an HTTP proxy. Tunnels that carry a call over TLS are tested with the SDK.
@Suite struct ForwardProxies {
  @Test func aPlainCallIsAskedOfTheProxy() async throws {
    try await scenario { scenario in
      let proxy = try await scenario.upstream([.chat("through the proxy")])
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: ["http://provider.test:8000/v1"], provider: "proxy: \"http://user:secret-word@127.0.0.1:\(proxy.port)\""))
      #expect(try await gateway.chat().content() == "through the proxy")
      let request = try await proxy.request()
      #expect(request.target == "http://provider.test:8000/v1/chat/completions")
      #expect(request.headers["host"] == "provider.test:8000")
      #expect(request.headers["proxy-authorization"] == "Basic dXNlcjpzZWNyZXQtd29yZA==")
      let said = gateway.child.output + gateway.programLog + (try await gateway.admin("GET", "/config").text)
      #expect(!said.contains("secret-word"))
    }
  }

  private static let refusals: [Script.Step] = [
    .text("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"),
    .text("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n"), .close, .reset, .text("what?\r\n\r\n"),
  ]

  @Test(arguments: refusals.indices)
  func aTunnelThatIsRefusedFailsOver(_ index: Int) async throws {
    try await scenario { scenario in
      let refusal = Script([Self.refusals[index]])
      let proxy = try await scenario.upstream(refusal)
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: "https://provider.test/v1", proxy: "http://127.0.0.1:\(proxy.port)" }
          b: { kind: openai-compatible, url: \(backup.url) }
        models:
          m: { targets: [a/up, b/up], retry: { attempts: 0 } }
        """)
      #expect(try await gateway.chat().content() == "backup")
      #expect(try await gateway.logged()["attempts"]?[0]?["failure"]?.string == "connect")
      let request = try await proxy.request()
      #expect(request.method == "CONNECT")
      #expect(request.target == "provider.test:443")
      #expect(request.headers["host"] == "provider.test:443")
    }
  }

  @Test func aProxyThatNeverAnswersRunsIntoTheConnectTimer() async throws {
    try await scenario { scenario in
      let proxy = try await scenario.upstream([.hang])
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: ["https://provider.test/v1"],
          provider: "proxy: \"http://127.0.0.1:\(proxy.port)\", timeouts: { connect: 250ms }"))
      let answer = try await gateway.chat()
      #expect(answer.status == 502 || answer.status == 504)
      try await eventually("the tunnel is given up") { proxy.openConnectionCount == 0 }
    }
  }
}
