import GatewayTesting
import Testing

/// Which provider a realtime session is opened with.
@Suite struct RealtimeFailover {
  private static let faults: [(name: String, failure: String, script: Script)] = [
    ("503", "server-error", [.error(503)]),
    ("429", "rate-limit", [.error(429)]),
    ("401", "auth", [.error(401)]),
    ("an answer that is no upgrade", "server-error", [.json("{}")]),
    ("an end without an answer", "connect", [.close]),
    ("garbage", "server-error", [.text("SSH-2.0-OpenSSH_9.2\r\n"), .close]),
    (
      "a wrong accept", "server-error",
      [
        .text(
          "HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: AAAA\r\n\r\n"),
        .hang,
      ]
    ),
    (
      "another protocol", "server-error",
      [.text("HTTP/1.1 101 x\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n"), .hang]
    ),
  ]

  @Test(arguments: faults.indices)
  func theBackupOpensTheSession(_ index: Int) async throws {
    try await scenario { scenario, network in
      let fault = Self.faults[index]
      let primary = try await scenario.upstream(fault.script)
      let backup = try await network.socketUpstream()
      let gateway = try await scenario.gateway(Configuration.text(to: [primary.url, backup.url]))
      let (head, frames) = try await gateway.socket()
      #expect(head.status == 101, "\(fault.name)")
      #expect(head.headers["x-sluice-target"] == "p1/up")
      #expect(head.headers["x-sluice-attempts"] == "2")
      frames.send("hello")
      try await frames.expect(.text("hello"))
      frames.send(.close(1000))
      let line = try await gateway.logged()
      #expect(line["attempts"]?[0]?["failure"]?.string == fault.failure, "\(fault.name)")
      #expect(line["attempts"]?[1]?["failure"] == nil)
      #expect(line["target"]?.string == "p1/up")
    }
  }

  @Test func aTargetThatBreaksSessionsOffIsSetAside() async throws {
    try await scenario { scenario, network in
      let primary = try await network.socketUpstream { _, frames in
        _ = try await frames.next()
        await frames.wire.reset()
      }
      let backup = try await network.socketUpstream()
      let gateway = try await scenario.gateway(
        Configuration.text(to: [primary.url, backup.url]) + "\nserver: { health: { failures: 1, setAside: 60s } }")
      let (head, frames) = try await gateway.socket()
      #expect(head.headers["x-sluice-target"] == "p0/up")
      frames.send("die")
      #expect(try await frames.frame().closeCode == 1011)
      #expect(try await gateway.socket().0.headers["x-sluice-target"] == "p1/up")
    }
  }

  @Test func whenNobodyOpensASessionTheClientGetsAnError() async throws {
    try await scenario { scenario, _ in
      let upstream = try await scenario.upstream([.error(503, "down for a while")])
      let gateway = try await scenario.gateway(to: upstream)
      let answer = try await gateway.refusedSocket()
      #expect(answer.status == 503)
      #expect(try answer.error()["message"]?.string?.contains("down for a while") == true)
      #expect(answer.headers["x-sluice-attempts"] == "1")
      #expect(try await gateway.logged()["outcome"]?.string == "failed")
    }
  }

  @Test func theCallersOwnFaultIsPassedOn() async throws {
    try await scenario { scenario, _ in
      let upstream = try await scenario.upstream([.error(400, "no such voice")])
      let gateway = try await scenario.gateway(to: upstream)
      let answer = try await gateway.refusedSocket()
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string == "no such voice")
      // The connection is still HTTP.
      #expect(try await gateway.logged()["outcome"]?.string == "caller_error")
    }
  }

  @Test func aProviderOfAnotherDialectIsPassedOver() async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream()
      let gateway = try await scenario.gateway(
        """
        providers:
          claude: { kind: anthropic, url: "http://127.0.0.1:1", keys: [env:KEY] }
          p0: { kind: openai-compatible, url: \(upstream.url) }
        models:
          m: { targets: [claude/x, p0/up] }
          alone: { targets: [claude/x] }
        """, environment: ["KEY": "k"])
      #expect(try await gateway.socket().head.headers["x-sluice-target"] == "p0/up")
      let answer = try await gateway.refusedSocket("/v1/realtime?model=alone")
      #expect(answer.status == 400)
      #expect(try answer.error()["code"]?.string == "unsupported_by_model")
    }
  }

  @Test func aProviderThatDoesNotAnswerInTimeIsLeft() async throws {
    try await scenario { scenario, network in
      let silent = try await scenario.upstream([.hang])
      let backup = try await network.socketUpstream()
      let gateway = try await scenario.gateway(
        Configuration.text(to: [silent.url, backup.url], provider: "timeouts: { headers: 150ms }"))
      #expect(try await gateway.socket().head.headers["x-sluice-target"] == "p1/up")
      try await eventually("the silent one is let go") { silent.openConnectionCount == 0 }
    }
  }

  @Test func aClientThatGoesAwayEndsTheTry() async throws {
    try await scenario { scenario, _ in
      let silent = try await scenario.upstream([.hang])
      let gateway = try await scenario.gateway(to: silent)
      let client = try await gateway.connect()
      client.request("GET", "/v1/realtime?model=m", headers: GatewayProcess.handshake)
      _ = try await silent.request()
      await client.close()
      #expect(try await gateway.logged()["outcome"]?.string == "client_gone")
      try await eventually("the provider is let go") { silent.openConnectionCount == 0 }
    }
  }

  @Test func anEncryptedProviderIsReachedDirectlyAndThroughAProxy() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let upstream = try await network.socketUpstream(identity: try await authority.issue("DNS:localhost"))
      let proxy = try await network.proxy()
      let url = "url: \"https://localhost:\(upstream.port)/v1\", \(authority.setting)"
      for members in [url, "\(url), proxy: \"http://127.0.0.1:\(proxy.port)\""] {
        let gateway = try await scenario.gateway(Configuration.text(providers: members))
        let (head, frames) = try await gateway.socket()
        #expect(head.status == 101)
        frames.send("sealed")
        try await frames.expect(.text("sealed"))
      }
      #expect(proxy.requests.map(\.method) == ["CONNECT"])
    }
  }

  @Test func aProxyOpensATunnelToAPlainProviderToo() async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream()
      let proxy = try await network.proxy()
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: "url: \(upstream.url), proxy: \"http://user:pass@127.0.0.1:\(proxy.port)\""))
      let (head, frames) = try await gateway.socket()
      #expect(head.status == 101)
      frames.send("through the tunnel")
      try await frames.expect(.text("through the tunnel"))
      #expect(proxy.requests.map(\.method) == ["CONNECT"])
      #expect(upstream.requests.first?.target == "/v1/realtime?model=up")
      #expect(upstream.requests.first?.headers["proxy-authorization"] == nil)
    }
  }
}
