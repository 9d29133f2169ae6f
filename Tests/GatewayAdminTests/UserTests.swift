import Foundation
import GatewayAdmin
import GatewayCore
import GatewayStorage
import Hummingbird
import Testing

@Suite struct UserTests {
  private static let writes: [(method: String, path: String, body: String?)] = [
    ("POST", "/users", #"{"name":"x","password":"correct horse","role":"viewer"}"#),
    ("PATCH", "/users/eve", #"{"disabled":true}"#), ("DELETE", "/users/eve", nil),
    ("POST", "/tokens", #"{"label":"x","role":"administrator"}"#), ("DELETE", "/tokens/1", nil),
  ]

  @Test(arguments: [AdminRole.viewer, .operator, .teamAdministrator])
  func onlyAdministratorsManageUsers(role: AdminRole) async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let token = try await plane.token(role, team: role == .teamAdministrator ? "a" : nil)
      let headers = ["authorization: Bearer \(token)"]
      for path in ["/users", "/users/eve", "/tokens", "/audit"] {
        let answer = try await plane.call("GET", path, nil, headers)
        #expect(answer.status == 403 && answer.code == "not_permitted", "\(path)")
      }
      for write in Self.writes {
        #expect(try await plane.call(write.method, write.path, write.body, headers).status == 403)
      }
    }
  }

  @Test func nobodyDoesAnythingWithoutSigningIn() async throws {
    try await AccessFixture.run { plane in
      for isSetUp in [false, true] {
        if isSetUp { try await plane.make("eve") }
        for path in ["/users", "/tokens", "/audit"] {
          let answer = try await plane.call("GET", path)
          #expect(answer.status == 401 && answer.code == "not_signed_in")
          #expect(answer.headers["www-authenticate"] == "Bearer")
        }
        for write in Self.writes { #expect(try await plane.call(write.method, write.path, write.body).status == 401) }
      }
    }
  }

  @Test func aUserIsMadeChangedAndRemoved() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let root = try await plane.signIn("eve").headers
      let made = try await plane.call(
        "POST", "/users", #"{"name":"bob@x.y","password":"battery staple","role":"team-administrator","team":"a"}"#,
        root)
      #expect(made.status == 201)
      #expect(made.object?["team"] as? String == "a" && made.object?["disabled"] as? Bool == false)
      #expect(made.object?["createdAt"] as? String == "2027-01-15T08:00:00Z")
      let bob = try await plane.signIn("bob@x.y", password: "battery staple")
      let changed = try await plane.call("PATCH", "/users/bob%40x.y", #"{"role":"operator"}"#, root)
      #expect(changed.object?["role"] as? String == "operator" && changed.object?["team"] is NSNull)
      #expect(try await plane.call("GET", "/session", nil, bob.headers).status == 401)
      let twice = try await plane.call(
        "POST", "/users", #"{"name":"bob@x.y","password":"battery staple","role":"viewer"}"#, root)
      #expect(twice.status == 409 && twice.code == "object_exists")
      #expect(try await plane.call("DELETE", "/users/bob%40x.y", nil, root).status == 204)
      for method in ["GET", "DELETE"] {
        let gone = try await plane.call(method, "/users/bob%40x.y", nil, root)
        #expect(gone.status == 404 && gone.code == "object_not_found")
      }
    }
  }

  @Test func aDisabledUserIsOutAtOnce() async throws {
    try await AccessFixture.run { plane in
      for name in ["eve", "bob"] { try await plane.make(name) }
      let (root, bob) = (try await plane.signIn("eve").headers, try await plane.signIn("bob"))
      #expect(try await plane.call("PATCH", "/users/bob", #"{"disabled":true}"#, root).status == 200)
      #expect(try await plane.call("GET", "/users", nil, bob.headers).status == 401)
      await #expect(throws: Session.Refused.self) { try await plane.signIn("bob") }
      #expect(try await plane.call("PATCH", "/users/bob", #"{"disabled":false}"#, root).status == 200)
      _ = try await plane.signIn("bob")
    }
  }

  @Test func theLastAdministratorStays() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let root = try await plane.signIn("eve").headers
      for (method, body) in [("PATCH", #"{"role":"viewer"}"#), ("PATCH", #"{"disabled":true}"#), ("DELETE", nil)] {
        let answer = try await plane.call(method, "/users/eve", body, root)
        #expect(answer.status == 409 && answer.code == "last_administrator")
      }
    }
  }

  @Test(arguments: [
    (#"{"name":"x","password":"correct horse","role":"king"}"#, "/role"),
    (#"{"name":"x","password":"correct horse","role":"viewer","team":"a"}"#, "/team"),
    (#"{"name":"x","password":"correct horse","role":"team-administrator"}"#, "/team"),
    (#"{"name":"<b>","password":"correct horse","role":"viewer"}"#, "/name"),
    (#"{"name":"x","password":7,"role":"viewer"}"#, "/password"),
  ]) func aMistakeIsNamed(body: String, pointer: String) async throws {
    try await AccessFixture.run { plane in
      let headers = ["authorization: Bearer \(try await plane.token(.administrator))"]
      let answer = try await plane.call("POST", "/users", body, headers)
      #expect(answer.status == 400 && answer.object?["pointer"] as? String == pointer)
    }
  }

  @Test func aListIsReadInPages() async throws {
    try await AccessFixture.run { plane in
      for name in ["a", "b", "c"] { try await plane.make(name) }
      let headers = ["authorization: Bearer \(try await plane.token(.administrator))"]
      let first = try await plane.call("GET", "/users?limit=2", nil, headers)
      #expect((first.object?["data"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["a", "b"])
      #expect(first.object?["total"] as? Int == 3)
      let next = try #require(first.object?["next"] as? String)
      let second = try await plane.call("GET", "/users?limit=2&cursor=\(next)", nil, headers)
      #expect((second.object?["data"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["c"])
      #expect(second.object?["next"] is NSNull)
      for query in ["limit=0", "limit=x", "cursor=%21", "colour=red", "limit=1&limit=2", "limit=%GG"] {
        let answer = try await plane.call("GET", "/users?\(query)", nil, headers)
        #expect(answer.status == 400 && answer.code == "invalid_request", "\(query)")
      }
    }
  }
}

@Suite struct TokenTests {
  @Test func aTokenIsShownOnceAndWorksUntilItEnds() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let root = try await plane.signIn("eve").headers
      let made = try await plane.call(
        "POST", "/tokens", #"{"label":"ci","role":"operator","expiresAt":"2027-01-15T09:00:00Z"}"#, root)
      #expect(made.status == 201)
      let secret = try #require(made.object?["token"] as? String)
      let bearer = ["authorization: Bearer \(secret)"]
      let shown = try await plane.call("GET", "/session", nil, bearer)
      #expect((shown.object?["user"] as? [String: Any])?["name"] as? String == "token:ci")
      #expect(shown.object?["csrf"] is NSNull)
      let list = try await plane.call("GET", "/tokens", nil, root)
      #expect(!list.body.contains(secret))
      #expect((list.object?["data"] as? [[String: Any]])?.first?["lastUsedAt"] as? String == "2027-01-15T08:00:00Z")
      #expect((list.object?["data"] as? [[String: Any]])?.first?["createdBy"] as? String == "eve")
      plane.pass(seconds: 3600)
      let late = try await plane.call("GET", "/session", nil, bearer)
      #expect(late.status == 401 && late.code == "invalid_credentials")
    }
  }

  @Test func aRemovedTokenIsRefused() async throws {
    try await AccessFixture.run { plane in
      let admin = ["authorization: Bearer \(try await plane.token(.administrator))"]
      let viewer = ["authorization: Bearer \(try await plane.token(.viewer))"]
      #expect(try await plane.call("GET", "/session", nil, viewer).status == 200)
      #expect(try await plane.call("DELETE", "/tokens/2", nil, admin).status == 204)
      #expect(try await plane.call("GET", "/session", nil, viewer).status == 401)
      for path in ["/tokens/2", "/tokens/x", "/tokens/%FF"] {
        #expect(try await plane.call("DELETE", path, nil, admin).code == "object_not_found")
      }
    }
  }

  @Test func theTokenOfTheFileIsAnAdministrator() async throws {
    try await AccessFixture.run(AdminSettings(port: 0, token: Secret("file-token"))) { plane in
      let right = ["authorization: Bearer file-token"]
      #expect(try await plane.call("GET", "/users", nil, right).status == 200)
      #expect(try await plane.call("GET", "/config", nil, right).status == 200)
      for header in ["Bearer other", "Basic file-token", "Bearer", "Bearer slt_AAAA"] {
        let answer = try await plane.call("GET", "/users", nil, ["authorization: \(header)"])
        #expect(answer.status == 401 && answer.code == "invalid_credentials")
      }
    }
  }

  @Test func aWrongTokenIsNotMadeGoodByASession() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let session = try await plane.signIn("eve")
      #expect(
        try await plane.call("GET", "/users", nil, session.headers + ["authorization: Bearer x"]).status == 401)
    }
  }

  @Test(arguments: [
    (#"{"label":"","role":"viewer"}"#, "/label"), (#"{"label":"a\nb","role":"viewer"}"#, "/label"),
    (#"{"label":"a","role":"viewer","expiresAt":"soon"}"#, "/expiresAt"),
    (#"{"label":"a","role":"viewer","expiresAt":"2020-01-01"}"#, "/expiresAt"),
  ]) func aMistakeIsNamed(body: String, pointer: String) async throws {
    try await AccessFixture.run { plane in
      let headers = ["authorization: Bearer \(try await plane.token(.administrator))"]
      let answer = try await plane.call("POST", "/tokens", body, headers)
      #expect(answer.status == 400 && answer.object?["pointer"] as? String == pointer)
    }
  }
}

@Suite struct AdminFrameTests {
  @Test func theTrailTellsWhoDidWhat() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      let root = try await plane.signIn("eve").headers
      _ = try await plane.call(
        "POST", "/users", #"{"name":"bob","password":"battery staple","role":"viewer"}"#, root)
      _ = try await plane.call("PATCH", "/users/bob", #"{"password":"battery stable"}"#, root)
      _ = try await plane.call("DELETE", "/users/bob", nil, root)
      let trail = try await plane.call("GET", "/audit?by=eve&limit=3", nil, root)
      let rows = try #require(trail.object?["data"] as? [[String: Any]])
      #expect(rows.compactMap { $0["action"] as? String } == ["users.delete", "users.change", "users.create"])
      #expect(rows.allSatisfy { $0["address"] as? String == "127.0.0.1" && $0["object"] as? String == "bob" })
      #expect(!trail.body.contains("battery"))
      let cursor = try #require(trail.object?["next"] as? String)
      let rest = try await plane.call("GET", "/audit?by=eve&cursor=\(cursor)", nil, root)
      #expect((rest.object?["data"] as? [[String: Any]])?.compactMap { $0["action"] as? String } == ["session.create"])
      #expect(try await plane.call("GET", "/audit?from=yesterday", nil, root).status == 400)
      let none = try await plane.call("GET", "/audit?to=2027-01-15", nil, root)
      #expect((none.object?["data"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func signInsAndWhatWasRefusedAreInTheTrail() async throws {
    try await AccessFixture.run { plane in
      try await plane.make("eve")
      try await plane.make("bob", .viewer)
      let wrong = #"{"name":"eve","password":"wrong horse"}"#
      #expect(try await plane.call("POST", "/session", wrong).status == 401)
      // Whoever types the password into the field of the name.
      let slip = #"{"name":"correct-horse","password":"wrong horse"}"#
      #expect(try await plane.call("POST", "/session", slip).status == 401)
      let bob = try await plane.signIn("bob").headers
      #expect(try await plane.call("DELETE", "/users/eve", nil, bob).status == 403)
      #expect(try await plane.call("GET", "/users", nil, bob).status == 403)
      #expect(try await plane.call("DELETE", "/session", nil, bob).status == 204)
      let trail = try await plane.call("GET", "/audit?limit=5", nil, try await plane.signIn("eve").headers)
      let rows = try #require(trail.object?["data"] as? [[String: Any]]).dropFirst()
      #expect(
        rows.compactMap { $0["action"] as? String } == [
          "session.delete", "access.refused", "session.create", "session.refused",
        ])
      #expect(rows.compactMap { $0["by"] as? String } == ["bob", "bob", "bob", "nobody"])
      let refusal = rows.dropFirst().first?["detail"] as? [String: Any]
      #expect(refusal?["request"] as? String == "DELETE /api/v1/users/eve" && refusal?["role"] as? String == "viewer")
      #expect(!trail.body.contains("horse"))
    }
  }

  @Test func withAnAdministratorTheConfigurationNeedsASignIn() async throws {
    try await AccessFixture.run { plane in
      #expect(try await plane.call("GET", "/config").status == 200)
      try await plane.make("eve")
      for (method, path) in [("GET", "/config"), ("POST", "/config/reload")] {
        let answer = try await plane.call(method, path)
        #expect(answer.status == 401 && answer.errorCode == "not_signed_in")
      }
      for path in ["/metrics", "/health/live", "/health/ready"] {
        #expect(try await plane.call("GET", path).status == 200)
      }
      let session = try await plane.signIn("eve")
      #expect(try await plane.call("GET", "/config", nil, session.headers).status == 200)
      #expect(try await plane.call("POST", "/config/reload", "", session.headers).status == 200)
      let last = try await plane.store.auditRecords(AuditQuery(limit: 1)).first
      #expect(last?.entry.action == "configuration.reload" && last?.author.name == "eve")
      let viewer = ["authorization: Bearer \(try await plane.token(.viewer))"]
      #expect(try await plane.call("GET", "/config", nil, viewer).status == 200)
      #expect(try await plane.call("POST", "/config/reload", "", viewer).errorCode == "not_permitted")
      let team = ["authorization: Bearer \(try await plane.token(.teamAdministrator, team: "a"))"]
      #expect(try await plane.call("GET", "/config", nil, team).status == 403)
    }
  }

  @Test func aBodyHasALimitAndAType() async throws {
    try await AccessFixture.run { plane in
      let large = #"{"name":"\#(String(repeating: "x", count: 1 << 20))","password":""}"#
      let answer = try await plane.call("POST", "/session", large)
      #expect(answer.status == 413 && answer.code == "body_too_large")
      for body in ["", "{", "{}x", #"{"name":"a","name":"b","password":"c"}"#, #"{"name":"\ud800","password":""}"#] {
        let answer = try await plane.call("POST", "/session", body)
        #expect(answer.status == 400 && answer.code == "invalid_json", "\(body)")
      }
      let head = "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain"
      #expect(try await RawAnswer.to(head, body: "{}", port: plane.port).status == 415)
    }
  }

  @Test func pathsAndMethodsAreToldApart() async throws {
    try await AccessFixture.run { plane in
      let unknown = try await plane.call("GET", "/nothing")
      #expect(unknown.status == 404 && unknown.code == "unknown_path")
      #expect(unknown.object?["title"] as? String == "Not Found" && unknown.object?["type"] as? String == "about:blank")
      for (path, methods) in [
        ("/users/eve", "DELETE, GET, HEAD, PATCH"), ("/session", "DELETE, GET, HEAD, POST"),
        ("/session/password", "PUT"), ("/tokens/7", "DELETE"),
      ] {
        let answer = try await plane.call("OPTIONS", path)
        #expect(answer.status == 405 && answer.code == "method_not_allowed")
        #expect(answer.headers["allow"] == methods, "\(path)")
      }
      let head = try await plane.call("HEAD", "/setup")
      #expect(head.status == 200 && head.body.isEmpty)
    }
  }

  @Test(arguments: ["/setup", "/session", "/nothing", "/config", "/health/live"])
  func browsersLoadNothingFromElsewhere(path: String) async throws {
    try await AccessFixture.run { plane in
      let answer = try await plane.call("GET", path)
      #expect(
        answer.headers["content-security-policy"]
          == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
          + "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
      #expect(answer.headers["referrer-policy"] == "no-referrer")
      #expect(answer.headers["cross-origin-opener-policy"] == "same-origin")
      #expect(answer.headers["x-content-type-options"] == "nosniff")
      #expect(answer.headers["cache-control"] == "no-store")
    }
  }

  @Test func aDatabaseThatDoesNotAnswerIsNoSignIn() async throws {
    try await AccessFixture.run(AdminSettings(port: 0, token: Secret("file-token"))) { plane in
      try await plane.make("eve")
      let session = try await plane.signIn("eve")
      try await plane.store.close()
      let answer = try await plane.call("GET", "/users", nil, session.headers)
      #expect(answer.status == 503 && answer.code == "storage_unavailable")
      #expect(try await plane.call("GET", "/config", nil, ["authorization: Bearer file-token"]).status == 200)
    }
  }

  /// What other parts add.
  private struct Names: AdminRoutes {
    func add(to group: inout AdminRouteList) {
      group.get("/names/:name", AdminOperation("getNames", "Both names.", .permitted(.read), answers: [])) {
        _, context in
        return try AdminJSON.response(.ok, [context.name("name"), context.team ?? "all"])
      }
    }
  }

  @Test func theDescriptionOfARouteSaysWhoMay() async throws {
    try await AccessFixture.run(routes: [Names()]) { plane in
      #expect(try await plane.call("GET", "/names/a").body == #"["a","all"]"#)
      let proxied = try await plane.call("GET", "/names/a", nil, ["x-forwarded-for: 10.0.0.1"])
      #expect(proxied.status == 401 && proxied.code == "not_signed_in")
      try await plane.make("eve")
      #expect(try await plane.call("GET", "/names/a").status == 401)
      let viewer = ["authorization: Bearer \(try await plane.token(.viewer))"]
      #expect(
        try await plane.call("GET", "/names/openai%2Fgpt-4o+1%25", nil, viewer).body == #"["openai/gpt-4o+1%","all"]"#)
      #expect(try await plane.call("GET", "/names/%zz", nil, viewer).code == "object_not_found")
      let team = ["authorization: Bearer \(try await plane.token(.teamAdministrator, team: "a"))"]
      #expect(try await plane.call("GET", "/names/a", nil, team).body == #"["a","a"]"#)
    }
  }
}
