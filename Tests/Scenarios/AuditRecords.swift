import Foundation
import GatewayTesting
import Testing

/// The audit of the real program: records of changes and calls, and what proves that they are whole.
@Suite struct AuditRecords {
  private static let consumers = """
    consumers: { tenant-a-001: { keys: [env:ONE] } }
    audit: { exchanges: true, directory: records }
    """
  private static let span = ["--from", "2020-01-01", "--to", "2999-12-31"]

  private func start(_ scenario: Scenario, directory: URL? = nil) async throws -> GatewayProcess {
    let upstream = try await scenario.upstream([.chat()])
    return try await scenario.gateway(
      Configuration.text(to: [upstream.url], top: Self.consumers), environment: ["ONE": "sk-one"],
      directory: directory)
  }

  private func call(_ gateway: GatewayProcess) async throws -> Answer {
    try await gateway.chat(headers: ["authorization": "Bearer sk-one"])
  }

  private func run(
    _ scenario: Scenario, _ gateway: GatewayProcess, _ words: [String]
  ) async throws -> (code: Int32, output: String, errorOutput: String) {
    try await scenario.command(
      words + ["--config", gateway.directory.path + "/sluice.yaml"], environment: ["ONE": "sk-one"])
  }

  private func records(
    _ scenario: Scenario, _ gateway: GatewayProcess, only kind: String
  ) async throws -> [JSONValue] {
    let result = try await run(scenario, gateway, ["audit", "export", "--only", kind] + Self.span)
    #expect(result.code == 0, "\(result.errorOutput)")
    return try result.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  private func file(_ gateway: GatewayProcess) throws -> URL {
    let folder = gateway.directory.appending(path: "records")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".jsonl") }
    return folder.appending(path: try #require(names.sorted().first))
  }

  @Test func everyCallGetsARecordAndAChangedOneIsFound() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario)
      for _ in 0..<3 { #expect(try await call(gateway).status == 200) }
      // A stranger's call is in the access log only.
      #expect(try await gateway.chat(headers: ["authorization": "Bearer sk-two"]).status == 401)
      try await eventually("the calls are recorded") {
        try await records(scenario, gateway, only: "calls").count == 3
      }
      let record = try #require(try await records(scenario, gateway, only: "calls").first)
      #expect(record["user_id"]?.string == "tenant-a-001" && record["action"]?.string == "model_inference")
      #expect(record["model_id"]?.string == "m" && record["status"]?.string == "success")
      #expect(record["ip_address"]?.string == "127.0.0.1" && record["status_code"]?.number == 200)
      #expect(record["input_length"]?.number != nil && record["output_length"]?.number != nil)
      let ids = try gateway.accessLog().compactMap { $0["id"]?.string }
      #expect(ids.contains(try #require(record["request_id"]?.string)))

      let verified = try await run(scenario, gateway, ["audit", "verify"])
      #expect(verified.code == 0 && verified.output.contains("calls: whole: records 1 to 3"), "\(verified)")
      let path = try file(gateway)
      let text = try String(contentsOf: path, encoding: .utf8)
      #expect(try await run(scenario, gateway, ["audit", "verify", path.path]).code == 0)
      gateway.terminate()
      _ = try await gateway.child.exited()
      for (change, sentence) in [
        (text.replacing("tenant-a-001", with: "tenant-b-001"), ":1 was changed"),
        (text.split(separator: "\n").dropLast().joined(separator: "\n") + "\n", "those behind it are missing"),
        (text.split(separator: "\n").reversed().joined(separator: "\n") + "\n", "does not fit behind record 3"),
      ] {
        try Data(change.utf8).write(to: path)
        let found = try await run(scenario, gateway, ["audit", "verify"])
        #expect(found.code == 1 && found.errorOutput.contains(sentence), "\(found)")
      }
      try Data(text.utf8).write(to: path)
      // A ledger that cannot be asked is no ledger that says yes.
      let ledger = gateway.directory.appending(path: "sluice.db.ledger")
      try Data(repeating: 0x78, count: 8192).write(to: ledger)
      let unread = try await run(scenario, gateway, ["audit", "verify"])
      #expect(unread.code == 1 && !unread.output.contains("calls: whole"), "\(unread)")
      try FileManager.default.removeItem(at: ledger)
      let alone = try await run(scenario, gateway, ["audit", "verify"])
      #expect(alone.code == 0 && alone.output.contains("there is no ledger to compare them with"), "\(alone)")
    }
  }

  @Test func aKilledGatewayRecordsEachCallOnce() async throws {
    try await scenario { scenario in
      let directory = try scenario.directory()
      var answered: Set<String> = []
      for _ in 0..<3 {
        let gateway = try await start(scenario, directory: directory)
        for _ in 0..<5 { answered.insert(try #require(try await call(gateway).headers["x-request-id"])) }
        // What is in the journal is not lost any more; the last calls may not be there yet.
        try await eventually("the calls are in the journal or behind it") {
          try await gateway.metrics().value("sluice_ledger_lost_total") == 0
            && gateway.accessLog().count >= 5
        }
        gateway.child.signal(SIGKILL)
        _ = try await gateway.child.exited()
      }
      let last = try await start(scenario, directory: directory)
      answered.insert(try #require(try await call(last).headers["x-request-id"]))
      var ids: [String] = []
      try await eventually("the journals of all are moved") {
        ids = try await records(scenario, last, only: "calls").compactMap { $0["request_id"]?.string }
        return try await last.metrics().value("sluice_ledger_lag_seconds") == 0 && !ids.isEmpty
      }
      #expect(ids.count == Set(ids).count && Set(ids).isSubset(of: answered))
      let ledger = try await run(scenario, last, ["exchanges", "export"] + Self.span)
      let inLedger = try ledger.output.split(separator: "\n").compactMap {
        try JSONValue(parsing: String($0))["id"]?.string
      }
      #expect(Set(inLedger).isSubset(of: ids))
      #expect(try await run(scenario, last, ["audit", "verify"]).code == 0)
    }
  }

  @Test func changesByCommandNameTheSystemUserAndNoSecret() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario)
      let made = try await run(scenario, gateway, ["keys", "create", "--consumer", "tenant-a-001", "--note", "phone"])
      let key = try #require(made.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("sk-") })
      for words in [["update", "1", "--note", "tablet"], ["disable", "1"], ["enable", "1"], ["revoke", "1"]] {
        let result = try await run(scenario, gateway, ["keys"] + words)
        #expect(result.code == 0, "\(result.errorOutput)")
      }
      let records = try await records(scenario, gateway, only: "changes")
      #expect(
        records.compactMap { $0["action"]?.string } == [
          "keys.create", "keys.update", "keys.disable", "keys.enable", "keys.revoke",
        ])
      #expect(records.allSatisfy { $0["user_id"]?.string?.hasPrefix("terminal:") == true })
      #expect(records[1]["detail"]?.string?.contains(#""note":{"from":"phone","to":"tablet"}"#) == true)
      let text = try await run(scenario, gateway, ["audit", "export"] + Self.span).output
      #expect(!text.contains(key))
    }
  }

  @Test func changesOfTheConfigurationSayWhatIsDifferentAndNoSecret() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario)
      let provider = #"{"kind":"openai-compatible","url":"http://127.0.0.1:1","keys":["sk-very-secret-text"]}"#
      for (path, body) in [
        ("providers/other", provider), ("models/fast", #"{"targets":["p0/up"]}"#),
        ("secrets/own", #"{"value":"another-secret-text"}"#),
      ] {
        let answer = try await gateway.admin(
          "PUT", "/api/v1/\(path)", body, headers: ["content-type": "application/json"])
        #expect(answer.status == 201, "\(answer.text)")
      }
      let records = try await records(scenario, gateway, only: "changes")
      #expect(
        records.compactMap { $0["action"]?.string } == ["secrets.put", "providers.put", "models.put", "secrets.put"])
      let change = try JSONValue(parsing: try #require(records[2]["detail"]?.string))
      #expect(change["changes"]?[0]?["path"]?.string?.hasPrefix("models.fast") == true)
      #expect(records[2]["revision"]?.number == 2)
      let text = try await run(scenario, gateway, ["audit", "export"] + Self.span).output
      #expect(!text.contains("secret-text"))
      #expect(try await run(scenario, gateway, ["audit", "verify"]).code == 0)
    }
  }

  @Test func aDirectoryThatCannotBeWrittenHoldsUpTheLedgerAndNoCall() async throws {
    try await scenario { scenario in
      let directory = try scenario.directory()
      try Data().write(to: directory.appending(path: "records"))
      let gateway = try await start(scenario, directory: directory)
      #expect(try await call(gateway).status == 200)
      try await gateway.says("calls cannot be recorded for the audit")
      #expect(try await call(gateway).status == 200)
      try FileManager.default.removeItem(at: directory.appending(path: "records"))
      try await eventually("both calls are recorded") {
        try await records(scenario, gateway, only: "calls").count == 2
      }
      try await gateway.says("calls are recorded for the audit again")
    }
  }

  @Test func aFileThatIsNoneIsToldInASentence() async throws {
    try await scenario { scenario in
      let other = try await scenario.command(["audit", "verify", "other.log"])
      #expect(other.code == 1 && other.errorOutput.contains("'other.log' is no file of audit records"), "\(other)")
      let missing = try await scenario.command(["audit", "verify", "changes-000000000001-000000000002.jsonl"])
      #expect(missing.code == 1 && missing.errorOutput.contains("it cannot be read"), "\(missing)")
    }
  }
}

/// The same with gateways that share a PostgreSQL.
extension PostgresStore {
  @Test func eachGatewayRecordsItsOwnCallsAndChangesAreInOneTrail() async throws {
    try await scenario { scenario in
      let database = try await SharedPostgres.newDatabase()
      let more = "audit: { exchanges: true }"
      let nodes = [
        try await start(scenario, database, more: more), try await start(scenario, database, more: more),
      ]
      let (key, _) = try await issue(scenario, nodes[0])
      for node in nodes {
        try await eventually("the key is known") { try await status(node, key) == 200 }
      }
      for node in nodes {
        try await eventually("its calls are recorded") {
          let calls = try await run(
            scenario, node, "audit", "export", "--only", "calls", "--from", "2020-01-01", "--to", "2999-12-31")
          return calls.contains(#""user_id":"app""#)
        }
        let verified = try await run(scenario, node, "audit", "verify")
        #expect(verified.contains("whole: 1 record, the last is") && verified.contains("calls: whole: records 1 to"))
      }
    }
  }
}
