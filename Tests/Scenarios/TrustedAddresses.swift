import GatewayTesting
import Testing

/// Who the client is when proxies stand in front of the gateway.
@Suite struct TrustedAddresses {
  private static let chat = #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#

  private func withGateway(
    _ server: String, _ more: String = "limits: [{ requests: 2, per: day, by: ip }]",
    _ body: (GatewayProcess) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(
        """
        server: { gateway: { \(server) } }
        providers: { sluice: { kind: echo } }
        models: { m: { targets: [sluice/echo] } }
        \(more)
        """)
      try await body(gateway)
    }
  }

  private func call(
    _ gateway: GatewayProcess, _ headers: HeaderList, isAnsweredWith status: Int,
    _ place: SourceLocation = #_sourceLocation
  ) async throws {
    #expect(try await gateway.chat(Self.chat, headers: headers).status == status, sourceLocation: place)
  }

  @Test func eachClientBehindATrustedProxyHasItsOwnCounterAndItsAddressInTheLog() async throws {
    try await withGateway("trustedProxies: [127.0.0.0/8, 10.0.0.0/8]") { gateway in
      for _ in 0..<2 {
        try await call(gateway, ["x-forwarded-for": "198.51.100.7, 203.0.113.9, 10.1.2.3"], isAnsweredWith: 200)
      }
      try await call(gateway, ["x-forwarded-for": "1.2.3.4, 203.0.113.9"], isAnsweredWith: 429)
      try await call(gateway, ["x-forwarded-for": "203.0.113.10"], isAnsweredWith: 200)
      _ = try await gateway.logged { $0["client_address"]?.string == "203.0.113.9" }
    }
  }

  @Test func aForgedHeaderOfAnUntrustedPeerIsIgnored() async throws {
    try await withGateway("trustedProxies: [10.0.0.0/8]") { gateway in
      try await call(gateway, ["x-forwarded-for": "203.0.113.1"], isAnsweredWith: 200)
      try await call(gateway, ["x-forwarded-for": "203.0.113.2"], isAnsweredWith: 200)
      try await call(gateway, ["x-forwarded-for": "203.0.113.3"], isAnsweredWith: 429)
      _ = try await gateway.logged { $0["client_address"]?.string == "127.0.0.1" }
    }
  }

  @Test func withoutTheSettingTheHeaderSaysNothing() async throws {
    try await withGateway("address: 127.0.0.1:8080") { gateway in
      for host in 1...2 { try await call(gateway, ["x-forwarded-for": "203.0.113.\(host)"], isAnsweredWith: 200) }
      try await call(gateway, ["x-forwarded-for": "203.0.113.3", "forwarded": "for=203.0.113.4"], isAnsweredWith: 429)
    }
  }

  @Test func theOtherHeaderIsNotLookedAt() async throws {
    try await withGateway("trustedProxies: [127.0.0.1], addressHeader: forwarded") { gateway in
      for host in 1...2 {
        try await call(
          gateway, ["x-forwarded-for": "203.0.113.\(host)", "forwarded": "for=\"[2001:db9::1]:80\""],
          isAnsweredWith: 200)
      }
      try await call(gateway, ["forwarded": "for=\"[2001:db9::1]:81\";proto=http"], isAnsweredWith: 429)
      try await call(gateway, ["forwarded": "for=203.0.113.9"], isAnsweredWith: 200)
    }
  }

  @Test func malformedAndHugeHeadersAreSurvived() async throws {
    try await withGateway("trustedProxies: [127.0.0.1]", "") { gateway in
      for value in [",,,,", "]]", "[", "\"", String(repeating: "127.0.0.1,", count: 5000), "::::::::"] {
        try await call(gateway, ["x-forwarded-for": value], isAnsweredWith: 200)
      }
      let client = try await gateway.connect()
      client.post(
        "/v1/chat/completions", Self.chat, headers: ["x-forwarded-for": "evil", "X-Forwarded-For": "203.0.113.9"])
      #expect(try await client.answer().status == 200)
      _ = try await gateway.logged { $0["client_address"]?.string == "203.0.113.9" }
    }
  }

  @Test func callersOfOneIPv6NetworkCountTogether() async throws {
    try await withGateway("trustedProxies: [127.0.0.1]") { gateway in
      try await call(gateway, ["x-forwarded-for": "2001:db8:1:2::1"], isAnsweredWith: 200)
      try await call(gateway, ["x-forwarded-for": "2001:db8:1:2:ffff::9"], isAnsweredWith: 200)
      try await call(gateway, ["x-forwarded-for": "2001:db8:1:2:aaaa:bbbb:cccc:dddd"], isAnsweredWith: 429)
      try await call(gateway, ["x-forwarded-for": "2001:db8:1:3::1"], isAnsweredWith: 200)
    }
  }
}
