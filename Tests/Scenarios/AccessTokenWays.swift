import GatewayTesting
import Testing

/// How a token endpoint is reached, and what happens when it is slow or its client leaves.
@Suite struct AccessTokenWays {
  private static let secret = ["SECRET": "client-secret-77"]
  private static let answer = Script.Step.json(#"{"access_token":"eyJ.t","expires_in":3600,"token_type":"Bearer"}"#)

  /// `m` goes to a deployment of Azure, then to `backup` if there is one.
  private static func azure(
    _ url: String, tokens: String, _ members: String = "", backup: ScriptedUpstream? = nil
  ) -> String {
    """
    providers:
      a:
        kind: azure-openai
        url: "\(url)"
        entra: { tenant: acme.example, clientID: app-1, clientSecret: env:SECRET }
        tokenURL: "\(tokens)"
        \(members)
      b: { kind: openai-compatible, url: "\(backup?.url ?? "http://127.0.0.1:1")" }
    models:
      m: { targets: [a/gpt-4o\(backup == nil ? "" : ", b/up")], retry: { attempts: 0 } }
      other: { targets: [b/up] }
    """
  }

  private static func url(_ upstream: ScriptedUpstream, _ path: String = "") -> String {
    "http://127.0.0.1:\(upstream.port)\(path)"
  }

  @Test func aTokenIsFetchedThroughTheProvidersProxy() async throws {
    try await scenario { scenario, network in
      let tokens = try await scenario.upstream([Self.answer])
      let azure = try await scenario.upstream([.chat("hi")])
      let proxy = try await network.proxy()
      let gateway = try await scenario.gateway(
        Self.azure(
          Self.url(azure), tokens: Self.url(tokens, "/token"), "proxy: \"http://user:pass@127.0.0.1:\(proxy.port)\""),
        environment: Self.secret)
      #expect(try await gateway.chat().content() == "hi")
      let request = try #require(proxy.requests.first)
      #expect(request.target == Self.url(tokens, "/token"))
      #expect(request.headers["proxy-authorization"] == "Basic dXNlcjpwYXNz")
      #expect(tokens.requests.count == 1)
    }
  }

  @Test func anEncryptedTokenEndpointIsTrustedByTheProvidersAuthority() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let tokens = try await scenario.upstream([Self.answer])
      let azure = try await scenario.upstream([.chat("hi")])
      let identity = try await authority.issue("DNS:localhost")
      let tokenFront = try await network.front(of: tokens, identity: identity)
      let front = try await network.front(of: azure, identity: identity)
      let gateway = try await scenario.gateway(
        Self.azure(
          "https://localhost:\(front.port)", tokens: "https://localhost:\(tokenFront.port)/token", authority.setting),
        environment: Self.secret)
      #expect(try await gateway.chat().content() == "hi")
      #expect(try await tokens.request().headers["host"] == "localhost:\(tokenFront.port)")
      #expect(try await azure.request().headers["authorization"] == "Bearer eyJ.t")
    }
  }

  @Test func aTokenEndpointOfAnUntrustedAuthorityGetsNoSecret() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let tokens = try await scenario.upstream([Self.answer])
      let front = try await network.front(of: tokens, identity: try await authority.issue("DNS:localhost"))
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        Self.azure(Self.url(backup), tokens: "https://localhost:\(front.port)/token", backup: backup),
        environment: Self.secret)
      #expect(try await gateway.chat().content() == "from the backup")
      try await gateway.says("no access token", "could not be asked: TLS failed")
      #expect(tokens.requests.isEmpty)
    }
  }

  @Test func aRedirectIsNotFollowed() async throws {
    try await scenario { scenario in
      let elsewhere = try await scenario.upstream([Self.answer])
      let tokens = try await scenario.upstream([
        .json("", status: 307, headers: ["location": Self.url(elsewhere, "/token")])
      ])
      let gateway = try await scenario.gateway(
        Self.azure(Self.url(elsewhere), tokens: Self.url(tokens, "/token")), environment: Self.secret)
      #expect(try await gateway.chat().status == 502)
      try await gateway.says("no access token", "the token endpoint answered 307")
      #expect(elsewhere.requests.isEmpty)
    }
  }

  @Test func theAttemptsOwnTimersEndTheWait() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([.hang])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        Self.azure(
          Self.url(backup), tokens: Self.url(tokens, "/token"), "timeouts: { connect: 100ms, total: 400ms }",
          backup: backup), environment: Self.secret)
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["timer"]?.string == "total")
    }
  }

  @Test func aTokenEndpointThatIsSilentForTenSecondsIsGivenUp() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([.hang])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        Self.azure(Self.url(backup), tokens: Self.url(tokens, "/token"), backup: backup), environment: Self.secret)
      #expect(try await gateway.chat().content() == "from the backup")
      try await gateway.says("no access token", "did not answer within 10 s")
      try await eventually("the connection is closed") { tokens.openConnectionCount == 0 }
    }
  }

  @Test func aClientThatLeavesWhileItWaitsDisturbsNobody() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let tokens = try await scenario.upstream([.wait(gate), Self.answer])
      let azure = try await scenario.upstream([.chat("hi")])
      let gateway = try await scenario.gateway(
        Self.azure(Self.url(azure), tokens: Self.url(tokens, "/token")), environment: Self.secret)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      _ = try await tokens.request()
      await client.close()
      #expect(try await gateway.logged()["outcome"]?.string == "client_gone")
      gate.open()
      #expect(try await gateway.chat().content() == "hi")
      #expect(tokens.requests.count == 1)
      #expect(azure.requests.count == 1)
    }
  }

  @Test func aListOfWhatSeveralProvidersKeepCarriesEachOnesToken() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([Self.answer])
      let azure = try await scenario.upstream([.json(#"{"object":"list","data":[{"id":"f1"}],"has_more":false}"#)])
      let other = try await scenario.upstream([.json(#"{"object":"list","data":[{"id":"g1"}],"has_more":false}"#)])
      let gateway = try await scenario.gateway(
        Self.azure(Self.url(azure), tokens: Self.url(tokens, "/token"), backup: other), environment: Self.secret)
      let ids = try await gateway.call("GET", "/v1/files").json()["data"]
      #expect(ids?[0]?["id"]?.string == "f1~a")
      #expect(ids?[1]?["id"]?.string == "g1~b")
      #expect(try await azure.request().headers["authorization"] == "Bearer eyJ.t")
      #expect(try await other.request().headers["authorization"] == nil)
    }
  }

  @Test func whatAnyProviderOfAListSaysIsShownWithoutItsToken() async throws {
    try await scenario { scenario in
      let tokens = try await scenario.upstream([Self.answer])
      let leaking = try await scenario.upstream([.error(400, "not with eyJ.t and client-secret-77")])
      let other = try await scenario.upstream([.json(#"{"object":"list","data":[],"has_more":false}"#)])
      let text = Self.azure(Self.url(leaking), tokens: Self.url(tokens, "/token"), backup: other)
      // The first in the file is who is asked; the leak is at the second.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let second = lines.firstIndex { $0.hasPrefix("  b:") } ?? 0
      let turned = [lines[0], lines[second]] + lines[1..<second] + lines[(second + 1)...]
      let gateway = try await scenario.gateway(turned.joined(separator: "\n"), environment: Self.secret)
      let answer = try await gateway.call("GET", "/v1/files")
      #expect(answer.status == 400)
      #expect(answer.text.contains("not with ‹key› and ‹key›"))
    }
  }
}
