import Foundation
import GatewayTesting
import Testing

/// The admin plane's own TLS, and the address that callers of the gateway use.
@Suite struct AdminEncryption {
  private struct Place {
    let scenario: Scenario
    let authority: CertificateAuthority
    let gateway: GatewayProcess

    /// - Parameter identity: what the client shows.
    func client(
      trusting other: CertificateAuthority? = nil, showing identity: CertificateAuthority.Identity? = nil,
      isOld: Bool = false
    ) async throws -> RawClient {
      let tls = ClientTLS(trusting: other ?? authority, showing: identity, isOld: isOld)
      return RawClient(try await Wire.connect(port: gateway.adminPort, tls: tls))
    }

    func call(
      _ method: String, _ path: String, _ body: String? = nil, trusting other: CertificateAuthority? = nil,
      showing identity: CertificateAuthority.Identity? = nil
    ) async throws -> Answer {
      let client = try await client(trusting: other, showing: identity)
      client.request(method, path, body: body, headers: ["host": "localhost:\(gateway.adminPort)"])
      let answer = try await client.answer()
      await client.close()
      return answer
    }

    func doctor(_ words: String...) async throws -> (code: Int32, output: String, errorOutput: String) {
      try await scenario.command(
        [
          "doctor", "--offline", "--config", gateway.directory.path + "/sluice.yaml", "--gateway",
          "127.0.0.1:\(gateway.port)", "--admin", "127.0.0.1:\(gateway.adminPort)",
        ] + words)
    }
  }

  private static func configuration(_ more: String = "") -> String {
    """
    server: { admin: { tls: { certificate: file:cert.pem, key: file:key.pem\(more) } } }
    providers: { sluice: { kind: echo } }
    models: { m: { targets: [sluice/echo] } }
    """
  }

  private func place(_ more: String = "", _ body: (Place) async throws -> Void) async throws {
    try await scenario { scenario in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let directory = try scenario.directory()
      try ListenerEncryption.install(try await authority.issue("DNS:localhost"), in: directory)
      try Data(contentsOf: authority.certificate).write(to: directory.appending(path: "clients.pem"))
      let gateway = try await scenario.gateway(Self.configuration(more), directory: directory)
      try await body(Place(scenario: scenario, authority: authority, gateway: gateway))
    }
  }

  @Test func consoleHealthAndMetricsComeOverTLSAndTheSessionIsSecure() async throws {
    try await place { place in
      try await place.gateway.says("make one at https://127.0.0.1:\(place.gateway.adminPort)/")
      for path in ["/", "/health/live", "/health/ready"] { #expect(try await place.call("GET", path).status == 200) }
      let metrics = try await place.call("GET", "/metrics")
      #expect(metrics.text.contains(#"sluice_certificate_expiry_timestamp_seconds{setting="server.admin.tls"}"#))
      let eve = try await place.call("POST", "/api/v1/setup", #"{"name":"eve","password":"correct horse"}"#)
      #expect(eve.status == 200)
      #expect(eve.headers["set-cookie"]?.hasSuffix("; Secure") == true)
    }
  }

  @Test func plainHTTPAndOldClientsAreTurnedAway() async throws {
    try await place { place in
      let answer = try await place.gateway.admin("GET", "/health/live")
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string?.contains("https://") == true)
      await #expect(throws: (any Error).self) {
        let client = try await place.client(isOld: true)
        client.request("GET", "/health/live")
        _ = try await client.answer()
      }
      try await place.gateway.says("a TLS handshake failed", "UNSUPPORTED_PROTOCOL")
    }
  }

  @Test func aNewCertificateIsTakenOverAndABadPairIsRefused() async throws {
    try await place { place in
      let old = try await place.client()
      old.request("GET", "/health/live", headers: ["host": "localhost"])
      #expect(try await old.answer().status == 200)
      let other = try await CertificateAuthority(in: place.scenario.directory())
      try ListenerEncryption.install(try await other.issue("DNS:localhost"), in: place.gateway.directory)
      try await place.gateway.says("configuration runs", "a certificate or key changed")
      #expect(try await place.call("GET", "/health/live", trusting: other).status == 200)
      await #expect(throws: (any Error).self) { _ = try await place.call("GET", "/health/live") }
      old.request("GET", "/health/live", headers: ["host": "localhost"])
      #expect(try await old.answer().status == 200)
      let stranger = try await other.issue("DNS:localhost")
      try Data(contentsOf: stranger.key).write(
        to: place.gateway.directory.appending(path: "key.pem"), options: .atomic)
      try await place.gateway.says("configuration error", "it is not the key of the certificate")
      #expect(try await place.call("GET", "/health/live", trusting: other).status == 200)
    }
  }

  @Test func withAClientAuthorityOnlyCertificatesGetIn() async throws {
    try await place(", clientCA: file:clients.pem") { place in
      await #expect(throws: (any Error).self) { _ = try await place.call("GET", "/health/live") }
      let stranger = try await CertificateAuthority(in: place.scenario.directory()).issue("DNS:x")
      await #expect(throws: (any Error).self) { _ = try await place.call("GET", "/health/live", showing: stranger) }
      let probe = try await place.authority.issue("DNS:probe", subject: "/CN=probe")
      #expect(try await place.call("GET", "/health/live", showing: probe).status == 200)
      let look = try await place.doctor()
      #expect(look.output.contains("the admin plane at 127.0.0.1:\(place.gateway.adminPort) takes connections"))
      #expect(look.output.contains("only clients with a certificate"))
    }
  }

  @Test func doctorAsksOverTLSWhomItTrusts() async throws {
    try await place { place in
      let look = try await place.doctor("--ca", place.authority.certificate.path)
      #expect(look.output.contains("says that it is ready, over TLS"), "\(look.output) \(look.errorOutput)")
      #expect(look.output.contains("the certificate of server.admin.tls ends in"))
      let stranger = try await place.doctor()
      #expect(stranger.output.contains("is not trusted here") && stranger.output.contains("--ca FILE"))
      let missing = try await place.doctor("--ca", "/nowhere.pem")
      #expect(missing.code == 1 && missing.errorOutput.contains("--ca: the file '/nowhere.pem' does not exist"))
    }
  }

  @Test func itIsTurnedOnByAReload() async throws {
    try await scenario { scenario in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let directory = try scenario.directory()
      try ListenerEncryption.install(try await authority.issue("DNS:localhost"), in: directory)
      let models = "providers: { sluice: { kind: echo } }\nmodels: { m: { targets: [sluice/echo] } }\n"
      let gateway = try await scenario.gateway(models, directory: directory)
      #expect(try await gateway.admin("GET", "/health/live").status == 200)
      try gateway.save(Self.configuration())
      let place = Place(scenario: scenario, authority: authority, gateway: gateway)
      try await gateway.says("configuration runs", "the file changed")
      #expect(try await place.call("GET", "/health/live").status == 200)
    }
  }

  @Test func theSessionTellsWhereCallersReachTheGateway() async throws {
    try await scenario { scenario in
      let models = "providers: { e: { kind: echo } }\nmodels: { m: { targets: [e/echo] } }\n"
      let gateway = try await scenario.gateway(models)
      let setUp = try await gateway.admin("POST", "/api/v1/setup", #"{"name":"eve","password":"correct horse"}"#)
      #expect(setUp.status == 200)
      #expect(try setUp.json()["gateway"]?.string == nil)
      let cookie: HeaderList = ["cookie": String(setUp.headers["set-cookie"]?.split(separator: ";").first ?? "")]
      try gateway.save("server: { gateway: { url: \"https://ai.example.com/llm/\" } }\n" + models)
      try await gateway.says("configuration runs", "the file changed")
      let session = try await gateway.admin("GET", "/api/v1/session", headers: cookie)
      #expect(try session.json()["gateway"]?.string == "https://ai.example.com/llm")
    }
  }
}
