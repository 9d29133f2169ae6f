import GatewayCore
import GatewayPolicies
import Testing

@Suite struct IntrospectionAnswerTests {
  private let now = WallTime(milliseconds: 1_767_225_600_000)

  private func read(
    _ body: String, status: Int = 200, cache: Int = 30, audience: [String] = []
  ) throws(IntrospectionAnswer.Unusable) -> IntrospectionAnswer.Verdict {
    let endpoint = Provider.Endpoint(isTLS: true, host: "login", port: 443, basePath: "/i")
    let introspection = Introspection(
      demands: TokenDemands(audience: audience, whom: .claim("client_id")),
      server: IssuerServer(endpoint: endpoint, target: "/i"), clientID: "a:b", clientSecret: Secret("c d"),
      cache: .seconds(cache), timeout: .seconds(1))
    let authentication = Authentication(methods: [.keys], consumers: [Consumer(name: "web", models: nil)])
    return try IntrospectionAnswer.read(
      status: status, body: Array(body.utf8), for: introspection, in: authentication, now: now)
  }

  @Test func anActiveTokenServesForAsLongAsIsConfiguredOrItLives() throws {
    let verdict = try read(#"{"active":true,"client_id":"web","username":"u"}"#)
    #expect(try verdict.result.get().consumer.name == "web")
    #expect(try verdict.result.get().claims?.subject == "u")
    #expect(verdict.until.milliseconds - now.milliseconds == 30_000)
    let short = try read(#"{"active":true,"client_id":"web","exp":1767225610}"#)
    #expect(short.until.milliseconds - now.milliseconds == 10_000)
  }

  @Test(arguments: [
    #"{"active":false}"#, #"{"active":true,"client_id":"web","exp":1767225600}"#,
    #"{"active":true,"client_id":"web","aud":"x"}"#, #"{"active":true,"client_id":"shop"}"#, #"{"active":true}"#,
    #"{"active":true,"client_id":"web","nbf":1767225601}"#,
  ])
  func aRefusalServesFiveSeconds(_ body: String) throws {
    let verdict = try read(body)
    #expect(throws: TokenRefusal.self) { try verdict.result.get() }
    #expect(verdict.until.milliseconds - now.milliseconds == 5_000)
  }

  @Test(arguments: [
    ("", 200), ("{}", 200), (#"{"active":"true"}"#, 200), (#"{"active":true}"#, 500), ("", 401), ("", 302),
  ])
  func otherAnswersAreNone(_ body: String, _ status: Int) {
    #expect(throws: IntrospectionAnswer.Unusable.self) { try read(body, status: status) }
  }
}
