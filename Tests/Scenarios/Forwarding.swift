import GatewayTesting
import Testing

@Suite struct Forwarding {
  @Test func onlyHeadersThatAProviderNeedsAreForwarded() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      _ = try await gateway.chat(headers: [
        "accept": "application/json", "openai-organization": "org-1", "idempotency-key": "once",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "cookie": "session=secret",
        "user-agent": "client/1", "x-forwarded-for": "10.1.1.1", "x-custom": "1", "authorization": "Bearer of-client",
        "x-api-key-2": "k", "referer": "http://intern/", "te": "trailers", "origin": "http://app",
      ])
      let headers = try await upstream.request().headers
      #expect(headers["accept"] == "application/json")
      #expect(headers["openai-organization"] == "org-1")
      #expect(headers["idempotency-key"] == "once")
      // Without traces of the gateway's own the caller's goes on as it came.
      #expect(headers["traceparent"] == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
      for name in [
        "cookie", "x-forwarded-for", "x-custom", "authorization", "x-api-key-2", "referer", "te", "origin",
        "x-request-id",
      ] {
        #expect(headers[name] == nil, "\(name) reached the provider")
      }
      #expect(headers["user-agent"]?.contains("client/1") != true)
    }
  }

  @Test func aProviderMayAskForFurtherHeaders() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, provider: "forwardHeaders: [X-Tenant]")
      _ = try await gateway.chat(headers: ["x-tenant": "blue", "x-other": "red"])
      let headers = try await upstream.request().headers
      #expect(headers["x-tenant"] == "blue")
      #expect(headers["x-other"] == nil)
    }
  }

  @Test func headersThatConnectionNamesStayWithTheClient() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      _ = try await gateway.chat(headers: [
        "connection": "keep-alive, idempotency-key", "idempotency-key": "once", "keep-alive": "timeout=5",
        "proxy-authorization": "Basic eDp5",
      ])
      let headers = try await upstream.request().headers
      #expect(headers["idempotency-key"] == nil)
      #expect(headers["keep-alive"] == nil)
      #expect(headers["proxy-authorization"] == nil)
    }
  }

  @Test(arguments: ["x-a", "X-A", "keep-alive,\tx-a , other", "close, x-a"])
  func aHeaderThatConnectionNamesIsNotForwardedEvenIfTheProviderAsksForIt(_ connection: String) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, provider: "forwardHeaders: [x-a, x-b]")
      let client = try await gateway.connect()
      client.post(
        "/v1/chat/completions", ChatBody.plain(), headers: ["x-a": "1", "connection": connection, "x-b": "2"])
      #expect(try await client.answer().status == 200)
      let headers = try await upstream.request().headers
      #expect(headers["x-a"] == nil)
      #expect(headers["x-b"] == "2")
      if connection.hasPrefix("close") { #expect(try await client.bytesUntilClosed() == []) }
    }
  }

  @Test func aConnectionThatIsToCloseTakesNoHeaderWithIt() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, provider: "forwardHeaders: [x-a]")
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain(), headers: ["connection": "close", "x-a": "1"])
      let answer = try await client.answer()
      #expect(answer.status == 200)
      #expect(answer.headers["connection"]?.lowercased() == "close")
      #expect(try await client.bytesUntilClosed() == [])
      #expect(try await upstream.request().headers["x-a"] == "1")
    }
  }

  @Test func theProvidersKeyIsSentAsItsKindWantsIt() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        """
        providers:
          plain: { kind: openai-compatible, url: \(upstream.url), keys: [env:UP_KEY] }
          azure: { kind: azure-openai, url: "http://127.0.0.1:\(upstream.port)/openai", keys: [env:UP_KEY] }
        models:
          plain: { targets: [plain/up] }
          azure: { targets: [azure/dep] }
        """, environment: ["UP_KEY": "sk-up-1"])
      #expect(try await gateway.chat(ChatBody.plain(model: "plain")).status == 200)
      #expect(try await upstream.request(0).headers["authorization"] == "Bearer sk-up-1")
      #expect(try await gateway.chat(ChatBody.plain(model: "azure")).status == 200)
      let azure = try await upstream.request(1)
      #expect(azure.headers["api-key"] == "sk-up-1")
      #expect(azure.headers["authorization"] == nil)
      #expect(azure.target.hasPrefix("/openai/deployments/dep/chat/completions?api-version="))
    }
  }

  @Test func hopByHopHeadersOfAProviderStayBehind() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .chat(headers: [
          "connection": "keep-alive, x-hop", "x-hop": "1", "keep-alive": "timeout=3", "set-cookie": "a=b",
          "server": "up/1", "proxy-authenticate": "Basic",
        ])
      ])
      let answer = try await scenario.gateway(to: upstream).chat()
      #expect(answer.status == 200)
      for name in ["x-hop", "keep-alive", "set-cookie", "proxy-authenticate"] {
        #expect(answer.headers[name] == nil, "\(name) reached the client")
      }
    }
  }
}
