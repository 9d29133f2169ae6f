import GatewayTesting
import Glibc
import Testing

/// Host names of providers.
@Suite struct Names {
  @Test(arguments: ["http", "https"])
  func aNameThatDoesNotResolveFailsOverAndSaysSo(scheme: String) async throws {
    try await scenario { scenario in
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: "url: \(scheme)://nosuchhost.invalid/v1", "url: \(backup.url)",
          top: "  n: { targets: [p0/up], retry: { attempts: 0 } }"))
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "connect")
      let reason = attempt?["reason"]?.string ?? ""
      #expect(reason.contains("nosuchhost.invalid") && reason.contains("resolved"), "\(reason)")
      let alone = try await gateway.chat(ChatBody.plain(model: "n"))
      #expect(alone.status == 502)
      let error = try alone.error()
      #expect(error["code"]?.string == "provider_unreachable")
      #expect(error["message"]?.string?.contains("nosuchhost.invalid") == true, "\(alone.text)")
    }
  }

  @Test func aProxyWhoseNameDoesNotResolveFailsOverAndSaysSo() async throws {
    try await scenario { scenario in
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: "url: \(backup.url), proxy: \"http://nosuchproxy.invalid:3128\"", "url: \(backup.url)"))
      #expect(try await gateway.chat().content() == "from the backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["reason"]?.string?.contains("nosuchproxy.invalid") == true)
    }
  }

  @Test func localhostIsFoundOverIPv4() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let gateway = try await scenario.gateway(
        Configuration.text(providers: "url: http://localhost:\(upstream.port)/v1"))
      // Where the name has an IPv6 address too, nobody listens on that one.
      let answer = try await gateway.chat()
      #expect(answer.status == 200, "\(answer.text)")
      #expect(upstream.requests.map { $0.headers["host"] } == ["localhost:\(upstream.port)"])
    }
  }

  @Test(.enabled(if: resolves("localhost", to: AF_INET6), "localhost has no IPv6 address on this machine"))
  func localhostIsFoundOverIPv6() async throws {
    try await scenario { scenario, network in
      let upstream = try await scenario.upstream([.chat("fine")])
      let front = try await network.front(of: upstream, host: "::1")
      let gateway = try await scenario.gateway(
        Configuration.text(providers: "url: http://localhost:\(front.port)/v1"))
      for _ in 0..<3 { #expect(try await gateway.chat().content() == "fine") }
    }
  }

  @Test(.enabled(if: resolves("::1", to: AF_INET6), "this machine has no IPv6"))
  func anIPv6AddressIsWrittenInBrackets() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let upstream = try await scenario.upstream([.chat("fine")])
      let plain = try await network.front(of: upstream, host: "::1")
      let encrypted = try await network.front(
        of: upstream, host: "::1", identity: try await authority.issue("IP:::1"))
      let gateway = try await scenario.gateway(
        Configuration.text(
          providers: "url: \"http://[::1]:\(plain.port)/v1\"",
          "url: \"https://[::1]:\(encrypted.port)/v1\", \(authority.setting)",
          top: "  n: { targets: [p1/up] }"))
      for model in ["m", "n"] {
        let answer = try await gateway.chat(ChatBody.plain(model: model))
        #expect(answer.status == 200, "\(answer.text)")
      }
      #expect(upstream.requests.map { $0.headers["host"] } == ["[::1]:\(plain.port)", "[::1]:\(encrypted.port)"])
    }
  }

  /// Whether a name has an address of this family here.
  private static func resolves(_ name: String, to family: Int32) -> Bool {
    var wanted = addrinfo()
    wanted.ai_family = family
    var found: UnsafeMutablePointer<addrinfo>?
    defer { found.map { freeaddrinfo($0) } }
    guard getaddrinfo(name, nil, &wanted, &found) == 0, let address = found?.pointee else { return false }
    // An address alone says nothing of whether the machine can use it.
    let probe = socket(family, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(probe) }
    var local = sockaddr_in6()
    local.sin6_family = sa_family_t(AF_INET6)
    local.sin6_addr = in6addr_loopback
    guard address.ai_family == AF_INET6, probe >= 0 else { return false }
    return withUnsafePointer(to: &local) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
      }
    }
  }
}
