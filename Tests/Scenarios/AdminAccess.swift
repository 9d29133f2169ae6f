import Foundation
import GatewayTesting
import Testing

@Suite struct AdminAccess {
  private static let file = "providers: { e: { kind: echo } }\nmodels: { m: { targets: [e/echo] } }\n"
  private static let eve = #"{"name":"eve","password":"correct horse"}"#

  /// What a browser keeps of a session.
  private struct Session {
    let headers: HeaderList
    let cookie: HeaderList

    init(_ answer: Answer) throws {
      guard answer.status == 200, let cookie = answer.headers["set-cookie"]?.split(separator: ";").first,
        let csrf = try answer.json()["csrf"]?.string
      else { throw ScenarioError("no sign-in: \(answer.status) \(answer.text)") }
      self.cookie = ["cookie": String(cookie)]
      headers = ["cookie": String(cookie), "x-sluice-csrf": csrf, "content-type": "application/json"]
    }
  }

  @Test func theFirstVisitMakesAnAdministratorAndEndsTheOpenDoor() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(Self.file)
      try await gateway.says("make one at http://127.0.0.1:\(gateway.adminPort)/")
      try await gateway.says("set-up token: ")
      #expect(try await gateway.admin("GET", "/config").status == 200)
      #expect(try await gateway.admin("GET", "/api/v1/session").json()["setUp"]?.bool == true)
      let eve = try Session(await gateway.admin("POST", "/api/v1/setup", Self.eve))
      #expect(try await gateway.admin("GET", "/config").status == 401)
      #expect(try await gateway.admin("POST", "/config/reload", "").status == 401)
      #expect(try await gateway.admin("GET", "/config", headers: eve.cookie).status == 200)
      #expect(try await gateway.admin("POST", "/config/reload", "", headers: eve.headers).status == 200)
      for path in ["/metrics", "/health/live", "/health/ready"] {
        #expect(try await gateway.admin("GET", path).status == 200)
      }
      #expect(try await gateway.admin("POST", "/api/v1/setup", Self.eve).status == 409)
    }
  }

  @Test func whoIsDisabledIsOutAndSessionsSurviveARestart() async throws {
    try await scenario { scenario in
      let directory = try scenario.directory()
      let gateway = try await scenario.gateway(Self.file, directory: directory)
      let eve = try Session(await gateway.admin("POST", "/api/v1/setup", Self.eve))
      let bob = #"{"name":"bob","password":"battery staple","role":"operator"}"#
      #expect(try await gateway.admin("POST", "/api/v1/users", bob, headers: eve.cookie).status == 403)
      #expect(try await gateway.admin("POST", "/api/v1/users", bob, headers: eve.headers).status == 201)
      let signIn = #"{"name":"bob","password":"battery staple"}"#
      let session = try Session(await gateway.admin("POST", "/api/v1/session", signIn))
      #expect(try await gateway.admin("GET", "/api/v1/users", headers: session.headers).status == 403)
      let token = try #require(
        try await gateway.admin(
          "POST", "/api/v1/tokens", #"{"label":"ci","role":"viewer"}"#, headers: eve.headers
        ).json()["token"]?.string)
      #expect(
        try await gateway.admin("PATCH", "/api/v1/users/bob", #"{"disabled":true}"#, headers: eve.headers).status == 200
      )
      #expect(try await gateway.admin("GET", "/api/v1/session", headers: session.headers).status == 401)
      #expect(try await gateway.admin("POST", "/api/v1/session", signIn).status == 401)
      gateway.terminate()
      _ = try await gateway.child.exited()
      let next = try await scenario.gateway(Self.file, directory: directory)
      #expect(try await next.admin("GET", "/api/v1/users", headers: eve.headers).status == 200)
      #expect(
        try await next.admin("GET", "/api/v1/session", headers: ["authorization": "Bearer \(token)"]).status == 200)
      #expect(try await next.admin("GET", "/config").status == 401)
      #expect(!next.programLog.contains("set-up token"))
    }
  }

  @Test func anOperatorHasNoSecretSentElsewhere() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(
        """
        providers:
          echo: { kind: echo }
          paid: { kind: openai, keys: [env:PAID_KEY] }
        models: { m: { targets: [echo/echo, paid/x] } }
        """, environment: ["PAID_KEY": "sk-paid-0123456789abcdef", "OTHER_KEY": "sk-other-0123456789abcdef"])
      let eve = try Session(await gateway.admin("POST", "/api/v1/setup", Self.eve))
      let token = try #require(
        try await gateway.admin(
          "POST", "/api/v1/tokens", #"{"label":"op","role":"operator"}"#, headers: eve.headers
        ).json()["token"]?.string)
      let headers: HeaderList = ["authorization": "Bearer \(token)"]
      func put(_ value: String, _ name: String = "mine", as who: HeaderList, _ more: HeaderList = [:]) async throws
        -> Answer
      {
        try await gateway.admin(
          "PUT", "/api/v1/providers/\(name)", value, headers: HeaderList(who.fields + more.fields))
      }
      let stolen = #"{"kind":"openai-compatible","url":"http://127.0.0.1:1/v1","keys":["env:OTHER_KEY"]}"#
      let refused = try await put(stolen, as: headers)
      #expect(refused.status == 403)
      #expect(try refused.json()["code"]?.string == "not_permitted")
      #expect(try refused.json()["pointer"]?.string == "")
      #expect(
        try await gateway.admin("POST", "/api/v1/provider-test", #"{"value":\#(stolen)}"#, headers: headers).status
          == 403)
      #expect(
        try await gateway.admin(
          "POST", "/api/v1/changes",
          #"{"changes":[{"op":"put","collection":"providers","name":"mine","value":\#(stolen)}]}"#, headers: headers
        ).status == 403)
      // A key that the operator knows, and then everything but its way.
      let own = #"{"kind":"openai-compatible","url":"http://127.0.0.1:1/v1","keys":["sk-own-0123456789abcdef"]}"#
      let made = try await put(own, as: headers)
      #expect(made.status == 201)
      let object = try #require(try made.json()["objects"]?[0])
      let reference = try #require(object["value"]?["keys"]?[0]?.string)
      let tag: HeaderList = ["if-match": try #require(object["etag"]?.string)]
      func kept(_ port: Int, _ more: String = "") -> String {
        #"{"kind":"openai-compatible","url":"http://127.0.0.1:\#(port)/v1","keys":["\#(reference)"]\#(more)}"#
      }
      #expect(try await put(kept(2), as: headers, tag).status == 403)
      let slower = try await put(kept(1, #","timeouts":{"connect":"3s"}"#), as: headers, tag)
      #expect(slower.status == 200)
      let next: HeaderList = ["if-match": try #require(try slower.json()["objects"]?[0]?["etag"]?.string)]
      #expect(try await put(kept(2), as: eve.headers, next).status == 200)
      // Nor does it find out what is behind a name.
      func app(_ keys: String, as who: HeaderList) async throws -> Answer {
        try await gateway.admin("PUT", "/api/v1/consumers/app?dryRun=true", #"{"keys":[\#(keys)]}"#, headers: who)
      }
      for reference in ["env:OTHER_KEY", "file:/etc/hostname", "secret:mine"] {
        let answer = try await app("\"\(reference)\",\"sk-guess-0123456789abcdef\"", as: headers)
        #expect(answer.status == 403)
        #expect(try answer.json()["pointer"]?.string == "/keys")
      }
      #expect(try await app(#""sk-guess-0123456789abcdef""#, as: headers).status == 200)
      #expect(try await app(#""env:OTHER_KEY""#, as: eve.headers).status == 200)
      let pipe = try await app(#""file:/dev/zero""#, as: eve.headers)
      #expect(pipe.status == 422 && pipe.text.contains("is a pipe or a device"))
      // A cursor that nobody has handed out.
      let cursor = try await gateway.admin("GET", "/api/v1/exchanges?cursor=MXkycDBpajMyZThlNy0w", headers: headers)
      #expect(cursor.status == 400)
      #expect(try await put(stolen, "other", as: eve.headers).status == 201)
    }
  }

  @Test func guessingIsSlowedDown() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(Self.file)
      _ = try await gateway.admin("POST", "/api/v1/setup", Self.eve)
      let wrong = #"{"name":"eve","password":"wrong horse"}"#
      for _ in 1...10 { #expect(try await gateway.admin("POST", "/api/v1/session", wrong).status == 401) }
      // A busy machine is slower than the first waits; each further failure doubles them.
      var answer = try await gateway.admin("POST", "/api/v1/session", wrong)
      for _ in 1...10 where answer.status == 401 {
        answer = try await gateway.admin("POST", "/api/v1/session", wrong)
      }
      #expect(answer.status == 429)
      #expect(try answer.json()["code"]?.string == "too_many_attempts")
      #expect(try #require(answer.headers["retry-after"].flatMap(Int.init)) >= 1)
      #expect(try await gateway.admin("POST", "/api/v1/session", Self.eve).status == 429)
    }
  }

  @Test func aKeyOfTheAdminPlaneCallsNoModel() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(
        Self.file + "consumers: { app: { keys: [env:APP_KEY] } }\n", environment: ["APP_KEY": "sk-app"])
      let eve = try Session(await gateway.admin("POST", "/api/v1/setup", Self.eve))
      let token = try #require(
        try await gateway.admin(
          "POST", "/api/v1/tokens", #"{"label":"ci","role":"administrator"}"#, headers: eve.headers
        ).json()["token"]?.string)
      let call = try await gateway.call(
        "POST", "/v1/chat/completions", ChatBody.plain(), headers: ["authorization": "Bearer \(token)"])
      #expect(call.status == 401)
      #expect(
        try await gateway.admin("GET", "/api/v1/users", headers: ["authorization": "Bearer sk-app"]).status == 401)
    }
  }

  @Test func commandsWorkBesideARunningGateway() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(Self.file)
      let config = ["--config", gateway.directory.appending(path: "sluice.yaml").path]
      let made = try await scenario.command(["admin", "create", "eve"] + config, input: "correct horse\n")
      #expect(made.code == 0 && made.output == "made eve, administrator\n", "\(made)")
      let eve = try Session(await gateway.admin("POST", "/api/v1/session", Self.eve))
      #expect(try await gateway.admin("GET", "/config").status == 401)
      let again = try await scenario.command(["admin", "create", "eve"] + config, input: "correct horse\n")
      #expect(again.code == 1 && again.errorOutput == "sluice: there is a user 'eve' already\n")
      let short = try await scenario.command(["admin", "create", "bob"] + config, input: "short\n")
      #expect(short.code == 1 && short.errorOutput == "sluice: a password has 10 to 256 characters\n")
      let changed = try await scenario.command(["admin", "password", "eve"] + config, input: "battery staple\n")
      #expect(changed.code == 0)
      #expect(try await gateway.admin("GET", "/api/v1/session", headers: eve.headers).status == 401)
      #expect(try await gateway.admin("POST", "/api/v1/session", Self.eve).status == 401)
      let token = try await scenario.command(["admin", "token", "ci", "--role", "viewer"] + config)
      let secret = try #require(token.output.split(separator: "\n").first?.split(separator: " ").last)
      #expect(
        try await gateway.admin("GET", "/api/v1/session", headers: ["authorization": "Bearer \(secret)"]).status == 200)
      let list = try await scenario.command(["admin", "list"] + config)
      #expect(list.output.contains("user   eve  administrator  since ") && list.output.contains("token  ci  viewer"))
      let verified = try await scenario.command(["audit", "verify"] + config)
      #expect(verified.code == 0 && verified.output.hasPrefix("whole: 5 records, the last is "), "\(verified)")
    }
  }

  @Test func anAddressThatOthersReachNeedsAnAdministratorOrAToken() async throws {
    try await scenario { scenario in
      let directory = try scenario.directory()
      try Data(Self.file.utf8).write(to: directory.appending(path: "sluice.yaml"))
      let config = ["--config", directory.appending(path: "sluice.yaml").path]
      let serve = ["serve", "--gateway", "127.0.0.1:0", "--admin", "0.0.0.0:0"] + config
      let refused = try await scenario.command(serve)
      #expect(refused.code == 1)
      #expect(refused.errorOutput.contains("the admin plane refuses to listen on '0.0.0.0'"), "\(refused.errorOutput)")
      _ = try await scenario.command(["admin", "create", "eve"] + config, input: "correct horse\n")
      let child = try ChildProcess(try GatewayBinary.locate(), serve, environment: [:], directory: directory)
      defer { child.signal(SIGKILL) }
      try await eventually("the admin plane listens:\n\(child.errorOutput)", within: .seconds(30)) {
        child.errorOutput.contains("plane=admin")
      }
      #expect(!child.errorOutput.contains("set-up token"))
    }
  }
}
