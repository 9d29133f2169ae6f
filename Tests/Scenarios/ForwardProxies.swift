import GatewayTesting
import Testing

/// Providers that are reached through an HTTP proxy.
@Suite struct ForwardProxies {
  /// A proxy and the provider behind it in one: what follows the CONNECT on a connection is the provider's.
  private func proxy(_ scenario: Scenario, connect: Script.Step) async throws -> ScriptedUpstream {
    try await scenario.upstream { $0.method == "CONNECT" ? [connect] : [.chat("through the tunnel")] }
  }

  @Test func aTunnelIsOpenedAndKept() async throws {
    try await scenario { scenario in
      let proxy = try await proxy(scenario, connect: .text("HTTP/1.1 200 Connection established\r\n\r\n"))
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: ["http://provider.test:8000/v1"], provider: "proxy: \"http://user:secret-word@127.0.0.1:\(proxy.port)\""))
      for _ in 0..<3 { #expect(try await gateway.chat().content() == "through the tunnel") }
      let connect = try await proxy.request(0)
      #expect(connect.method == "CONNECT")
      #expect(connect.target == "provider.test:8000")
      #expect(connect.headers["host"] == "provider.test:8000")
      #expect(connect.headers["proxy-authorization"] == "Basic dXNlcjpzZWNyZXQtd29yZA==")
      let call = try await proxy.request(1)
      #expect(call.target == "/v1/chat/completions")
      #expect(call.headers["host"] == "provider.test:8000")
      #expect(call.headers["proxy-authorization"] == nil)
      #expect(proxy.connectionCount == 1)
      let said = gateway.child.output + gateway.programLog + (try await gateway.admin("GET", "/config").text)
      #expect(!said.contains("secret-word"))
    }
  }

  @Test(arguments: ["HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "HTTP/1.1 503 No\r\n\r\n"])
  func aProxyThatRefusesFailsOver(_ refusal: String) async throws {
    try await scenario { scenario in
      let proxy = try await proxy(scenario, connect: .text(refusal))
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: "http://provider.test/v1", proxy: "http://127.0.0.1:\(proxy.port)" }
          b: { kind: openai-compatible, url: \(backup.url) }
        models:
          m: { targets: [a/up, b/up], retry: { attempts: 0 } }
        """)
      #expect(try await gateway.chat().content() == "backup")
      #expect(try await gateway.logged()["attempts"]?[0]?["failure"]?.string == "connect")
      #expect(proxy.requests.allSatisfy { $0.method == "CONNECT" })
    }
  }

  @Test func aProxyThatNeverAnswersRunsIntoTheConnectTimer() async throws {
    try await scenario { scenario in
      let proxy = try await proxy(scenario, connect: .hang)
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: ["http://provider.test/v1"],
          provider: "proxy: \"http://127.0.0.1:\(proxy.port)\", timeouts: { connect: 250ms }"))
      #expect([502, 504].contains(try await gateway.chat().status))
      try await eventually("the tunnel is given up") { proxy.openConnectionCount == 0 }
    }
  }
}
