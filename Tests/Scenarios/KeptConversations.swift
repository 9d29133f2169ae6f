import Foundation
import GatewayTesting
import Testing

/// Conversations that the real program keeps of those who have it switched on.
@Suite struct KeptConversations {
  /// A directory with a master key, and a file in which `app` has its conversations kept, and `other` has not.
  private struct Place {
    let scenario: Scenario
    let directory: URL
    var file: String { directory.path + "/sluice.yaml" }

    static let environment = ["ONE": "key-one-of-the-tests", "TWO": "key-two-of-the-tests", "ADMIN": "admin-token"]
    static let root: HeaderList = ["authorization": "Bearer admin-token"]
    static let one: HeaderList = ["authorization": "Bearer key-one-of-the-tests"]
    static let two: HeaderList = ["authorization": "Bearer key-two-of-the-tests"]

    static let storage = "storage: { masterKey: \"file:master.key\" }"

    func start(
      _ upstream: ScriptedUpstream, storage: String = storage, model: String = "retry: { attempts: 0 }"
    ) async throws -> GatewayProcess {
      let top = """
        server: { admin: { token: env:ADMIN } }
        \(storage)
        conversations: { mask: [email, phone, { pattern: "ORD-[0-9]+", replace: "[order]" }] }
        teams: { blue: { conversations: true } }
        consumers:
          app: { keys: [env:ONE], team: blue }
          other: { keys: [env:TWO] }
        """
      return try await scenario.gateway(
        Configuration.text(to: [upstream.url], model: model, top: top), environment: Self.environment,
        directory: directory)
    }

    func makeKey(_ name: String = "master.key") async throws {
      let made = try await scenario.command("secrets", "generate-key", "--output", directory.path + "/\(name)")
      #expect(made.code == 0, "\(made.errorOutput)")
    }

    func run(_ words: String...) async throws -> (code: Int32, output: String, errorOutput: String) {
      try await scenario.command(words + ["--config", file], environment: Self.environment)
    }

    /// Nothing in any file of the directory has these words.
    func expectNothing(of words: String...) throws {
      for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) where !name.hasPrefix("std") {
        let bytes = FileManager.default.contents(atPath: directory.path + "/" + name) ?? Data()
        for word in words { #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) in \(name)") }
      }
    }
  }

  private func place(_ body: (Place) async throws -> Void) async throws {
    try await scenario { scenario in
      let place = Place(scenario: scenario, directory: try scenario.directory())
      try await place.makeKey()
      try await body(place)
    }
  }

  private func list(_ gateway: GatewayProcess, _ query: String = "") async throws -> [JSONValue] {
    try await gateway.admin("GET", "/api/v1/conversations\(query)", headers: Place.root).json()["data"]?.elements ?? []
  }

  /// What was said in the conversation of an answer, once it is kept.
  private func kept(_ gateway: GatewayProcess, _ answer: String?) async throws -> JSONValue {
    let id = try #require(answer)
    return try await eventually("the conversation \(id) is kept") {
      let found = try await gateway.admin("GET", "/api/v1/conversations/\(id)", headers: Place.root)
      return found.status == 200 ? try found.json() : nil
    }
  }

  private static func body(_ content: String, _ members: String = "") -> String {
    #"{"model":"m","messages":[{"role":"user","content":"\#(content)"}]\#(members)}"#
  }

  @Test func aPlainCallIsKeptMaskedAndNoFileCanBeRead() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat("quince for eve@example.com")])
      let gateway = try await place.start(upstream)
      let answer = try await gateway.chat(
        Self.body("pomegranate 13800138000 and ORD-42", #","temperature":0.5"#), headers: Place.one)
      #expect(try answer.content() == "quince for eve@example.com")
      let kept = try await kept(gateway, answer.headers["x-request-id"])
      let said = kept["conversation"]
      #expect(said?["request"]?["messages"]?[0]?["content"]?.string == "pomegranate [phone] and [order]")
      #expect(said?["request"]?["temperature"]?.number == 0.5)
      #expect(said?["answer"]?["choices"]?[0]?["message"]?["content"]?.string == "quince for [email]")
      #expect(said?["outcome"]?.string == "success")
      #expect(kept["about"]?["consumer"]?.string == "app" && kept["about"]?["team"]?.string == "blue")
      #expect(kept["about"]?["truncated"]?.bool == false)
      try place.expectNothing(of: "pomegranate", "quince", "13800138000")
      let metrics = try Metrics(parsing: try await gateway.admin("GET", "/metrics", headers: Place.root).text)
      #expect(metrics.value("sluice_conversations_stored_total") == 1)
      #expect(metrics.value("sluice_conversations_bytes_total") > 100)
      #expect(metrics.value("sluice_conversations_dropped_total", ["reason": "full"]) == 0)
    }
  }

  @Test func nothingIsKeptOfWhoHasItNotSwitchedOn() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat()])
      let gateway = try await place.start(upstream)
      #expect(try await gateway.chat(headers: Place.two).status == 200)
      let answer = try await gateway.chat(headers: Place.one)
      _ = try await kept(gateway, answer.headers["x-request-id"])
      #expect(try await list(gateway).map { $0["consumer"]?.string } == ["app"])
    }
  }

  @Test func aCallThatWasRefusedIsNoConversation() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat()])
      let gateway = try await place.start(upstream)
      #expect(try await gateway.chat(ChatBody.plain(model: "none"), headers: Place.one).status == 404)
      let answer = try await gateway.chat(headers: Place.one)
      _ = try await kept(gateway, answer.headers["x-request-id"])
      #expect(try await list(gateway).count == 1)
    }
  }

  @Test func aStreamIsKeptAsTheWholeAnswerThatItIs() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream(.stream("eve@exa", "mple.com"))
      let gateway = try await place.start(upstream)
      let (client, head) = try await gateway.stream(headers: Place.one)
      _ = try await client.remainingEvents()
      let choice = try await kept(gateway, head.headers["x-request-id"])["conversation"]?["answer"]?["choices"]?[0]
      #expect(choice?["message"]?["content"]?.string == "[email]")
      #expect(choice?["finish_reason"]?.string == "stop")
    }
  }

  @Test func aCallInAnotherDialectIsKeptInItsOwn() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat("quince")])
      let gateway = try await place.start(upstream)
      let answer = try await gateway.call(
        "POST", "/v1/messages", #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#,
        headers: Place.one)
      #expect(answer.status == 200)
      let said = try await kept(gateway, answer.headers["x-request-id"])["conversation"]
      #expect(said?["dialect"]?.string == "anthropic")
      #expect(said?["request"]?["max_tokens"]?.number == 9)
      #expect(said?["answer"]?["content"]?[0]?["text"]?.string == "quince")
    }
  }

  /// A call of each API for conversations: its path, its body, and further fields of its head.
  private static let calls: [(dialect: String, path: String, body: String, headers: HeaderList)] = [
    ("openai-chat", "/v1/chat/completions", body("hi"), [:]),
    ("openai-chat", "/v1/chat/completions", body("hi", #","stream":true"#), [:]),
    ("openai-responses", "/v1/responses", #"{"model":"m","input":"hi"}"#, [:]),
    ("openai-responses", "/v1/responses", #"{"model":"m","input":"hi","stream":true}"#, [:]),
    ("anthropic", "/v1/messages", body("hi", #","max_tokens":9,"stream":true"#), [:]),
    ("gemini", "/v1beta/models/m:generateContent", gemini, [:]),
    ("gemini", "/v1beta/models/m:streamGenerateContent", gemini, [:]),
    ("gemini", "/v1beta/models/m:streamGenerateContent?alt=sse", gemini, [:]),
    ("bedrock-converse", "/model/m/converse", converse, [:]),
    ("bedrock-converse", "/model/m/converse-stream", converse, [:]),
    ("cohere", "/v2/chat", body("hi"), [:]), ("cohere", "/v2/chat", body("hi", #","stream":true"#), [:]),
    ("dashscope", dashscope, generation(""), [:]),
    ("dashscope", dashscope, generation(""), ["x-dashscope-sse": "enable"]),
    ("dashscope", dashscope, generation(#","incremental_output":true"#), ["x-dashscope-sse": "enable"]),
  ]
  private static let gemini = #"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#
  private static let converse = #"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#
  private static let dashscope = "/api/v1/services/aigc/text-generation/generation"

  private static func generation(_ parameters: String) -> String {
    #"{"model":"m","input":{"messages":[{"role":"user","content":"hi"}]},"parameters":{"result_format":"message"\#(parameters)}}"#
  }

  @Test func everyApiIsKeptAsItsCallerSpeaksIt() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream { request in
        request.text.contains(#""stream":true"#) ? .stream("qui", "nce") : [.chat("quince")]
      }
      let gateway = try await place.start(upstream)
      for call in Self.calls {
        let headers = HeaderList(Place.one.fields + call.headers.fields)
        let answer = try await gateway.call("POST", call.path, call.body, headers: headers)
        #expect(answer.status == 200, "\(call.path): \(answer.text)")
        let kept = try await kept(gateway, answer.headers["x-request-id"])
        #expect(kept["conversation"]?["dialect"]?.string == call.dialect)
        let (asked, said) = (kept["conversation"]?["request"], kept["conversation"]?["answer"])
        #expect(asked.map { "\($0)" }?.contains("hi") == true, "\(call.path)")
        #expect(said.map { "\($0)" }?.contains("quince") == true, "\(call.path) \(kept)")
      }
      let exported = try await place.run("conversations", "export").output.split(separator: "\n")
      #expect(exported.count == Self.calls.count)
      for line in exported {
        let messages = try JSONValue(parsing: String(line))["messages"]?.elements ?? []
        #expect(messages.last?["content"]?.string == "quince", "\(line)")
      }
    }
  }

  @Test func messagesOfAWebSocketAreConversationsOfTheirOwn() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat("quince")])
      let gateway = try await place.start(upstream)
      let (head, frames) = try await gateway.socket("/v1/chat/completions", headers: Place.one)
      #expect(head.status == 101)
      for _ in 0..<2 {
        frames.send(ChatBody.plain())
        #expect(try await frames.frame().text.contains("quince"))
      }
      try await eventually("both are kept") { try await list(gateway).count == 2 }
    }
  }

  @Test func aCallThatFailsIsKeptWithWhatTheCallerWasTold() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.error(500, "ask eve@example.com")])
      let gateway = try await place.start(upstream)
      let answer = try await gateway.chat(headers: Place.one)
      #expect(answer.status >= 500)
      let said = try await kept(gateway, answer.headers["x-request-id"])["conversation"]
      #expect(said?["outcome"]?.string == "failed")
      #expect(said?["request"]?["messages"]?[0]?["content"]?.string == "hi")
      #expect(said?["error"]?["message"]?.string?.contains("ask [email]") == true)
    }
  }

  @Test func aStreamThatBreaksOrIsLeftIsKeptAsFarAsItCame() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream(
        inTurn: [.streamHead, .role, .content("qui"), .close], [.streamHead, .role, .content("med"), .hang])
      let gateway = try await place.start(upstream)
      for (outcome, text) in [("broken", "qui"), ("client_gone", "med")] {
        let (client, head) = try await gateway.stream(headers: Place.one)
        if outcome == "broken" { _ = try await client.remainingEvents() } else { _ = try await client.event() }
        await client.close()
        let said = try await kept(gateway, head.headers["x-request-id"])["conversation"]
        #expect(said?["outcome"]?.string == outcome)
        let choice = said?["answer"]?["choices"]?[0]
        #expect(choice?["message"]?["content"]?.string == text)
        #expect(choice?["finish_reason"]?.string == "length")
      }
    }
  }

  @Test func onlyAdministratorsReadAndWhoReadsStandsInTheTrail() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat()])
      let gateway = try await place.start(upstream)
      let answer = try await gateway.chat(headers: Place.one)
      let id = try #require(answer.headers["x-request-id"])
      _ = try await kept(gateway, id)
      for (role, team, status) in [
        ("viewer", "", 403), ("operator", "", 403), ("team-administrator", #","team":"red""#, 404),
        ("team-administrator", #","team":"blue""#, 200),
      ] {
        let made = try await gateway.admin(
          "POST", "/api/v1/tokens", #"{"label":"t","role":"\#(role)"\#(team)}"#,
          headers: ["authorization": "Bearer admin-token", "content-type": "application/json"])
        let token = try #require(try made.json()["token"]?.string)
        let headers: HeaderList = ["authorization": "Bearer \(token)"]
        let read = try await gateway.admin("GET", "/api/v1/conversations/\(id)", headers: headers)
        #expect(read.status == status, "\(role)\(team)")
      }
      #expect(try await gateway.admin("GET", "/api/v1/conversations/\(id)").status == 401)
      let trail = try await gateway.admin("GET", "/api/v1/audit", headers: Place.root).json()["data"]?.elements ?? []
      let reads = trail.filter { $0["action"]?.string == "conversations.read" && $0["object"]?.string == id }
      #expect(Set(reads.compactMap { $0["by"]?.string }) == ["server.admin.token", "token:t"])
      #expect(trail.contains { $0["action"]?.string == "access.refused" && $0["by"]?.string == "token:t" })
    }
  }

  @Test func oneOrAllOfAConsumerAreDeleted() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat()])
      let gateway = try await place.start(upstream)
      var ids: [String] = []
      for _ in 0..<3 { ids.append(try #require(try await gateway.chat(headers: Place.one).headers["x-request-id"])) }
      for id in ids { _ = try await kept(gateway, id) }
      #expect(
        try await gateway.admin("DELETE", "/api/v1/conversations/\(ids[0])", headers: Place.root).status == 204)
      #expect(
        try await gateway.admin("DELETE", "/api/v1/conversations/\(ids[0])", headers: Place.root).status == 404)
      #expect(try await gateway.admin("DELETE", "/api/v1/conversations", headers: Place.root).status == 400)
      let rest = try await gateway.admin("DELETE", "/api/v1/conversations?consumer=app", headers: Place.root)
      #expect(try rest.json()["deleted"]?.number == 2)
      #expect(try await list(gateway).isEmpty)
    }
  }

  @Test func commandsShowExportAndDelete() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat("quince")])
      let gateway = try await place.start(upstream)
      let answer = try await gateway.chat(headers: Place.one)
      let id = try #require(answer.headers["x-request-id"])
      _ = try await kept(gateway, id)
      #expect(try await place.run("conversations", "list").output.hasPrefix("\(id)  "))
      let shown = try await place.run("conversations", "show", id)
      #expect(try JSONValue(parsing: shown.output)["outcome"]?.string == "success", "\(shown.errorOutput)")
      let exported = try JSONValue(parsing: try await place.run("conversations", "export").output)
      #expect(exported["messages"]?.elements.compactMap { $0["content"]?.string } == ["hi", "quince"])
      #expect(exported["metadata"]?["id"]?.string == id)
      #expect(try await place.run("secrets", "list").output.isEmpty)
      #expect(try await place.run("conversations", "delete", "--consumer", "app").output == "deleted 1 of app\n")
      #expect(try await place.run("conversations", "show", id).code == 1)
      let trail = try await gateway.admin("GET", "/api/v1/audit", headers: Place.root).json()["data"]?.elements ?? []
      let actions = trail.filter { $0["by"]?.string?.hasPrefix("terminal:") == true }.compactMap {
        $0["action"]?.string
      }
      #expect(actions == ["conversations.delete-all", "conversations.export", "conversations.read"])
    }
  }

  @Test func aNewMasterKeyOpensThemAfterTheRotationAndAnotherOneIsRefused() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat("quince")])
      var gateway = try await place.start(upstream)
      let id = try #require(try await gateway.chat(headers: Place.one).headers["x-request-id"])
      _ = try await kept(gateway, id)
      gateway.terminate()
      #expect(try await gateway.child.exited() == 0)
      try await place.makeKey("new.key")
      await #expect(throws: ScenarioError.self) {
        try await place.start(upstream, storage: "storage: { masterKey: \"file:new.key\" }")
      }
      gateway = try await place.start(
        upstream, storage: "storage: { masterKey: \"file:new.key\", previousMasterKeys: [\"file:master.key\"] }")
      let rotated = try await place.run("secrets", "rotate-key")
      #expect(rotated.output.hasPrefix("sealed 1 anew"), "\(rotated.errorOutput)")
      gateway.terminate()
      #expect(try await gateway.child.exited() == 0)
      gateway = try await place.start(upstream, storage: "storage: { masterKey: \"file:new.key\" }")
      let said = try await kept(gateway, id)["conversation"]
      #expect(said?["answer"]?["choices"]?[0]?["message"]?["content"]?.string == "quince")
    }
  }

  /// Changes a byte of what is sealed.
  private static let damage = """
    import sqlite3, sys
    database = sqlite3.connect(sys.argv[1])
    one = sys.argv[2].upper()
    sealed = bytearray(database.execute("SELECT sealed FROM conversation WHERE hex(id) = ?", [one]).fetchone()[0])
    sealed[len(sealed) // 2] ^= 1
    database.execute("UPDATE conversation SET sealed = ? WHERE hex(id) = ?", [bytes(sealed), one])
    database.commit()
    """

  @Test func anExportNamesOneThatIsDamagedAndHasTheOthers() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat("quince")])
      let gateway = try await place.start(upstream)
      var ids: [String] = []
      for _ in 0..<3 {
        ids.append(try #require(try await gateway.chat(headers: Place.one).headers["x-request-id"]))
        _ = try await kept(gateway, ids.last)
      }
      let damaged = try ChildProcess(
        "/usr/bin/env", ["python3", "-", place.directory.path + "/sluice.db", ids[1]], environment: [:],
        directory: place.directory, input: Self.damage)
      #expect(try await damaged.exited() == 0, "\(damaged.errorOutput)")
      let export = try await place.run("conversations", "export")
      #expect(export.code == 1)
      #expect(export.errorOutput.contains("the conversation \(ids[1]) cannot be read: "), "\(export.errorOutput)")
      let exported = try export.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
      #expect(Set(exported.compactMap { $0["metadata"]?["id"]?.string }) == [ids[0], ids[2]])
      // Whoever asks for that one alone is told, too.
      let shown = try await gateway.admin("GET", "/api/v1/conversations/\(ids[1])", headers: Place.root)
      #expect(shown.status == 409)
    }
  }

  /// Changes the database as the passing of time would.
  private static let monthLater = """
    import sqlite3, sys
    database = sqlite3.connect(sys.argv[1])
    database.execute("UPDATE conversation SET ended_at = ended_at - 31 * 86400000")
    database.commit()
    """

  @Test func whatIsOlderThanTheRetentionIsGone() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat()])
      var gateway = try await place.start(upstream)
      let id = try #require(try await gateway.chat(headers: Place.one).headers["x-request-id"])
      _ = try await kept(gateway, id)
      gateway.terminate()
      #expect(try await gateway.child.exited() == 0)
      let time = try ChildProcess(
        "/usr/bin/env", ["python3", "-", place.directory.path + "/sluice.db"], environment: [:],
        directory: place.directory, input: Self.monthLater)
      #expect(try await time.exited() == 0, "\(time.errorOutput)")
      gateway = try await place.start(upstream)
      try await eventually("it is gone") { try await list(gateway).isEmpty }
    }
  }

  @Test func aMaskThatTakesTooLongLosesTheConversationAndNotTheCall() async throws {
    try await place { place in
      let upstream = try await place.scenario.upstream([.chat()])
      let top = """
        storage: { masterKey: "file:master.key" }
        conversations: { mask: [{ pattern: "(a+)+$" }] }
        consumers: { app: { keys: [env:ONE], conversations: true } }
        """
      let gateway = try await place.scenario.gateway(
        Configuration.text(to: [upstream.url], top: top), environment: Place.environment, directory: place.directory)
      let text = String(repeating: "a", count: 60) + "!"
      #expect(try await gateway.chat(Self.body(text), headers: Place.one).status == 200)
      try await eventually("the conversation is lost") {
        try await gateway.metrics().value("sluice_conversations_dropped_total", ["reason": "mask"]) == 1
      }
      try await gateway.says("conversations are not kept")
    }
  }
}
