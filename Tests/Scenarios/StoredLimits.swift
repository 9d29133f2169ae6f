import Foundation
import GatewayTesting
import Testing

/// Limits of the bytes that providers keep for callers.
@Suite(.sharedPostgres) struct StoredLimits {
  private static let environment = [
    "KEY_A": "sk-a", "ANN": "sk-ann-0123456789", "BEN": "sk-ben-0123456789",
    "DATABASE_PASSWORD": PostgresServer.password, "PEPPER": String(repeating: "5a", count: 32),
  ]
  private static let ann = "sk-ann-0123456789"
  private static let ben = "sk-ben-0123456789"

  private static func configuration(_ a: ScriptedUpstream, _ more: String) -> String {
    """
    providers:
      a: { kind: openai, url: "\(a.url)", keys: [env:KEY_A] }
    models:
      m: { targets: [a/up], retry: { attempts: 0 } }
    \(more)
    """
  }

  private static let alone = "consumers: { ann: { keys: [env:ANN], limits: [LIMITS] } }"

  /// Keeps what is uploaded, until it is deleted.
  private static func upstream(_ scenario: Scenario) async throws -> ScriptedUpstream {
    try await scenario.upstream { request in
      let id = request.target.split(separator: "/").last.map(String.init) ?? ""
      switch (request.method, request.target) {
      case ("POST", "/v1/files"):
        return [.json(#"{"id":"file-\#(request.index)","object":"file","bytes":\#(size(of: request.text))}"#)]
      case ("POST", "/v1/uploads"):
        let bytes = (try? request.json()["bytes"]?.number) ?? 0
        return [
          .json(#"{"id":"upload_\#(request.index)","object":"upload","status":"pending","bytes":\#(Int(bytes))}"#)
        ]
      case ("POST", let path) where path.hasSuffix("/cancel"):
        return [.json(#"{"id":"\#(path.split(separator: "/")[2])","object":"upload","status":"cancelled"}"#)]
      case ("POST", let path) where path.hasSuffix("/complete"):
        return [
          .json(
            #"{"id":"\#(path.split(separator: "/")[2])","object":"upload","status":"completed","#
              + #""file":{"id":"file-u","object":"file","bytes":300}}"#)
        ]
      case ("DELETE", _): return [.json(#"{"id":"\#(id)","object":"file","deleted":true}"#)]
      default: return [.error(500)]
      }
    }
  }

  private static func size(of form: String) -> Int { form.count { $0 == "#" } }

  private static func upload(_ bytes: Int, to gateway: GatewayProcess, as key: String = ann) async throws -> Answer {
    try await gateway.call("POST", "/v1/files", form(bytes), headers: uploading(key))
  }

  private static func uploading(_ key: String) -> HeaderList {
    ["authorization": "Bearer \(key)", "content-type": "multipart/form-data; boundary=B"]
  }

  private static func form(_ bytes: Int) -> String {
    "--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n"
      + "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
      + String(repeating: "#", count: bytes) + "\r\n--B--\r\n"
  }

  private static func headers(_ key: String = ann) -> HeaderList { ["authorization": "Bearer \(key)"] }

  private func usage(_ gateway: GatewayProcess, _ query: String = "") async throws -> [Double] {
    let rows = try await gateway.admin("GET", "/api/v1/limits/usage\(query)").json()["data"]?.elements ?? []
    return rows.filter { $0["unit"]?.string == "stored" }.compactMap { $0["used"]?.number }
  }

  @Test func whatHasNoRoomIsRefusedBeforeTheProviderIsCalled() async throws {
    try await scenario { scenario in
      let a = try await Self.upstream(scenario)
      let gateway = try await scenario.gateway(
        Self.configuration(
          a, Self.alone.replacing("LIMITS", with: "{ stored: 1KiB }, { requests: 10, per: day }")),
        environment: Self.environment)
      let first = try await Self.upload(600, to: gateway)
      #expect(first.status == 200, "\(first.text)")
      let refused = try await Self.upload(600, to: gateway)
      #expect(refused.status == 403 && refused.headers["retry-after"] == nil)
      #expect(try refused.error()["code"]?.string == "storage_limit_exceeded")
      #expect(
        try refused.error()["message"]?.string
          == "the limit of 1KiB stored (of consumer 'ann') has no room: 600B are stored, and this call would store 600B; "
          + "delete files that are no longer needed")
      #expect(a.requests.count == 1)
      #expect(try await usage(gateway) == [600])
      // What fits goes on fitting.
      #expect(try await Self.upload(424, to: gateway).status == 200)
      let id = try #require(try first.json()["id"]?.string)
      #expect(try await gateway.call("DELETE", "/v1/files/\(id)", headers: Self.headers()).status == 200)
      let last = try await Self.upload(600, to: gateway)
      #expect(last.status == 200)
      // The refused one has taken nothing of the other limit.
      #expect(last.headers["x-ratelimit-remaining-requests"] == "6")
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_limit_refusals_total", ["owner": "consumer:ann", "unit": "stored"]) == 1)
    }
  }

  @Test func aFileWithoutANameAndAnUploadWithoutASizeCount() async throws {
    try await scenario { scenario in
      let a = try await Self.upstream(scenario)
      let limits = Self.alone.replacing("LIMITS", with: "{ stored: 1000B }")
      let gateway = try await scenario.gateway(Self.configuration(a, limits), environment: Self.environment)
      let form =
        "--B\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n" + String(repeating: "#", count: 2000)
        + "\r\n--B--\r\n"
      let file = try await gateway.call("POST", "/v1/files", form, headers: Self.uploading(Self.ann))
      #expect(file.status == 403)
      #expect(try file.error()["code"]?.string == "storage_limit_exceeded")
      for body in [#"{"bytes":"90000"}"#, #"{"bytes":1,"bytes":90000}"#, "{}", #"{"bytes":0}"#] {
        let upload = try await gateway.call("POST", "/v1/uploads", body, headers: Self.headers())
        #expect(upload.status == 400, "\(body)")
        #expect(try upload.error()["param"]?.string == "bytes")
      }
      #expect(a.requests.isEmpty)
    }
  }

  @Test func anUploadThatFailsTakesNoRoom() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream { request in
        request.index == 0 ? [.error(500)] : [.json(#"{"id":"file-1","object":"file"}"#)]
      }
      let gateway = try await scenario.gateway(
        Self.configuration(a, Self.alone.replacing("LIMITS", with: "{ stored: 1KiB }")),
        environment: Self.environment)
      #expect(try await Self.upload(600, to: gateway).status >= 500)
      #expect(try await Self.upload(600, to: gateway).status == 200)
      // A provider that does not say how large it is.
      #expect(try await usage(gateway) == [600])
    }
  }

  @Test func whatTheProviderHasNoMoreIsFreeWhenItIsDeleted() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream { request in
        request.method == "POST" ? [.json(#"{"id":"file-\#(request.index)","object":"file"}"#)] : [.error(404)]
      }
      let gateway = try await scenario.gateway(
        Self.configuration(a, Self.alone.replacing("LIMITS", with: "{ stored: 1KiB }")),
        environment: Self.environment)
      let made = try await Self.upload(600, to: gateway)
      let id = try #require(try made.json()["id"]?.string)
      #expect(try await gateway.call("GET", "/v1/files/\(id)", headers: Self.headers()).status == 404)
      #expect(try await Self.upload(600, to: gateway).status == 403)
      #expect(try await gateway.call("DELETE", "/v1/files/\(id)", headers: Self.headers()).status == 404)
      #expect(try await Self.upload(600, to: gateway).status == 200)
    }
  }

  @Test func whoeverGoesAwayUnderAnUploadLeavesNoRoomTaken() async throws {
    try await scenario { scenario in
      let a = try await scenario.upstream { request in
        request.index == 0
          ? [.hang] : [.json(#"{"id":"file-\#(request.index)","object":"file"}"#)]
      }
      let gateway = try await scenario.gateway(
        Self.configuration(a, Self.alone.replacing("LIMITS", with: "{ stored: 1KiB }")),
        environment: Self.environment)
      let client = try await gateway.connect()
      client.request("POST", "/v1/files", body: Self.form(600), headers: Self.uploading(Self.ann))
      _ = try await a.request()
      #expect(try await Self.upload(600, to: gateway).status == 403)
      await client.close()
      try await eventually("the room is free") { try await Self.upload(600, to: gateway).status == 200 }
    }
  }

  @Test func anUploadInPartsCountsFromItsBeginning() async throws {
    try await scenario { scenario in
      let a = try await Self.upstream(scenario)
      let gateway = try await scenario.gateway(
        Self.configuration(a, Self.alone.replacing("LIMITS", with: "{ stored: 1KiB }")),
        environment: Self.environment)
      func begin() async throws -> Answer {
        try await gateway.call(
          "POST", "/v1/uploads", #"{"purpose":"user_data","bytes":800,"filename":"x","mime_type":"text/plain"}"#,
          headers: Self.headers())
      }
      let first = try #require(try await begin().json()["id"]?.string)
      #expect(try await begin().status == 403)
      #expect(try await gateway.call("POST", "/v1/uploads/\(first)/cancel", headers: Self.headers()).status == 200)
      let second = try #require(try await begin().json()["id"]?.string)
      #expect(try await usage(gateway) == [800])
      #expect(try await gateway.call("POST", "/v1/uploads/\(second)/complete", headers: Self.headers()).status == 200)
      try await eventually("the file counts") { try await usage(gateway) == [300] }
      // No list shows uploads.
      #expect(a.requests.filter { $0.method == "GET" }.isEmpty)
    }
  }

  @Test func aTeamsLimitIsThatOfAllItsConsumersAndAKeyHasItsOwn() async throws {
    try await scenario { scenario in
      let a = try await Self.upstream(scenario)
      let gateway = try await scenario.gateway(
        Self.configuration(
          a,
          """
          teams: { lab: { limits: [{ stored: 1KiB }] } }
          limits: [{ stored: 900B, by: consumer }]
          consumers:
            ann: { keys: [env:ANN], team: lab }
            ben: { keys: [env:BEN], team: lab }
          """), environment: Self.environment)
      #expect(try await Self.upload(600, to: gateway).status == 200)
      let ofTeam = try await Self.upload(600, to: gateway, as: Self.ben)
      #expect(ofTeam.status == 403 && ofTeam.text.contains("(of team 'lab')"))
      let own = try await Self.upload(400, to: gateway)
      #expect(own.status == 403 && own.text.contains("900B stored for each consumer (for everyone)"))
      #expect(try await Self.upload(300, to: gateway, as: Self.ben).status == 200)
      #expect(try await usage(gateway, "?team=lab") == [900])
      #expect(try await usage(gateway, "?consumer=ben").sorted() == [300, 900])

      let config = ["--config", gateway.directory.path + "/sluice.yaml"]
      let made = try await scenario.command(
        ["keys", "create", "--consumer", "ben", "--limit", "50B stored"] + config, environment: Self.environment)
      let key = try #require(made.output.split(whereSeparator: \.isWhitespace).map(String.init).dropFirst().first)
      try await eventually("the key is known") {
        try await gateway.call("GET", "/v1/models", headers: Self.headers(key)).status == 200
      }
      #expect(try await Self.upload(40, to: gateway, as: key).status == 200)
      let ofKey = try await Self.upload(40, to: gateway, as: key)
      #expect(ofKey.status == 403 && ofKey.text.contains("50B stored (of this key)"))
    }
  }

  @Test func limitsOfKeysAreListedBesideThoseOfTheConfiguration() async throws {
    try await scenario { scenario in
      let a = try await Self.upstream(scenario)
      let gateway = try await scenario.gateway(
        Self.configuration(a, Self.alone.replacing("LIMITS", with: "{ stored: 1KiB }")), environment: Self.environment)
      let config = ["--config", gateway.directory.path + "/sluice.yaml"]
      func key(_ words: String...) async throws -> (text: String, id: String) {
        let made = try await scenario.command(["keys"] + words + config, environment: Self.environment)
        // `key: sk-…`, `id:  7`
        let parts = made.output.split(whereSeparator: \.isWhitespace).map(String.init)
        try #require(parts.count == 4, "\(made.output)\(made.errorOutput)")
        return (parts[1], parts[3])
      }
      func listed(_ used: String, _ key: (text: String, id: String)) async throws {
        try await eventually("\(used) of key \(key.id) are listed") {
          let rows = try await scenario.command(["quotas", "stored"] + config, environment: Self.environment).output
            .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
          return rows.count == 2 && rows[0] == ["1KiB stored (of consumer 'ann')", "-", "\(used) of 1KiB stored"]
            && rows[1][0] == "50B stored (of key \(key.id))" && key.text.hasPrefix(rows[1][1]) && rows[1][1].count > 4
            && rows[1][2] == "\(used) of 50B stored"
        }
      }
      let first = try await key("create", "--consumer", "ann", "--limit", "50B stored")
      _ = try await key("create", "--consumer", "ann", "--limit", "5 requests per day")
      try await listed("0B", first)
      try await eventually("the key is known") {
        try await gateway.call("GET", "/v1/models", headers: Self.headers(first.text)).status == 200
      }
      #expect(try await Self.upload(40, to: gateway, as: first.text).status == 200)
      try await listed("40B", first)
      // They count together.
      let second = try await key("rotate", first.id, "--grace", "1h")
      try await listed("40B", second)
    }
  }

  @Test func metricsSayWhatIsStored() async throws {
    try await scenario { scenario in
      let a = try await Self.upstream(scenario)
      let text = Self.configuration(
        a,
        """
        teams: { lab: { limits: [{ stored: 2KiB, by: consumer }] } }
        consumers: { ann: { keys: [env:ANN], team: lab }, ben: { keys: [env:BEN] } }
        """)
      let gateway = try await scenario.gateway(text, environment: Self.environment)
      #expect(try await Self.upload(600, to: gateway).status == 200)
      let labels = [
        "limit": "2KiB stored for each consumer (of team 'lab')", "owner": "of team 'lab'", "subject": "ann",
      ]
      try await eventually("it is measured") {
        try await gateway.metrics().value("sluice_stored_bytes", labels) == 600
      }
      #expect(try await gateway.metrics().value("sluice_stored_limit_bytes", labels) == 2048)
    }
  }

  @Test func whatIsStoredIsKnownAfterARestartAndExplained() async throws {
    try await scenario { scenario in
      let a = try await Self.upstream(scenario)
      let text = Self.configuration(a, Self.alone.replacing("LIMITS", with: "{ stored: 1KiB }"))
      let first = try await scenario.gateway(text, environment: Self.environment)
      #expect(try await Self.upload(600, to: first).status == 200)
      await first.stop()
      let gateway = try await scenario.gateway(text, environment: Self.environment, directory: first.directory)
      #expect(try await Self.upload(600, to: gateway).status == 403)
      func explain(_ bytes: String) async throws -> (code: Int32, output: String, errorOutput: String) {
        try await scenario.command(
          ["explain", "--consumer", "ann", "--surface", "files", "--bytes", bytes]
            + ["--config", gateway.directory.path + "/sluice.yaml"], environment: Self.environment)
      }
      let no = try await explain("1KiB")
      #expect(
        no.code == 1 && no.output.contains("refused: 403 storage_limit_exceeded"), "\(no.output)\(no.errorOutput)")
      let yes = try await explain("100B")
      #expect(yes.code == 0 && yes.output.contains("600B are stored, this call would store 100B"), "\(yes.output)")
      let listed = try await scenario.command(
        ["quotas", "stored", "--config", gateway.directory.path + "/sluice.yaml"], environment: Self.environment)
      #expect(listed.output == "1KiB stored (of consumer 'ann')\t-\t600B of 1KiB stored\n")
      let asked = try await gateway.admin(
        "POST", "/api/v1/explain", #"{"consumer":"ann","surface":"files","bytes":1024}"#)
      #expect(try asked.json()["code"]?.string == "storage_limit_exceeded")
    }
  }

  @Test func ofUploadsAtOnceToTwoGatewaysAsManyPassAsHaveRoom() async throws {
    try await scenario { scenario in
      let a = try await Self.upstream(scenario)
      let database = try await SharedPostgres.newDatabase()
      let text = Self.configuration(
        a,
        """
        storage:
          database: "\(database)"
          postgres: { password: env:DATABASE_PASSWORD, timeout: 5s }
          pepper: env:PEPPER
        consumers: { ann: { keys: [env:ANN], limits: [{ stored: 550B }] } }
        """)
      let gateways = [
        try await scenario.gateway(text, environment: Self.environment),
        try await scenario.gateway(text, environment: Self.environment),
      ]
      let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
        for number in 0..<16 {
          tasks.addTask { try await Self.upload(100, to: gateways[number % 2]).status }
        }
        return try await tasks.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
      }
      #expect(statuses == [200: 5, 403: 11])
      #expect(a.requests.count == 5)
    }
  }
}
