import GatewayAdmin
import GatewayCore
import GatewayStorage
import Testing

@Suite struct SessionTests {
  @Test func whoKnowsThePasswordGetsACookieThatScriptsCannotRead() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let session = try await plane.signIn("eve")
      let cookie = try #require(session.answer.headers["set-cookie"])
      for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=604800"] { #expect(cookie.contains(part)) }
      #expect(!cookie.contains("Secure"))
      let shown = try await plane.call("GET", "/session", nil, ["cookie: \(session.cookie)"])
      let user = try #require(shown.object?["user"] as? [String: Any])
      #expect(user["name"] as? String == "eve" && user["role"] as? String == "administrator")
      #expect(user["permissions"] as? [String] == ["read", "write", "keys", "secrets", "users", "conversations"])
      #expect(user.keys.contains("team"))
      #expect(shown.object?["csrf"] as? String == session.csrf)
    }
  }

  @Test func behindTLSTheCookieIsForTLSOnly() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let answer = try await plane.call(
        "POST", "/session", #"{"name":"eve","password":"correct horse"}"#, ["origin: https://localhost:\(plane.port)"])
      #expect(answer.headers["set-cookie"]?.contains("; Secure") == true)
    }
  }

  @Test(arguments: [
    #"{"name":"eve","password":"wrong horse"}"#, #"{"name":"nobody","password":"correct horse"}"#,
    #"{"name":"","password":"correct horse"}"#, #"{"name":"off","password":"correct horse"}"#,
  ]) func aWrongPasswordAndAWrongNameAreTheSame(body: String) async throws {
    try await AccessFixture.run { plane in
      for name in ["eve", "off"] { try await plane.make(name) }
      let root = try await plane.signIn("eve")
      #expect(try await plane.call("PATCH", "/users/off", #"{"disabled":true}"#, root.headers).status == 200)
      let answer = try await plane.call("POST", "/session", body)
      #expect(answer.status == 401)
      #expect(answer.code == "invalid_credentials")
      #expect(answer.object?["detail"] as? String == "the name or the password is wrong")
      #expect(answer.headers["set-cookie"] == nil)
      #expect(answer.headers["content-type"] == "application/problem+json")
    }
  }

  @Test func whoIsNotSignedInLearnsWhetherAnybodyIsThere() async throws {
    try await AccessFixture.run { plane in
      let before = try await plane.call("GET", "/session")
      #expect(before.status == 401 && before.code == "not_signed_in")
      #expect(before.object?["setUp"] as? Bool == true)
      try await plane.make("eve")
      let after = try await plane.call("GET", "/session")
      #expect(after.status == 401 && after.object?["setUp"] == nil)
    }
  }

  @Test func aChangeNeedsTheProofOfThePage() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let session = try await plane.signIn("eve")
      let cookie = "cookie: \(session.cookie)"
      for headers in [[cookie], [cookie, "x-sluice-csrf: \(session.csrf)x"], [cookie, "x-sluice-csrf: "]] {
        let answer = try await plane.call("POST", "/tokens", #"{"label":"a","role":"viewer"}"#, headers)
        #expect(answer.status == 403 && answer.code == "csrf_missing")
      }
      let reload = try await plane.call("POST", "/config/reload", "", [cookie])
      #expect(reload.status == 403 && reload.errorCode == "csrf_missing")
      let answer = try await plane.call("POST", "/tokens", #"{"label":"a","role":"viewer"}"#, session.headers)
      #expect(answer.status == 201)
      #expect(try await plane.call("GET", "/tokens", nil, [cookie]).status == 200)
    }
  }

  @Test func anotherSiteCannotUseTheSession() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let session = try await plane.signIn("eve")
      let answer = try await plane.call(
        "POST", "/tokens", #"{"label":"a","role":"viewer"}"#, session.headers + ["origin: http://evil.example"])
      #expect(answer.status == 403 && answer.code == "origin_not_allowed")
    }
  }

  @Test func signingOutEndsTheSession() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let session = try await plane.signIn("eve")
      let out = try await plane.call("DELETE", "/session", nil, session.headers)
      #expect(out.status == 204)
      #expect(out.headers["set-cookie"]?.contains("Max-Age=0") == true)
      #expect(try await plane.call("GET", "/session", nil, session.headers).status == 401)
    }
  }

  @Test func signingInAgainEndsTheSessionBefore() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let old = try await plane.signIn("eve")
      let new = try Session(
        await plane.call(
          "POST", "/session", #"{"name":"eve","password":"correct horse"}"#, ["cookie: \(old.cookie)"]))
      #expect(new.cookie != old.cookie)
      #expect(try await plane.call("GET", "/session", nil, old.headers).status == 401)
      #expect(try await plane.call("GET", "/session", nil, new.headers).status == 200)
    }
  }

  @Test func aNewPasswordEndsEveryOtherSession() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let (one, two) = (try await plane.signIn("eve"), try await plane.signIn("eve"))
      let wrong = try await plane.call(
        "PUT", "/session/password", #"{"old":"no","new":"battery staple"}"#, one.headers)
      #expect(wrong.status == 401 && wrong.code == "invalid_credentials")
      let short = try await plane.call(
        "PUT", "/session/password", #"{"old":"correct horse","new":"short"}"#, one.headers)
      #expect(short.status == 400 && short.object?["pointer"] as? String == "/new")
      let new = try Session(
        await plane.call(
          "PUT", "/session/password", #"{"old":"correct horse","new":"battery staple"}"#, one.headers))
      for session in [one, two] {
        #expect(try await plane.call("GET", "/session", nil, session.headers).status == 401)
      }
      #expect(try await plane.call("GET", "/session", nil, new.headers).status == 200)
      _ = try await plane.signIn("eve", password: "battery staple")
    }
  }

  @Test func anIdleSessionEnds() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let session = try await plane.signIn("eve")
      plane.pass(seconds: 11 * 3600)
      #expect(try await plane.call("GET", "/session", nil, session.headers).status == 200)
      plane.pass(seconds: 12 * 3600 + 1)
      #expect(try await plane.call("GET", "/session", nil, session.headers).status == 401)
    }
  }

  @Test func whoGuessesHasToWaitLongerAndLonger() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let wrong = #"{"name":"eve","password":"wrong horse"}"#
      for _ in 1...10 { #expect(try await plane.call("POST", "/session", wrong).status == 401) }
      for seconds: Int64 in [1, 2, 4] {
        let right = try await plane.call("POST", "/session", #"{"name":"eve","password":"correct horse"}"#)
        #expect(right.status == 429 && right.code == "too_many_attempts")
        #expect(right.headers["retry-after"] == "\(seconds)")
        plane.pass(seconds: seconds)
        #expect(try await plane.call("POST", "/session", wrong).status == 401)
      }
      plane.pass(seconds: 8)
      _ = try await plane.signIn("eve")
      #expect(try await plane.call("POST", "/session", wrong).status == 401)
      _ = try await plane.signIn("eve")
    }
  }
}

@Suite struct SetUpTests {
  private static let body = #""name":"ada","password":"correct horse"}"#

  @Test func aPersonOnThisMachineMakesTheFirstAdministrator() async throws {
    try await AccessFixture.run { plane in
      let state = try await plane.call("GET", "/setup")
      #expect(state.body == #"{"needed":true,"oidc":null,"passwords":true,"token":"optional"}"#)
      let session = try Session(await plane.call("POST", "/setup", "{" + Self.body))
      #expect(try await plane.call("GET", "/users", nil, session.headers).status == 200)
      #expect(try await plane.call("GET", "/setup").object?["needed"] as? Bool == false)
      let again = try await plane.call("POST", "/setup", #"{"name":"eve","password":"correct horse"}"#)
      #expect(again.status == 409 && again.code == "object_exists")
    }
  }

  @Test func aWrongTokenIsRefusedAlsoOnThisMachine() async throws {
    try await AccessFixture.run { plane in
      let answer = try await plane.call("POST", "/setup", #"{"token":"x","# + Self.body)
      #expect(answer.status == 401 && answer.code == "invalid_credentials")
      let token = plane.access.setUpToken.reveal { $0 }
      #expect(try await plane.call("POST", "/setup", #"{"token":"\#(token)","# + Self.body).status == 200)
    }
  }

  @Test(arguments: ["x-forwarded-for: 10.0.0.1", "forwarded: for=10.0.0.1", "via: 1.1 proxy", "x-real-ip: 10.0.0.1"])
  func behindAProxyOfThisMachineTheTokenIsNeeded(header: String) async throws {
    try await AccessFixture.run { plane in
      let answer = try await plane.call("POST", "/setup", "{" + Self.body, [header])
      #expect(answer.status == 400)
      #expect(try await plane.call("GET", "/setup", nil, [header]).object?["token"] as? String == "required")
    }
  }

  @Test func whereATokenIsConfiguredItIsNeeded() async throws {
    try await AccessFixture.run(AdminSettings(port: 0, token: Secret("file-token"))) { plane in
      let without = try await plane.call("POST", "/setup", "{" + Self.body)
      #expect(without.status == 400)
      let with = try await plane.call("POST", "/setup", "{" + Self.body, ["authorization: Bearer file-token"])
      #expect(with.status == 200)
    }
  }

  @Test(arguments: [
    (#"{"name":"a b","password":"correct horse"}"#, "/name"), (#"{"name":"","password":"correct horse"}"#, "/name"),
    (#"{"name":"ada","password":"short"}"#, "/password"), (#"{"name":"ada","password":"correct horse","x":1}"#, "/x"),
    (#"{"name":"ada"}"#, ""),
  ]) func aMistakeIsNamed(body: String, pointer: String) async throws {
    try await AccessFixture.run { plane in
      let answer = try await plane.call("POST", "/setup", body)
      #expect(answer.status == 400 && answer.code == "invalid_request")
      #expect(answer.object?["pointer"] as? String == pointer)
      #expect(try await plane.store.users().isEmpty)
    }
  }
}
