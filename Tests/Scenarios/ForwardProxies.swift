import GatewayTesting
import Testing

@Suite struct ForwardProxies {
  private static let keys = ["PROVIDER_KEY": "sk-provider-3b90"]
  /// `user:pass`, as it travels.
  private static let credential = "dXNlcjpwYXNz"

  private static func url(_ proxy: ForwardProxy, _ userInfo: String = "user:pass@") -> String {
    "\"http://\(userInfo)127.0.0.1:\(proxy.port)\""
  }

  /// Members of a provider behind a proxy that is not encrypted.
  private static func plain(_ upstream: ScriptedUpstream, _ proxy: ForwardProxy) -> String {
    "url: \(upstream.url), keys: [env:PROVIDER_KEY], proxy: \(url(proxy))"
  }

  private struct Encrypted {
    let front: Front
    let members: String
  }

  /// An encrypted provider behind a proxy.
  /// - Parameter names: those of its certificate.
  private func encrypted(
    _ upstream: ScriptedUpstream, _ proxyURL: String, _ scenario: Scenario, _ network: Network,
    host: String = "localhost", name: String = "DNS:localhost"
  ) async throws -> Encrypted {
    let authority = try await CertificateAuthority(in: scenario.directory())
    let front = try await network.front(of: upstream, identity: try await authority.issue(name))
    return Encrypted(
      front: front,
      members: """
        url: "https://\(host):\(front.port)/v1", keys: [env:PROVIDER_KEY], proxy: \(proxyURL), \
        \(authority.setting)
        """)
  }

  @Test func anEncryptedProviderIsReachedThroughATunnel() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream { $0.index == 1 ? .stream("a", "b") : [.chat("fine")] }
      let proxy = try await network.proxy()
      let provider = try await encrypted(upstream, Self.url(proxy), scenario, network)
      let gateway = try await scenario.gateway(
        Configuration.text(providers: provider.members), environment: Self.keys)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().content() == "fine")
      client.post("/v1/chat/completions", ChatBody.streamed())
      #expect(try await client.head().status == 200)
      #expect(try await client.remainingEvents().events.content == "ab")
      #expect(proxy.requests.count == 1, "one tunnel carries both calls")
      let connect = try #require(proxy.requests.first)
      #expect(connect.method == "CONNECT")
      #expect(connect.target == "localhost:\(provider.front.port)")
      #expect(connect.headers.all("host") == ["localhost:\(provider.front.port)"])
      #expect(connect.headers.all("proxy-authorization") == ["Basic \(Self.credential)"])
      #expect(!connect.headers.text.contains("sk-provider"))
      #expect(upstream.requests.count == 2)
      for request in upstream.requests {
        #expect(request.target == "/v1/chat/completions")
        #expect(request.headers["host"] == "localhost:\(provider.front.port)")
        #expect(request.headers["authorization"] == "Bearer sk-provider-3b90")
        #expect(request.headers["proxy-authorization"] == nil)
        #expect(!request.headers.text.contains(Self.credential))
      }
    }
  }

  @Test func aPlainProviderIsNamedToTheProxyByItsWholeURL() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream { $0.index == 1 ? .stream("a", "b") : [.chat("fine")] }
      let proxy = try await network.proxy()
      let gateway = try await scenario.gateway(
        Configuration.text(providers: Self.plain(upstream, proxy)), environment: Self.keys)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().content() == "fine")
      client.post("/v1/chat/completions", ChatBody.streamed())
      #expect(try await client.head().status == 200)
      #expect(try await client.remainingEvents().events.content == "ab")
      #expect(proxy.requests.map(\.indexOnConnection) == [0, 1])
      for request in proxy.requests {
        #expect(request.method == "POST")
        #expect(request.target == "http://127.0.0.1:\(upstream.port)/v1/chat/completions")
        #expect(request.headers.all("host") == ["127.0.0.1:\(upstream.port)"])
        #expect(request.headers.all("proxy-authorization") == ["Basic \(Self.credential)"])
      }
      // The proxy takes its own field away; no other may hold the credential.
      for request in upstream.requests { #expect(!request.headers.text.contains(Self.credential)) }
    }
  }

  @Test func aProxyWithoutACredentialIsSentNone() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("fine")])
      let proxy = try await network.proxy()
      let provider = try await encrypted(upstream, Self.url(proxy, ""), scenario, network)
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: provider.members, "url: \(upstream.url), proxy: \(Self.url(proxy, ""))",
          top: "  n: { targets: [p1/up] }"),
        environment: Self.keys)
      #expect(try await gateway.chat().content() == "fine")
      #expect(try await gateway.chat(ChatBody.plain(model: "n")).content() == "fine")
      #expect(proxy.requests.count == 2)
      #expect(proxy.requests.allSatisfy { $0.headers["proxy-authorization"] == nil })
    }
  }

  @Test func aCredentialMayHoldAnyCharacter() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("fine")])
      let proxy = try await network.proxy()
      let gateway = try await scenario.gateway(
        Configuration.text(providers: "url: \(upstream.url), proxy: \(Self.url(proxy, "us%40er:p%3A%2Fs@"))"))
      #expect(try await gateway.chat().content() == "fine")
      // us@er:p:/s
      #expect(proxy.requests.first?.headers["proxy-authorization"] == "Basic dXNAZXI6cDovcw==")
    }
  }

  @Test func aTunnelHasNoBodyWhateverItsHeadSays() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("fine")])
      let proxy = try await network.proxy(
        .forward(established: "HTTP/1.0 200 OK\r\nproxy-agent: test\r\ncontent-length: 5\r\n\r\n"))
      let provider = try await encrypted(upstream, Self.url(proxy), scenario, network)
      let gateway = try await scenario.gateway(
        Configuration.text(providers: provider.members), environment: Self.keys)
      #expect(try await gateway.chat().content() == "fine")
    }
  }

  /// What a proxy may answer instead of doing its work.
  private static let refusals = [
    "HTTP/1.1 407 Authenticate\r\nproxy-authenticate: Basic realm=\"x\"\r\ncontent-length: 2\r\n\r\nno",
    "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
    "HTTP/1.1 504 Gateway Timeout\r\ncontent-length: 0\r\n\r\n",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "",
  ]

  @Test(arguments: refusals.indices)
  func aRefusedTunnelFailsOver(_ index: Int) async throws {
    try await scenario { scenario, network in
      let text = Self.refusals[index]
      let primary = try await scenario.upstream([.chat("must not be asked")])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let proxy = try await network.proxy(.answer(text))
      let provider = try await encrypted(primary, Self.url(proxy), scenario, network)
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: provider.members, "url: \(backup.url)",
          top: "  n: { targets: [p0/up], retry: { attempts: 0 } }"),
        environment: Self.keys)
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "connect", "\(text)")
      let reason = attempt?["reason"]?.string ?? ""
      if index < 4 { #expect(reason.contains("proxy") && reason.contains(text.dropFirst(9).prefix(3)), "\(reason)") }
      #expect(!reason.isEmpty)
      let alone = try await gateway.chat(ChatBody.plain(model: "n"))
      #expect(alone.status == 502)
      #expect(try alone.error()["code"]?.string == "provider_unreachable")
      #expect(primary.connectionCount == 0)
    }
  }

  @Test(arguments: refusals.indices)
  func aRefusedRequestFailsOver(_ index: Int) async throws {
    try await scenario { scenario, network in
      let text = Self.refusals[index]
      let primary = try await scenario.upstream([.chat("must not be asked")])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let proxy = try await network.proxy(.answer(text))
      let gateway = try await scenario.gateway(
        Configuration.text(providers: Self.plain(primary, proxy), "url: \(backup.url)"), environment: Self.keys)
      let answer = try await gateway.chat()
      #expect(answer.status == 200, "\(text): \(answer.text)")
      #expect(try answer.content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["reason"]?.string?.isEmpty == false)
    }
  }

  @Test(arguments: [true, false])
  func aProxyThatIsNotThereFailsOver(isEncrypted: Bool) async throws {
    try await scenario { scenario, _ in
      let nobody = try scenario.port(that: .refuses)
      let backup = try await scenario.upstream([.chat("from the backup")])
      let scheme = isEncrypted ? "https" : "http"
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: "url: \(scheme)://127.0.0.1:9/v1, proxy: \"http://user:pass@127.0.0.1:\(nobody.port)\"",
          "url: \(backup.url)"))
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "connect")
      #expect(attempt?["reason"]?.string?.contains("refused") == true)
    }
  }

  @Test func aTunnelThatIsNeverEstablishedFailsOver() async throws {
    try await scenario { scenario, network in
      let backup = try await scenario.upstream([.chat("from the backup")])
      let proxy = try await network.proxy(.hang)
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: "url: https://localhost:9/v1, proxy: \(Self.url(proxy)), timeouts: { connect: 250ms }",
          "url: \(backup.url)"))
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "timeout")
      #expect(attempt?["timer"]?.string == "connect")
      try await eventually("the abandoned connection is closed", within: .seconds(4)) {
        proxy.openConnectionCount == 0
      }
    }
  }

  @Test func theProxyIsNotTheProviderWhoseCertificateCounts() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("must not be asked")])
      let proxy = try await network.proxy()
      let provider = try await encrypted(
        upstream, Self.url(proxy), scenario, network, name: "DNS:another.example")
      let gateway = try await scenario.gateway(
        Configuration.text(providers: provider.members), environment: Self.keys)
      #expect(try await gateway.chat().status == 502)
      #expect(provider.front.bytesReceived == 0)
    }
  }

  @Test func theAddressOfAProviderIsCheckedInsideATunnel() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("fine")])
      let proxy = try await network.proxy(host: "127.0.0.2")
      let provider = try await encrypted(
        upstream, "\"http://127.0.0.2:\(proxy.port)\"", scenario, network, host: "127.0.0.1", name: "IP:127.0.0.1")
      let gateway = try await scenario.gateway(
        Configuration.text(providers: provider.members), environment: Self.keys)
      let answer = try await gateway.chat()
      #expect(answer.status == 200, "\(answer.text)")
    }
  }

  @Test func aCertificateForTheAddressOfTheProxyIsNoneForTheProvider() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("must not be asked")])
      let proxy = try await network.proxy(host: "127.0.0.2")
      let provider = try await encrypted(
        upstream, "\"http://127.0.0.2:\(proxy.port)\"", scenario, network, host: "127.0.0.1", name: "IP:127.0.0.2")
      let gateway = try await scenario.gateway(
        Configuration.text(providers: provider.members), environment: Self.keys)
      #expect(try await gateway.chat().status == 502)
      #expect(provider.front.bytesReceived == 0)
    }
  }

  @Test func connectionsThroughDifferentProxiesAreNotShared() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("fine")])
      let proxies = [try await network.proxy(), try await network.proxy()]
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: "url: \(upstream.url), proxy: \(Self.url(proxies[0], "a:a@"))",
          "url: \(upstream.url), proxy: \(Self.url(proxies[1], "b:b@"))", "url: \(upstream.url)",
          top: "  n: { targets: [p1/up] }\n  o: { targets: [p2/up] }"))
      let client = try await gateway.connect()
      for model in ["m", "n", "o"] {
        client.post("/v1/chat/completions", ChatBody.plain(model: model))
        #expect(try await client.answer().status == 200)
      }
      #expect(
        proxies.map { $0.requests.map { $0.headers["proxy-authorization"] } } == [["Basic YTph"], ["Basic Yjpi"]])
      #expect(upstream.requests.count == 3)
    }
  }

  @Test func theCredentialOfAProxyIsInNoOutput() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("must not be asked")])
      let proxy = try await network.proxy(.answer(Self.refusals[0]))
      let members = { (userInfo: String) in "url: \(upstream.url), proxy: \(Self.url(proxy, userInfo))" }
      let provider = try await encrypted(upstream, Self.url(proxy, "agent:open-sesame@"), scenario, network)
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: members("agent:open-sesame@"), provider.members, top: "  n: { targets: [p1/up] }"),
        environment: Self.keys)
      var shown = ""
      for model in ["m", "n"] {
        let answer = try await gateway.chat(ChatBody.plain(model: model))
        shown += "\(answer.headers.text)\(answer.text)"
      }
      for path in ["/config", "/metrics"] { shown += try await gateway.admin("GET", path).text }
      gateway.terminate()
      _ = try await gateway.child.exited()
      shown += gateway.child.output + gateway.child.errorOutput
      for secret in ["open-sesame", "YWdlbnQ6b3Blbi1zZXNhbWU="] { #expect(!shown.contains(secret)) }
    }
  }
}
