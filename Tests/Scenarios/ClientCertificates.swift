import Foundation
import GatewayTesting
import Testing

/// Clients that show who they are by a certificate.
@Suite struct ClientCertificates {
  private struct Place {
    let scenario: Scenario
    let own: CertificateAuthority
    let clients: CertificateAuthority
    let gateway: GatewayProcess

    func connect(_ identity: CertificateAuthority.Identity?) async throws -> RawClient {
      RawClient(try await Wire.connect(port: gateway.port, tls: ClientTLS(trusting: own, showing: identity)))
    }

    func call(_ identity: CertificateAuthority.Identity?, _ headers: HeaderList = [:]) async throws -> Answer {
      let client = try await connect(identity)
      client.post("/v1/chat/completions", ChatBody.plain(), headers: headers)
      return try await client.answer()
    }

    /// No answer ever comes over such a connection.
    func isTurnedAway(_ identity: CertificateAuthority.Identity?) async -> Bool {
      do {
        _ = try await call(identity)
        return false
      } catch {
        return true
      }
    }
  }

  private static func configuration(_ mode: String, _ certificates: String) -> String {
    """
    server: { tls: { certificate: file:cert.pem, key: file:key.pem, clientCA: file:ca.pem, clientCertificates: \(mode) } }
    providers: { sluice: { kind: echo } }
    models: { m: { targets: [sluice/echo] } }
    consumers:
      app: { certificates: [\(certificates)] }
      keyed: { keys: [env:APP_KEY] }
    """
  }

  private func place(
    _ mode: String = "required", _ certificates: String = "CN=mobile-app", _ body: (Place) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let own = try await CertificateAuthority(in: scenario.directory())
      let clients = try await CertificateAuthority(in: scenario.directory())
      let directory = try scenario.directory()
      try ListenerEncryption.install(try await own.issue("DNS:localhost"), in: directory)
      try Data(contentsOf: clients.certificate).write(to: directory.appending(path: "ca.pem"))
      let gateway = try await scenario.gateway(
        Self.configuration(mode, certificates), environment: ["APP_KEY": "sk-app"], directory: directory)
      try await body(Place(scenario: scenario, own: own, clients: clients, gateway: gateway))
    }
  }

  @Test(arguments: ["CN=mobile-app", "\"dns:app.example.com\"", "\"uri:spiffe://acme/app\""])
  func aCertificateThatAConsumerNamesIsAWayIn(name: String) async throws {
    try await place("required", name) { place in
      let identity = try await place.clients.issue(
        "DNS:app.example.com", "URI:spiffe://acme/app", subject: "/O=Acme/CN=mobile-app")
      #expect(try await place.call(identity).status == 200)
      _ = try await place.gateway.logged { $0["consumer"]?.string == "app" }
    }
  }

  @Test func aKeyOfTheRequestComesBeforeTheCertificate() async throws {
    try await place { place in
      let identity = try await place.clients.issue("DNS:x", subject: "/CN=mobile-app")
      #expect(try await place.call(identity, ["x-api-key": "sk-app"]).status == 200)
      _ = try await place.gateway.logged { $0["consumer"]?.string == "keyed" }
      #expect(try await place.call(identity, ["x-api-key": "wrong"]).status == 401)
    }
  }

  @Test func whereTheListOfWaysNamesCertificatesItsOrderDecides() async throws {
    try await place { place in
      let known = try await place.clients.issue("DNS:x", subject: "/CN=mobile-app")
      let stranger = try await place.clients.issue("DNS:x", subject: "/CN=stranger")
      for (order, consumer, status) in [("mtls, keys", "app", 200), ("keys, mtls", "keyed", 200)] {
        try place.gateway.save(
          Self.configuration("required", "CN=mobile-app") + "\nauthentication: [\(order)]\n# \(consumer)")
        try await place.gateway.says("configuration runs", order == "mtls, keys" ? "revision=2" : "revision=3")
        #expect(try await place.call(known, ["x-api-key": "sk-app"]).status == status)
        _ = try await place.gateway.logged { $0["consumer"]?.string == consumer }
        #expect(try await place.call(known).status == 200)
        #expect(try await place.call(stranger, ["x-api-key": "sk-app"]).status == 200)
        let refused = try await place.call(stranger)
        #expect(try refused.error()["code"]?.string == "unknown_client_certificate")
        #expect(try await place.call(stranger, ["x-api-key": "wrong"]).error()["code"]?.string == "invalid_api_key")
      }
      #expect(
        try await place.gateway.metrics().value(
          "sluice_authentications_total", ["method": "mtls", "outcome": "accepted"]) == 3)
    }
  }

  @Test func aCertificateOfNobodyIsRefusedAndItsSubjectIsInTheLogOnly() async throws {
    try await place { place in
      let identity = try await place.clients.issue("DNS:other.example.com", subject: "/O=Acme/CN=stranger")
      let client = try await place.connect(identity)
      for _ in 0..<3 {
        client.post("/v1/chat/completions", ChatBody.plain())
        let answer = try await client.answer()
        #expect(answer.status == 401)
        #expect(try answer.error()["code"]?.string == "unknown_client_certificate")
        #expect(!answer.text.contains("stranger"))
      }
      let line = try await place.gateway.says("no consumer names this client certificate", "O=Acme, CN=stranger")
      #expect(line.contains("dns:other.example.com"))
      #expect(place.gateway.programLog.split(separator: "no consumer names").count == 2, "once for a connection")
    }
  }

  @Test func noCertificateAWrongAuthorityAndAnExpiredOneAreTurnedAway() async throws {
    try await place { place in
      #expect(await place.isTurnedAway(nil))
      #expect(await place.isTurnedAway(try await place.own.issue("DNS:x", subject: "/CN=mobile-app")))
      #expect(
        await place.isTurnedAway(try await place.clients.issue("DNS:x", subject: "/CN=mobile-app", isExpired: true)))
      #expect(try await place.call(try await place.clients.issue("DNS:x", subject: "/CN=mobile-app")).status == 200)
      try await place.gateway.says("a TLS handshake failed")
    }
  }

  @Test func whereCertificatesAreOptionalKeysAreAWayInAndWrongCertificatesAreNot() async throws {
    try await place("optional") { place in
      #expect(try await place.call(nil, ["x-api-key": "sk-app"]).status == 200)
      let refused = try await place.call(nil)
      #expect(refused.status == 401)
      #expect(try refused.error()["code"]?.string == "missing_api_key")
      #expect(try await place.call(try await place.clients.issue("DNS:x", subject: "/CN=mobile-app")).status == 200)
      #expect(await place.isTurnedAway(try await place.own.issue("DNS:x", subject: "/CN=mobile-app")))
    }
  }

  @Test func aReloadDecidesAnewForOpenConnections() async throws {
    try await place { place in
      let client = try await place.connect(try await place.clients.issue("DNS:x", subject: "/CN=mobile-app"))
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().status == 200)
      try place.gateway.save(Self.configuration("required", "CN=another"))
      try await place.gateway.says("configuration runs", "revision=2")
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().status == 401)
      try place.gateway.save(Self.configuration("required", "CN=mobile-app"))
      try await place.gateway.says("configuration runs", "revision=3")
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().status == 200)
    }
  }

  @Test func aCertificateOfAnAuthorityThatHasGoneIsNoWayInAnyMore() async throws {
    try await place { place in
      let client = try await place.connect(try await place.clients.issue("DNS:x", subject: "/CN=mobile-app"))
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().status == 200)
      try Data(contentsOf: place.own.certificate).write(
        to: place.gateway.directory.appending(path: "ca.pem"), options: .atomic)
      try await place.gateway.says("configuration runs", "a certificate or key changed")
      client.post("/v1/chat/completions", ChatBody.plain())
      let answer = try await client.answer()
      #expect(answer.status == 401)
      #expect(try answer.error()["message"]?.string?.contains("connect anew") == true)
      #expect(try await place.call(try await place.own.issue("DNS:x", subject: "/CN=mobile-app")).status == 200)
    }
  }
}
