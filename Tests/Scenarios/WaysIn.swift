import Foundation
import GatewayTesting
import Testing

/// Several ways in at once, and what becomes of them when they change.
@Suite struct WaysIn {
  private static func claims(_ more: String = "") -> String {
    #"{"aud":"api-gateway","exp":\#(Int(Date().timeIntervalSince1970) + 600)\#(more)}"#
  }

  private static func bearer(_ token: String) -> HeaderList { ["authorization": "Bearer \(token)"] }

  @Test func theReasonOfTheWayThatCameFurthestIsTold() async throws {
    try await scenario { scenario in
      let first = try TestIssuer(.es256, kid: "first")
      let second = try TestIssuer(.es256, kid: "second")
      let login = try await scenario.upstream([.json(#"{"active":true,"client_id":"web"}"#)])
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream,
        top: """
          authentication:
            - keys
            - jwt: { issuer: first, keys: env:FIRST, audience: [api-gateway], consumer: web }
            - jwt: { issuer: second, keys: env:SECOND, audience: [api-gateway], consumer: other }
            - introspection: { url: "\(login.url)/i", clientID: a, clientSecret: env:FIRST, claims: { consumer: client_id } }
            - hmac
          consumers: { web: {}, other: { signing: { keys: { k: env:FIRST } } } }
          """,
        environment: ["FIRST": try first.jwk(), "SECOND": try second.jwk()])
      // Of the second issuer: the first has nothing to say about it, and nobody is asked.
      let good = try await gateway.chat(headers: Self.bearer(try second.token(Self.claims(#","iss":"second""#))))
      #expect(good.status == 200)
      #expect(try await gateway.logged()["consumer"]?.string == "other")
      let over = try second.token(#"{"aud":"api-gateway","iss":"second","exp":1672531200}"#)
      let expired = try await gateway.chat(headers: Self.bearer(over))
      #expect(try expired.error()["message"]?.string == "the token expired at 2023-01-01T00:00:00Z; get a new one")
      #expect(login.connectionCount == 0)
      // Nobody's token, as far as keys and signatures go: it is asked about.
      #expect(try await gateway.chat(headers: Self.bearer("opaque")).status == 200)
      #expect(login.requests.count == 1)
      let signature = try await gateway.chat(headers: ["authorization": "HMAC-SHA256 keyId=k"])
      #expect(try signature.error()["code"]?.string == "invalid_signature")
    }
  }

  @Test func aChangeOfTheRulesTakesEffectForTokensThatAreKnown() async throws {
    try await scenario { scenario in
      let issuer = try TestIssuer(.eddsa)
      let upstream = try await scenario.upstream([.chat()])
      let text = Configuration.text(
        to: [upstream.url],
        top: """
          authentication: [{ jwt: { keys: env:KEYS, audience: [api-gateway], consumer: web } }]
          consumers: { web: {} }
          """)
      let gateway = try await scenario.gateway(text, environment: ["KEYS": try issuer.jwk()])
      let client = try await gateway.connect()
      let token = Self.bearer(try issuer.token(Self.claims()))
      client.post("/v1/chat/completions", ChatBody.plain(), headers: token)
      #expect(try await client.answer().status == 200)
      try gateway.save(text.replacing("[api-gateway]", with: "[another]"))
      gateway.hangUp()
      try await eventually("the token is refused on the open connection") {
        client.post("/v1/chat/completions", ChatBody.plain(), headers: token)
        let answer = try await client.answer()
        return answer.status == 401 && answer.text.contains("the audience 'another' is wanted")
      }
    }
  }

  @Test func keysComeFromAServerWithAPrivateCertificate() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let issuer = try TestIssuer(.es256)
      let login = try await scenario.upstream([.json(try TestIssuer.jwks(issuer))])
      let front = try await network.front(of: login, identity: try await authority.issue("DNS:localhost"))
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream,
        top: """
          authentication:
            - jwt: { keys: "https://localhost:\(front.port)/keys", audience: [api-gateway], consumer: web, \(authority.setting) }
          consumers: { web: {} }
          """)
      let answer = try await gateway.chat(headers: Self.bearer(try issuer.token(Self.claims())))
      #expect(answer.status == 200, "\(answer.text)")
    }
  }

  @Test func aServerThatIsNotTrustedGivesNoKeys() async throws {
    try await scenario { scenario, network in
      let authority = try await CertificateAuthority(in: scenario.directory())
      let issuer = try TestIssuer(.es256)
      let login = try await scenario.upstream([.json(try TestIssuer.jwks(issuer))])
      let front = try await network.front(of: login, identity: try await authority.issue("DNS:localhost"))
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream,
        top: """
          authentication: [{ jwt: { keys: "https://localhost:\(front.port)/keys", audience: [api-gateway], consumer: web } }]
          consumers: { web: {} }
          """)
      let answer = try await gateway.chat(headers: Self.bearer(try issuer.token(Self.claims())))
      #expect(answer.status == 503)
      try await gateway.says("no token keys", "TLS failed")
      #expect(login.requests.isEmpty && upstream.connectionCount == 0)
    }
  }

  @Test func aDrainAnswersWhoeverWaitsForAnIssuer() async throws {
    let gate = Gate()
    try await scenario { scenario in
      let login = try await scenario.upstream([.wait(gate), .json(#"{"active":true,"client_id":"web"}"#)])
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream,
        top: """
          authentication:
            - introspection: { url: "\(login.url)/i", clientID: a, clientSecret: env:S, timeout: 60s, claims: { consumer: client_id } }
          consumers: { web: {} }
          server: { drain: 100ms }
          """, environment: ["S": "secret"])
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.bearer("t"))
      _ = try await login.request()
      gateway.terminate()
      let answer = try await client.answer()
      #expect(answer.status == 503)
      #expect(try answer.error()["code"]?.string == "draining")
      #expect(try await gateway.child.exited() == 0)
      gate.open()
    }
  }
}
