import GatewayTesting
import Testing

@Suite struct Encryption {
  private static let keys = ["PROVIDER_KEY": "sk-provider-77c1"]

  private static func provider(_ front: Front, _ ca: CertificateAuthority?, host: String = "localhost") -> String {
    let members = "url: \"https://\(host):\(front.port)/v1\", keys: [env:PROVIDER_KEY]"
    return ca.map { "\(members), \($0.setting)" } ?? members
  }

  private static func plain(_ upstream: ScriptedUpstream) -> String { "url: \(upstream.url)" }

  @Test(arguments: ["localhost", "127.0.0.1"])
  func aPrivateAuthorityIsTrusted(host: String) async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let upstream = try await scenario.upstream { $0.index == 2 ? .stream("en", "crypted") : [.chat("fine")] }
      let identity = try await authority.issue("DNS:localhost", "IP:127.0.0.1")
      let front = try await network.front(of: upstream, identity: identity)
      let gateway = try await scenario.gateway(
        Configuration.text(providers: Self.provider(front, authority, host: host)), environment: Self.keys)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().content() == "fine")
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().content() == "fine")
      client.post("/v1/chat/completions", ChatBody.streamed())
      #expect(try await client.head().status == 200)
      let stream = try await client.remainingEvents()
      #expect(stream.isWhole && stream.events.content == "encrypted")
      #expect(front.connectionCount == 1, "one connection carries all three calls")
      let request = try await upstream.request()
      #expect(request.headers["host"] == "\(host):\(front.port)")
      #expect(request.headers["authorization"] == "Bearer sk-provider-77c1")
    }
  }

  @Test func largeBodiesPassBothWays() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let text = String(repeating: "0123456789abcdef", count: 1 << 15)
      let upstream = try await scenario.upstream([.chat(text)])
      let front = try await network.front(of: upstream, identity: try await authority.issue("DNS:localhost"))
      let gateway = try await scenario.gateway(
        Configuration.text(providers: Self.provider(front, authority)), environment: Self.keys)
      #expect(try await gateway.chat(ChatBody.plain(#""user":"\#(text)""#)).content() == text)
      #expect(try await upstream.request().json()["user"]?.string == text)
    }
  }

  /// What may be wrong with the server that answers on the provider's port.
  enum Distrust: String, CaseIterable, Sendable {
    case anotherAuthority, systemRootsOnly, wrongName, rightAddressOfAWrongName, wrongAddress, nameForAddress, expired

    var hostOfURL: String { self == .wrongAddress || self == .nameForAddress ? "127.0.0.1" : "localhost" }

    func identity(
      _ authority: CertificateAuthority, _ stranger: CertificateAuthority
    ) async throws -> CertificateAuthority.Identity {
      switch self {
      case .anotherAuthority: try await stranger.issue("DNS:localhost")
      case .systemRootsOnly: try await authority.issue("DNS:localhost")
      case .wrongName: try await authority.issue("DNS:provider.example", "DNS:*.localhost")
      // Whoever redirects the name has an address of his own, and may have a certificate for that.
      case .rightAddressOfAWrongName: try await authority.issue("DNS:provider.example", "IP:127.0.0.1")
      case .wrongAddress: try await authority.issue("DNS:localhost", "IP:127.0.0.2")
      case .nameForAddress: try await authority.issue("DNS:127.0.0.1")
      case .expired: try await authority.issue("DNS:localhost", isExpired: true)
      }
    }
  }

  @Test(arguments: Distrust.allCases)
  func aServerThatIsNotTrustedFailsOverBeforeItSeesTheRequest(_ distrust: Distrust) async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let stranger = try await CertificateAuthority(in: scenario.directory())
      let primary = try await scenario.upstream([.chat("must not be asked")])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let front = try await network.front(of: primary, identity: try await distrust.identity(authority, stranger))
      let trusted = distrust == .systemRootsOnly ? nil : authority
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: Self.provider(front, trusted, host: distrust.hostOfURL), Self.plain(backup)),
        environment: Self.keys)
      let answer = try await gateway.chat()
      #expect(try answer.content() == "from the backup")
      #expect(answer.headers["x-sluice-target"] == "p1/up")
      #expect(answer.headers["x-sluice-attempts"] == "2")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "connect")
      let reason = attempt?["reason"]?.string ?? ""
      #expect(reason.contains("TLS"), "\(distrust): \(reason)")
      #expect(front.connectionCount == 1)
      #expect(front.bytesReceived == 0, "no byte of the request, so no key")
      try await eventually("the connection is closed") { front.openConnectionCount == 0 }
    }
  }

  @Test(arguments: ["HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", "220 mail.example ESMTP\r\n"])
  func aServerThatDoesNotEncryptFailsOver(_ text: String) async throws {
    try await scenario { scenario, network in
      let backup = try await scenario.upstream([.chat("from the backup")])
      let port = try await network.server(saying: text)
      let gateway = try await scenario.gateway(
        Configuration.text(providers: "url: https://localhost:\(port)/v1", Self.plain(backup)))
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "connect")
      #expect(attempt?["reason"]?.string?.contains("TLS") == true)
    }
  }

  @Test func withoutATrustedServerTheAnswerIs502() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let upstream = try await scenario.upstream([.chat("must not be asked")])
      let expired = try await authority.issue("DNS:localhost", isExpired: true)
      let front = try await network.front(of: upstream, identity: expired)
      let gateway = try await scenario.gateway(
        Configuration.text(providers: Self.provider(front, authority)), environment: Self.keys)
      for body in [ChatBody.plain(), ChatBody.streamed()] {
        let answer = try await gateway.chat(body)
        #expect(answer.status == 502)
        let error = try answer.error()
        #expect(error["code"]?.string == "provider_unreachable")
        #expect(error["message"]?.string?.contains("TLS") == true, "\(answer.text)")
        #expect(!answer.text.contains("sk-provider"))
      }
      #expect(front.bytesReceived == 0)
    }
  }

  @Test func providersWithDifferentAuthoritiesShareNoConnection() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let stranger = try await CertificateAuthority(in: scenario.directory())
      let upstream = try await scenario.upstream([.chat("fine")])
      let front = try await network.front(of: upstream, identity: try await authority.issue("DNS:localhost"))
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: Self.provider(front, authority), Self.provider(front, stranger),
          top: "  n: { targets: [p1/up], retry: { attempts: 0 } }"),
        environment: Self.keys)
      // One connection of the client stays on one loop, and so finds the idle connection of the call before.
      let client = try await gateway.connect()
      for (model, status) in [("m", 200), ("n", 502), ("m", 200)] {
        client.post("/v1/chat/completions", ChatBody.plain(model: model))
        #expect(try await client.answer().status == status)
      }
      #expect(upstream.requests.count == 2)
      #expect(upstream.connectionCount == 1)
    }
  }

  @Test func aReloadThatTrustsAnotherAuthorityEndsTheOldTrust() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let stranger = try await CertificateAuthority(in: scenario.directory())
      let upstream = try await scenario.upstream([.chat("fine")])
      let front = try await network.front(of: upstream, identity: try await authority.issue("DNS:localhost"))
      let gateway = try await scenario.gateway(
        Configuration.text(providers: Self.provider(front, authority)), environment: Self.keys)
      let client = try await gateway.connect()
      for (trusted, status) in [(authority, 200), (stranger, 502), (authority, 200)] {
        try gateway.save(Configuration.text(providers: Self.provider(front, trusted)))
        #expect(try await gateway.admin("POST", "/config/reload").status == 200)
        client.post("/v1/chat/completions", ChatBody.plain())
        #expect(try await client.answer().status == status)
      }
      try await eventually("the connections of the old trust are closed") { front.openConnectionCount <= 1 }
    }
  }

  @Test func aHandshakeThatHangsFailsOver() async throws {
    try await scenario { scenario, _ in
      let hanging = try await scenario.upstream([.hang])
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: "url: https://127.0.0.1:\(hanging.port)/v1, timeouts: { connect: 250ms }", Self.plain(backup)))
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "timeout")
      #expect(attempt?["timer"]?.string == "connect")
      try await eventually("the abandoned connection is closed", within: .seconds(4)) {
        hanging.openConnectionCount == 0
      }
    }
  }
}
