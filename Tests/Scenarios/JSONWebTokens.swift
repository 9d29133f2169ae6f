import Foundation
import GatewayTesting
import Testing

/// Callers that show a JSON Web Token.
@Suite struct JSONWebTokens {
  /// Seconds since 1970, from now.
  private static func moment(_ offset: Int) -> Int { Int(Date().timeIntervalSince1970) + offset }

  private static func claims(_ more: String = "", exp: Int = 600) -> String {
    #"{"aud":"api-gateway","scopes":["assistant:read","assistant:write"],"exp":\#(moment(exp))\#(more)}"#
  }

  private static func bearer(_ token: String) -> HeaderList { ["authorization": "Bearer \(token)"] }

  private static func top(keys: String, _ more: String = "consumer: web-app") -> String {
    """
    authentication:
      - keys
      - jwt: { keys: "\(keys)", audience: [api-gateway], \(more) }
    consumers:
      app: { keys: [env:APP_KEY] }
      web-app: { models: [m] }
    """
  }

  /// A gateway whose issuer has its keys in a file.
  private func withGateway(
    _ more: String = "consumer: web-app", limits: String = "",
    _ body: (GatewayProcess, ScriptedUpstream, TestIssuer) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let issuer = try TestIssuer()
      let upstream = try await scenario.upstream([.chat()])
      let directory = try scenario.directory()
      try Data(try TestIssuer.jwks(issuer).utf8).write(to: directory.appending(path: "jwks.json"))
      let gateway = try await scenario.gateway(
        Configuration.text(to: [upstream.url], top: Self.top(keys: "file:jwks.json", more) + "\n" + limits),
        environment: ["APP_KEY": "sk-app"], directory: directory)
      try await body(gateway, upstream, issuer)
    }
  }

  @Test func explainSaysWhatACallWithATokenWouldGet() async throws {
    let more =
      "scopes: [\"assistant:read\"], claims: { consumer: azp, roles: groups }"
    let limits = """
      roles: { reader: { surfaces: [chat] } }
      limits: [{ requests: 1, per: day, by: "claim:sub" }]
      """
    try await scenario { scenario in
      let (issuer, stranger) = (try TestIssuer(), try TestIssuer())
      let upstream = try await scenario.upstream([.chat()])
      let directory = try scenario.directory()
      try Data(try TestIssuer.jwks(issuer).utf8).write(to: directory.appending(path: "jwks.json"))
      let gateway = try await scenario.gateway(
        Configuration.text(to: [upstream.url], top: Self.top(keys: "file:jwks.json", more) + "\n" + limits),
        environment: ["APP_KEY": "sk-app"], directory: directory)
      func explain(_ token: String) async throws -> (code: Int32, answer: JSONValue, text: String) {
        let result = try await scenario.command(
          ["explain", "--json", "--token", "-", "--model", "m", "--config", directory.path + "/sluice.yaml"],
          environment: ["APP_KEY": "sk-app"], input: token)
        return (result.code, try JSONValue(parsing: result.output), result.output)
      }
      let whole = #","azp":"web-app","sub":"ann","groups":["reader","guest"]"#
      let good = try issuer.token(Self.claims(whole))
      let told = try await explain(good)
      #expect(told.code == 0, "\(told.text)")
      #expect(told.text.contains("not configured, so of no use: 'guest'"))
      #expect(told.text.contains("a token of 'ann' for consumer 'web-app'"))
      #expect(try await gateway.chat(headers: Self.bearer(good)).status == 200)
      // Its one call a day is made, and it says so as the gateway does.
      for token in [
        good, try issuer.token(Self.claims(whole, exp: -600)), try stranger.token(Self.claims(whole)),
        try issuer.token(Self.claims(#","azp":"nobody""#)), try issuer.token(Self.claims()), "opaque",
        try issuer.token(#"{"aud":"api-gateway","azp":"web-app","exp":\#(Self.moment(600))}"#),
        try issuer.token(Self.claims(#","azp":"web-app","sub":"ben""#)),
      ] {
        try await eventually("the explanation is that of the gateway") {
          let (answer, told) = (try await gateway.chat(headers: Self.bearer(token)), try await explain(token))
          guard told.code == 1, told.answer["status"]?.number == Double(answer.status) else { return false }
          return try told.answer["code"]?.string == answer.error()["code"]?.string
        }
      }
      let asked = try await gateway.admin(
        "POST", "/api/v1/explain", #"{"token":"\#(good)","model":"m"}"#)
      #expect(try asked.json()["code"]?.string == "request_limit_exceeded", "\(asked.text)")
    }
  }

  @Test func theTokenOfTheRequirementsIsLetIn() async throws {
    try await withGateway("consumer: web-app, scopes: [\"assistant:read\"], algorithms: [RS256]") {
      gateway, upstream, issuer in
      let token = try issuer.token(Self.claims(#","sub":"user-7""#), header: #"{"alg":"RS256","typ":"JWT"}"#)
      for _ in 0..<2 {
        let answer = try await gateway.chat(headers: Self.bearer(token))
        #expect(answer.status == 200, "\(answer.text)")
      }
      let line = try await gateway.logged()
      #expect(line["consumer"]?.string == "web-app")
      #expect(line["subject"]?.string == "user-7")
      #expect(try await upstream.request().headers["authorization"] == nil)
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_authentications_total", ["method": "jwt", "outcome": "accepted"]) == 2)
    }
  }

  @Test func aGatewayKeyIsStillGoodBesideTokens() async throws {
    try await withGateway { gateway, _, _ in
      #expect(try await gateway.chat(headers: Self.bearer("sk-app")).status == 200)
      let wrong = try await gateway.chat(headers: Self.bearer("sk-wrong"))
      #expect(wrong.status == 401)
      #expect(try wrong.error()["code"]?.string == "invalid_api_key")
      let none = try await gateway.chat()
      #expect(none.status == 401)
      #expect(try none.error()["message"]?.string?.contains("a JSON Web Token as 'Authorization: Bearer") == true)
    }
  }

  @Test func aTokenThatIsTooLongIsToldSo() async throws {
    try await withGateway { gateway, upstream, issuer in
      let padding = String(repeating: "x", count: 17 << 10)
      let token = try issuer.token(Self.claims(#","padding":"\#(padding)""#))
      let answer = try await gateway.chat(headers: Self.bearer(token))
      #expect(answer.status == 401)
      #expect(try answer.error()["code"]?.string == "invalid_token")
      #expect(
        try answer.error()["message"]?.string == "the token has \(token.utf8.count) bytes; at most 16384 are read")
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func anExpiredTokenIsToldWhenItExpired() async throws {
    try await withGateway { gateway, upstream, issuer in
      let token = try issuer.token(#"{"aud":"api-gateway","scopes":["assistant:read"],"exp":1672531200}"#)
      let answer = try await gateway.chat(headers: Self.bearer(token))
      #expect(answer.status == 401)
      #expect(try answer.error()["code"]?.string == "invalid_token")
      #expect(
        try answer.error()["message"]?.string == "the token expired at 2023-01-01T00:00:00Z; get a new one")
      #expect(
        answer.headers["www-authenticate"]
          == "Bearer realm=\"sluice\", error=\"invalid_token\", "
          + "error_description=\"the token expired at 2023-01-01T00:00:00Z; get a new one\"")
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func aTokenForAnotherAudienceIsToldWhichIsWanted() async throws {
    try await withGateway { gateway, _, issuer in
      let token = try issuer.token(#"{"aud":["shop"],"exp":\#(Self.moment(600))}"#)
      let answer = try await gateway.chat(headers: Self.bearer(token))
      #expect(answer.status == 401)
      #expect(
        try answer.error()["message"]?.string == "the token is for 'shop'; the audience 'api-gateway' is wanted")
    }
  }

  @Test func aTokenOfAnotherKeyIsRefused() async throws {
    try await withGateway { gateway, upstream, _ in
      let other = try TestIssuer(other: true)
      let forged = try await gateway.chat(headers: Self.bearer(try other.token(Self.claims())))
      #expect(forged.status == 401)
      #expect(try forged.error()["message"]?.string == "the token's signature is wrong")
      let unknown = try TestIssuer(kid: "k9", other: true)
      let answer = try await gateway.chat(headers: Self.bearer(try unknown.token(Self.claims())))
      #expect(
        try answer.error()["message"]?.string == "the token is signed with the key 'k9', which is none of its issuer's")
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func aTokenWithoutAScopeIsForbidden() async throws {
    try await withGateway("consumer: web-app, scopes: [\"admin:all\"]") { gateway, _, issuer in
      let answer = try await gateway.chat(headers: Self.bearer(try issuer.token(Self.claims())))
      #expect(answer.status == 403)
      #expect(try answer.error()["code"]?.string == "insufficient_scope")
      #expect(
        answer.headers["www-authenticate"]
          == "Bearer realm=\"sluice\", error=\"insufficient_scope\", scope=\"admin:all\"")
    }
  }

  @Test func aClaimNamesTheConsumer() async throws {
    try await withGateway("claims: { consumer: ctx.app }") { gateway, _, issuer in
      let good = try await gateway.chat(
        headers: Self.bearer(try issuer.token(Self.claims(#","ctx":{"app":"web-app"}"#))))
      #expect(good.status == 200)
      let unknown = try await gateway.chat(
        headers: Self.bearer(try issuer.token(Self.claims(#","ctx":{"app":"shop"}"#))))
      #expect(unknown.status == 403)
      #expect(try unknown.error()["code"]?.string == "unknown_consumer")
      #expect(
        try unknown.error()["message"]?.string
          == "the token is for the consumer 'shop' (claim 'ctx.app'), which this gateway does not have")
      let none = try await gateway.chat(headers: Self.bearer(try issuer.token(Self.claims())))
      #expect(none.status == 403)
    }
  }

  @Test func theConsumersModelsHoldForItsTokens() async throws {
    try await withGateway { gateway, _, issuer in
      let token = try issuer.token(Self.claims())
      let answer = try await gateway.chat(ChatBody.plain(model: "other"), headers: Self.bearer(token))
      #expect(answer.status == 404)
      let list = try await gateway.call("GET", "/v1/models", headers: Self.bearer(token))
      #expect(list.text.contains("\"m\""))
    }
  }

  @Test func theRolesAndTheTeamOfATokenHold() async throws {
    try await withGateway(
      "consumer: web-app, claims: { team: group, roles: realm.roles }",
      limits: """
        teams: { research: {} }
        roles: { reader: { surfaces: [embeddings] }, chatter: { surfaces: [chat] } }
        """
    ) { gateway, _, issuer in
      for (role, status) in [("chatter", 200), ("reader", 403), ("unknown", 403)] {
        let claims = Self.claims(#","group":"research","realm":{"roles":["\#(role)"]}"#)
        let answer = try await gateway.chat(headers: Self.bearer(try issuer.token(claims)))
        #expect(answer.status == status, "\(role): \(answer.text)")
      }
      #expect(try await gateway.logged()["team"]?.string == "research")
      let gone = try await gateway.chat(headers: Self.bearer(try issuer.token(Self.claims(#","group":"gone""#))))
      #expect(gone.status == 403)
      #expect(try gone.error()["code"]?.string == "team_not_allowed")
    }
  }

  @Test func eachValueOfAClaimHasALimitOfItsOwn() async throws {
    try await withGateway(limits: "limits: [{ requests: 1, per: day, by: \"claim:https://x.example/tenant\" }]") {
      gateway, _, issuer in
      for (tenant, status) in [("a", 200), ("a", 429), ("b", 200)] {
        let token = try issuer.token(Self.claims(#","https://x.example/tenant":"\#(tenant)""#))
        #expect(try await gateway.chat(headers: Self.bearer(token)).status == status)
      }
    }
  }

  @Test(arguments: ["header:x-token", "cookie:session", "query:access_token"])
  func aTokenMayStandElsewhereAndGoesNoFurther(_ place: String) async throws {
    try await withGateway("consumer: web-app, from: \"\(place)\"") { gateway, upstream, issuer in
      let token = try issuer.token(Self.claims())
      let headers: HeaderList
      var path = "/v1/chat/completions"
      switch place {
      case "header:x-token": headers = ["x-token": "Bearer \(token)"]
      case "cookie:session": headers = ["cookie": "a=b; session=\(token)"]
      default:
        headers = [:]
        path += "?access_token=\(token)"
      }
      #expect(try await gateway.call("POST", path, ChatBody.plain(), headers: headers).status == 200)
      let request = try await upstream.request()
      #expect(!request.headers.text.contains(token) && !request.target.contains(token))
      #expect(!gateway.child.output.contains(token) && !gateway.programLog.contains(token))
      let other = try await gateway.call(
        "POST", "/v1/chat/completions", ChatBody.plain(), headers: Self.bearer(token))
      #expect(other.status == 401)
    }
  }

  @Test func keysOfAURLAreFollowedWhenTheyChange() async throws {
    try await scenario { scenario in
      let first = try TestIssuer()
      let second = try TestIssuer(.es256, kid: "k2")
      let login = try await scenario.upstream(
        inTurn: [.json(try TestIssuer.jwks(first))], [.json(try TestIssuer.jwks(second))])
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: Self.top(keys: "\(login.url)/keys?tenant=7"), environment: ["APP_KEY": "sk-app"])
      #expect(try await gateway.chat(headers: Self.bearer(try first.token(Self.claims()))).status == 200)
      #expect(login.requests.first?.target == "/v1/keys?tenant=7")
      // The first call with the new key waits until it is known.
      #expect(try await gateway.chat(headers: Self.bearer(try second.token(Self.claims()))).status == 200)
      // A token that was not seen before is not let in by a key that its issuer has taken back.
      let late = try await gateway.chat(headers: Self.bearer(try first.token(Self.claims(#","n":1"#))))
      #expect(late.status == 401)
      // Unknown keys are asked for once in a while only.
      #expect(login.requests.count == 2)
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_jwks_refreshes_total", ["outcome": "success"]) == 2)
    }
  }

  @Test func withoutItsKeysATokenCannotBeJudged() async throws {
    try await scenario { scenario in
      let issuer = try TestIssuer()
      let jwks = try TestIssuer.jwks(issuer)
      let login = try await scenario.upstream(inTurn: [.error(500)], [.error(500)], [.json(jwks)])
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, top: Self.top(keys: "\(login.url)/keys"), environment: ["APP_KEY": "sk-app"])
      try await gateway.says("no token keys", "it answered 500")
      let token = try issuer.token(Self.claims())
      let answer = try await gateway.chat(headers: Self.bearer(token))
      if answer.status != 200 {
        #expect(answer.status == 503)
        #expect(try answer.error()["code"]?.string == "authentication_unavailable")
        #expect(answer.headers["retry-after"] == "1")
      }
      // Keys of the gateway need no issuer.
      #expect(try await gateway.chat(headers: Self.bearer("sk-app")).status == 200)
      try await eventually("the keys are there") {
        try await gateway.chat(headers: Self.bearer(token)).status == 200
      }
      try await gateway.says("token keys are there again")
    }
  }

  @Test func keysThatAreThereServeWhileTheIssuerIsAway() async throws {
    try await scenario { scenario in
      let issuer = try TestIssuer()
      let jwks = try TestIssuer.jwks(issuer)
      let login = try await scenario.upstream(inTurn: [.json(jwks)], [.error(500)])
      let upstream = try await scenario.upstream([.chat()])
      let text = Configuration.text(
        to: [upstream.url], top: Self.top(keys: "\(login.url)/keys"))
      let gateway = try await scenario.gateway(text, environment: ["APP_KEY": "sk-app"])
      #expect(try await gateway.chat(headers: Self.bearer(try issuer.token(Self.claims()))).status == 200)
      let unknown = try TestIssuer(.eddsa, kid: "k3")
      #expect(try await gateway.chat(headers: Self.bearer(try unknown.token(Self.claims()))).status == 401)
      try await gateway.says("no token keys")
      // Also after a reload.
      try gateway.save(text.replacing("models:\n", with: "models:\n  n: { targets: [p0/up] }\n"))
      gateway.hangUp()
      try await eventually("the new model is there") {
        try await gateway.call("GET", "/v1/models", headers: Self.bearer("sk-app")).text.contains("\"n\"")
      }
      #expect(try await gateway.chat(headers: Self.bearer(try issuer.token(Self.claims(#","n":2"#)))).status == 200)
      #expect(login.requests.count == 2)
    }
  }

  @Test func theIssuerTellsWhereItsKeysAre() async throws {
    try await scenario { scenario in
      let issuer = try TestIssuer(.ps256)
      let jwks = try TestIssuer.jwks(issuer)
      let login = try await scenario.upstream { request in
        guard request.target.hasSuffix("/openid-configuration"), let host = request.headers["host"] else {
          return [.json(jwks)]
        }
        return [.json(#"{"issuer":"http://\#(host)/realm/","jwks_uri":"http://\#(host)/certs"}"#)]
      }
      let upstream = try await scenario.upstream([.chat()])
      let name = "http://127.0.0.1:\(login.port)/realm/"
      let gateway = try await scenario.gateway(
        to: upstream,
        top: """
          authentication: [{ jwt: { issuer: "\(name)", audience: [api-gateway], consumer: web-app } }]
          consumers: { web-app: { models: [m] } }
          """)
      let good = try issuer.token(Self.claims(#","iss":"\#(name)""#))
      #expect(try await gateway.chat(headers: Self.bearer(good)).status == 200)
      let other = try await gateway.chat(headers: Self.bearer(try issuer.token(Self.claims(#","iss":"https://evil""#))))
      #expect(other.status == 401)
      #expect(
        try other.error()["message"]?.string == "the token was issued by 'https://evil', not by '\(name)'")
      #expect(login.requests.map(\.target) == ["/realm/.well-known/openid-configuration", "/certs"])
    }
  }

  @Test func aTokenOpensAChatOverWebSocket() async throws {
    try await withGateway("consumer: web-app, from: query:access_token") { gateway, upstream, issuer in
      let token = try issuer.token(Self.claims())
      let (head, frames) = try await gateway.socket("/v1/chat/completions?access_token=\(token)")
      #expect(head.status == 101)
      frames.send(ChatBody.plain())
      let message = try await frames.frame()
      #expect(message.text.contains("hello"))
      #expect(upstream.requests.count == 1)
    }
  }
}
