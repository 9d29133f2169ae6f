import Foundation
import GatewayTesting
import Testing

/// The gateway's own TLS.
@Suite struct ListenerEncryption {
  /// A gateway with TLS, its authority, and its files in its directory.
  private struct Place {
    let scenario: Scenario
    let authority: CertificateAuthority
    let gateway: GatewayProcess

    func client(isOld: Bool = false) async throws -> RawClient {
      RawClient(try await Wire.connect(port: gateway.port, tls: ClientTLS(trusting: authority, isOld: isOld)))
    }

    func install(_ identity: CertificateAuthority.Identity) throws {
      try ListenerEncryption.install(identity, in: gateway.directory)
    }
  }

  static func install(_ identity: CertificateAuthority.Identity, in directory: URL) throws {
    try Data(contentsOf: identity.certificate).write(to: directory.appending(path: "cert.pem"), options: .atomic)
    try Data(contentsOf: identity.key).write(to: directory.appending(path: "key.pem"), options: .atomic)
  }

  private static func configuration(_ server: String = "") -> String {
    """
    server: { tls: { certificate: file:cert.pem, key: file:key.pem }\(server) }
    providers: { sluice: { kind: echo } }
    models: { m: { targets: [sluice/echo] } }
    consumers: { app: { keys: [env:APP_KEY] } }
    """
  }

  private func place(_ server: String = "", _ body: (Place) async throws -> Void) async throws {
    try await scenario { scenario in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let directory = try scenario.directory()
      try Self.install(try await authority.issue("DNS:localhost"), in: directory)
      let gateway = try await scenario.gateway(
        Self.configuration(server), environment: ["APP_KEY": "sk-app"], directory: directory)
      try await body(Place(scenario: scenario, authority: authority, gateway: gateway))
    }
  }

  private static let key: HeaderList = ["x-api-key": "sk-app"]

  @Test func callsAndStreamsComeOverTLS13() async throws {
    try await place { place in
      let client = try await place.client()
      for _ in 0..<2 {
        client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.key)
        #expect(try await client.answer().status == 200)
      }
      client.post("/v1/chat/completions", ChatBody.streamed(), headers: Self.key)
      #expect(try await client.head().status == 200)
      #expect(try await client.remainingEvents().isWhole)
      client.post("/v1/chat/completions", ChatBody.plain(), headers: ["x-api-key": "sk-app", "connection": "close"])
      #expect(try await client.answer().status == 200)
      #expect(try await client.bytesUntilClosed() == [])
    }
  }

  @Test func largeBodiesPassBothWays() async throws {
    try await scenario { scenario in
      let text = String(repeating: "0123456789abcdef", count: 1 << 15)
      let upstream = try await scenario.upstream([.chat(text)])
      let authority = try await CertificateAuthority(in: scenario.directory())
      let directory = try scenario.directory()
      try Self.install(try await authority.issue("DNS:localhost"), in: directory)
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: [upstream.url], top: "server: { tls: { certificate: file:cert.pem, key: file:key.pem } }"),
        directory: directory)
      let client = RawClient(try await Wire.connect(port: gateway.port, tls: ClientTLS(trusting: authority)))
      client.post("/v1/chat/completions", ChatBody.plain(#""user":"\#(text)""#))
      #expect(try await client.answer().content() == text)
      #expect(try await upstream.request().json()["user"]?.string == text)
    }
  }

  @Test func tls12IsRefused() async throws {
    try await place { place in
      await #expect(throws: (any Error).self) {
        let client = try await place.client(isOld: true)
        client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.key)
        _ = try await client.answer()
      }
      try await place.gateway.says("a TLS handshake failed", "UNSUPPORTED_PROTOCOL")
    }
  }

  @Test func plainHTTPOnThePortIsToldSo() async throws {
    try await place { place in
      let client = try await place.gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.key)
      let answer = try await client.answer()
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string?.contains("https://") == true)
      #expect(try await client.bytesUntilClosed() == [])
    }
  }

  @Test func whoSendsNoHandshakeIsClosedInTime() async throws {
    try await place(", timeouts: { head: 250ms }") { place in
      let silent = try await place.gateway.connect()
      #expect(try await silent.bytesUntilClosed() == [])
      let slow = try await place.gateway.connect()
      // The beginning of a ClientHello.
      slow.send([22, 3, 1, 0, 200, 1, 0])
      _ = try await slow.bytesUntilClosed()
      let noise = try await place.gateway.connect()
      noise.send([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      _ = try await noise.bytesUntilClosed()
    }
  }

  @Test func handshakesCountAmongConnections() async throws {
    try await place(", limits: { connections: 2 }") { place in
      let waiting = [try await place.gateway.connect(), try await place.gateway.connect()]
      try await eventually("both are counted") {
        try await place.gateway.metrics().value("sluice_open_connections") == 2
      }
      let third = try await place.client()
      third.request("GET", "/v1/models", headers: Self.key)
      #expect(try await third.answer().status == 503)
      for client in waiting { await client.close() }
    }
  }

  @Test func aNewCertificateIsTakenOverWhileConnectionsAreOpen() async throws {
    try await place { place in
      let old = try await place.client()
      old.request("GET", "/v1/models", headers: Self.key)
      #expect(try await old.answer().status == 200)
      let other = try await CertificateAuthority(in: place.scenario.directory())
      try place.install(try await other.issue("DNS:localhost"))
      try await place.gateway.says("configuration runs", "a certificate or key changed")
      await #expect(throws: (any Error).self) {
        let client = try await place.client()
        client.request("GET", "/v1/models", headers: Self.key)
        _ = try await client.answer()
      }
      let new = RawClient(try await Wire.connect(port: place.gateway.port, tls: ClientTLS(trusting: other)))
      new.request("GET", "/v1/models", headers: Self.key)
      #expect(try await new.answer().status == 200)
      old.request("GET", "/v1/models", headers: Self.key)
      #expect(try await old.answer().status == 200)
    }
  }

  @Test func aBadPairIsRefusedWholeAndTheOldOneStays() async throws {
    try await place { place in
      let stranger = try await place.authority.issue("DNS:localhost")
      try Data(contentsOf: stranger.key).write(
        to: place.gateway.directory.appending(path: "key.pem"), options: .atomic)
      try await place.gateway.says("configuration error", "it is not the key of the certificate")
      let client = try await place.client()
      client.request("GET", "/v1/models", headers: Self.key)
      #expect(try await client.answer().status == 200)
      try place.install(stranger)
      try await place.gateway.says("configuration runs", "a certificate or key changed")
    }
  }

  @Test func checkFindsAKeyOfAnotherCertificateAndAnExpiredOne() async throws {
    try await scenario { scenario in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let (one, old) = (try await authority.issue("DNS:localhost"), try await authority.issue("DNS:x", isExpired: true))
      func check(_ certificate: URL, _ key: URL) async throws -> (code: Int32, output: String, errorOutput: String) {
        try await scenario.command(
          "check", "--config", "sluice.yaml",
          files: [
            "sluice.yaml": Self.configuration(), "cert.pem": try String(contentsOf: certificate, encoding: .utf8),
            "key.pem": try String(contentsOf: key, encoding: .utf8),
          ], environment: ["APP_KEY": "sk-app"])
      }
      let mixed = try await check(one.certificate, old.key)
      #expect(mixed.code == 1)
      #expect(mixed.output.contains("sluice.yaml:1:51: error: 'file:key.pem': it is not the key of the certificate"))
      let swapped = try await check(one.key, one.certificate)
      #expect(swapped.code == 1 && swapped.output.contains("no certificate in PEM form is in it"))
      let expired = try await check(old.certificate, old.key)
      #expect(expired.code == 0 && expired.output.contains("warning: 'file:cert.pem': the certificate has expired"))
    }
  }

  @Test func drainEndsOpenConnections() async throws {
    try await place { place in
      let client = try await place.client()
      client.request("GET", "/v1/models", headers: Self.key)
      #expect(try await client.answer().status == 200)
      place.gateway.terminate()
      #expect(try await client.bytesUntilClosed() == [])
      #expect(try await place.gateway.child.exited() == 0)
    }
  }
}
