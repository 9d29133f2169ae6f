import Foundation
import GatewayTesting
import Synchronization
import Testing

/// Gateways that keep keys and the ledger in a real PostgreSQL.
@Suite(.sharedPostgres) struct PostgresStore {
  /// A gateway's file. All nodes of a test have the same pepper.
  private func configuration(_ upstream: ScriptedUpstream, _ database: String, more: String = "") -> String {
    Configuration.text(
      to: [upstream.url],
      top: """
        consumers: { app: { keys: ["sha256:\(String(repeating: "ab", count: 32))"] } }
        storage:
          database: "\(database)"
          postgres: { password: env:DATABASE_PASSWORD, timeout: 2s }
          pepper: env:PEPPER
          ledger: true
        \(more)
        """)
  }

  private static let environment = [
    "DATABASE_PASSWORD": PostgresServer.password, "PEPPER": String(repeating: "5a", count: 32),
  ]

  func start(
    _ scenario: Scenario, _ database: String, script: Script = [.chat()], more: String = "", directory: URL? = nil
  ) async throws -> GatewayProcess {
    let upstream = try await scenario.upstream(script)
    return try await scenario.gateway(
      configuration(upstream, database, more: more), environment: Self.environment, directory: directory)
  }

  func run(_ scenario: Scenario, _ gateway: GatewayProcess, _ words: String...) async throws -> String {
    let result = try await scenario.command(
      words + ["--config", gateway.directory.path + "/sluice.yaml"], environment: Self.environment)
    #expect(result.code == 0, "\(result.errorOutput)")
    return result.output
  }

  func issue(_ scenario: Scenario, _ gateway: GatewayProcess) async throws -> (key: String, id: String) {
    let made = try await run(scenario, gateway, "keys", "create", "--consumer", "app")
    let words = made.split(whereSeparator: \.isWhitespace).map(String.init)
    return (try #require(words.first { $0.hasPrefix("sk-") }), try #require(words.last))
  }

  func status(_ gateway: GatewayProcess, _ key: String) async throws -> Int {
    try await gateway.chat(headers: ["x-api-key": key]).status
  }

  private func exported(_ scenario: Scenario, _ gateway: GatewayProcess) async throws -> [String] {
    let text = try await run(scenario, gateway, "exchanges", "export", "--from", "2020-01-01", "--to", "2999-12-31")
    return try text.split(separator: "\n").map { try #require(try JSONValue(parsing: String($0))["id"]?.string) }
  }

  @Test func aKeyThatIsRevokedElsewhereStopsOnEveryNodeWithinASecond() async throws {
    try await scenario { scenario in
      let database = try await SharedPostgres.newDatabase()
      let nodes = [try await start(scenario, database), try await start(scenario, database)]
      let (key, id) = try await issue(scenario, nodes[0])
      for node in nodes { try await eventually("the key is known") { try await status(node, key) == 200 } }
      _ = try await run(scenario, nodes[0], "keys", "revoke", id)
      for node in nodes {
        // The promise is a second; a busy machine gets a little more.
        try await eventually("the key is refused", within: .seconds(3)) { try await status(node, key) == 401 }
      }
      #expect(try await run(scenario, nodes[1], "keys", "list").contains("revoked"))
    }
  }

  @Test func callsOfSeveralNodesAreInOneLedger() async throws {
    try await scenario { scenario in
      let database = try await SharedPostgres.newDatabase()
      let nodes = [try await start(scenario, database), try await start(scenario, database)]
      let key = try await issue(scenario, nodes[0]).key
      for node in nodes {
        try await eventually("the key is known") { try await status(node, key) == 200 }
        #expect(try await status(node, key) == 200)
      }
      try await eventually("the calls are in the ledger") { try await exported(scenario, nodes[0]).count == 4 }
      let csv = try await run(scenario, nodes[1], "usage", "--by", "consumer", "--by", "model", "--format", "csv")
      #expect(csv.contains("app,m,4,0,"), "\(csv)")
    }
  }

  @Test func limitsAreEachNodesOwnAndOutliveIt() async throws {
    try await scenario { scenario in
      let database = try await SharedPostgres.newDatabase()
      let more = "limits: [{ requests: 2, per: day }]"
      let directory = try scenario.directory()
      let first = try await start(scenario, database, more: more, directory: directory)
      let second = try await start(scenario, database, more: more)
      try await first.says("each gateway counts limits for itself")
      let key = try await issue(scenario, first).key
      for node in [first, second] { try await eventually("the key is known") { try await status(node, key) == 200 } }
      #expect(try await status(first, key) == 200)
      #expect(try await status(first, key) == 429)
      first.terminate()
      #expect(try await first.child.exited() == 0)
      let again = try await start(scenario, database, more: more, directory: directory)
      #expect(try await status(again, key) == 429)
      #expect(try await status(second, key) == 200)
    }
  }

  @Test func aServerThatIsKilledUnderLoadCostsNoExchangeAndNoKey() async throws {
    let server = try await PostgresServer.start()
    do {
      try await scenario { scenario in
        let gateway = try await start(scenario, server.url(password: nil))
        let (key, id) = try await issue(scenario, gateway)
        try await eventually("the key is known") { try await status(gateway, key) == 200 }
        let calls = Calls()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<4 {
            group.addTask {
              while !calls.isOver {
                let answer = try await gateway.chat(headers: ["x-api-key": key])
                calls.add(answer.headers["x-request-id"] ?? "", answer.status)
              }
            }
          }
          try await calls.more(100)
          try await server.kill()
          try await gateway.says("the database does not answer")
          #expect(try await gateway.metrics().value("sluice_database_up") == 0)
          try await calls.more(200)
          try await server.restart()
          try await gateway.says("the database answers again")
          try await calls.more(100)
          calls.end()
          try await group.waitForAll()
        }
        #expect(calls.failed == 0)
        let answered = calls.all
        try await eventually("all calls are in the ledger", within: .seconds(60)) {
          answered.isSubset(of: try await exported(scenario, gateway))
        }
        let ids = try await exported(scenario, gateway)
        #expect(Set(ids).count == ids.count)
        let usage = try JSONValue(parsing: try await run(scenario, gateway, "usage", "--format", "json"))
        #expect(usage[0]?["requests"]?.number == Double(ids.count))
        let lost = gateway.programLog.split(separator: "\n").filter { $0.contains("the database does not answer") }
        #expect(lost.count == 1)
        #expect(try await gateway.metrics().value("sluice_database_up") == 1)
        // Changes of keys are noticed again.
        _ = try await run(scenario, gateway, "keys", "revoke", id)
        try await eventually("the key is refused") { try await status(gateway, key) == 401 }
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test func whatIsRevokedWhileANodeIsCutOffEndsWhenItIsBack() async throws {
    let server = try await PostgresServer.start()
    do {
      try await scenario { scenario in
        let gateway = try await start(scenario, server.url(password: nil))
        let (key, id) = try await issue(scenario, gateway)
        try await eventually("the key is known") { try await status(gateway, key) == 200 }
        try await server.kill()
        try await gateway.says("the database does not answer")
        // What another node does meanwhile: nobody tells this one.
        gateway.child.signal(SIGSTOP)
        try await server.restart()
        _ = try await run(scenario, gateway, "keys", "revoke", id)
        gateway.child.signal(SIGCONT)
        try await gateway.says("the database answers again")
        try await eventually("the key is refused") { try await status(gateway, key) == 401 }
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test func aServerThatIsAwayCostsNoCallAndNoConversation() async throws {
    let server = try await PostgresServer.start()
    do {
      try await scenario { scenario in
        let directory = try scenario.directory()
        let made = try await scenario.command("secrets", "generate-key", "--output", directory.path + "/master.key")
        #expect(made.code == 0)
        let more = "  masterKey: \"file:master.key\"\nteams: { t: { conversations: true } }"
        let upstream = try await scenario.upstream([.chat()])
        let file = configuration(upstream, server.url(password: nil), more: more)
        let gateway = try await scenario.gateway(
          file.replacing("consumers: { app: { ", with: "consumers: { app: { team: t, "),
          environment: Self.environment, directory: directory)
        let (key, _) = try await issue(scenario, gateway)
        try await eventually("the key is known") { try await status(gateway, key) == 200 }
        try await eventually("a conversation is kept") {
          try await gateway.metrics().value("sluice_conversations_stored_total") >= 1
        }
        let before = try await gateway.metrics().value("sluice_conversations_stored_total")
        try await server.kill()
        try await gateway.says("the database does not answer")
        for _ in 0..<20 { #expect(try await status(gateway, key) == 200) }
        #expect(try await gateway.metrics().value("sluice_conversations_stored_total") == before)
        try await server.restart()
        try await eventually("all conversations are kept", within: .seconds(60)) {
          try await gateway.metrics().value("sluice_conversations_stored_total") == before + 20
        }
        #expect(try await gateway.metrics().value("sluice_conversations_lag_seconds") == 0)
      }
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  @Test func aGatewayMovesFromAFileToAServerWithItsKeysAndItsUsage() async throws {
    try await scenario { scenario in
      let database = try await SharedPostgres.newDatabase()
      let directory = try scenario.directory()
      let file = try await start(scenario, "sqlite:sluice.db", directory: directory)
      let key = try await issue(scenario, file).key
      try await eventually("the key is known") { try await status(file, key) == 200 }
      let source = "sqlite:" + directory.appending(path: "sluice.db").path
      let environment = ["PGPASSWORD": PostgresServer.password]
      let busy = try await scenario.command(
        "storage", "copy", "--from", source, "--to", database, environment: environment)
      #expect(busy.code == 1 && busy.errorOutput.contains("is in use; stop the gateway first"), "\(busy.errorOutput)")
      file.terminate()
      #expect(try await file.child.exited() == 0)
      let copied = try await scenario.command(
        "storage", "copy", "--from", source, "--to", database, environment: environment)
      #expect(copied.code == 0, "\(copied.errorOutput)")
      #expect(copied.output.contains("gateway_key: 1 rows") && copied.output.contains("exchange: 1 rows"))
      let server = try await start(scenario, database)
      #expect(try await status(server, key) == 200)
      try await eventually("both calls are in the ledger") { try await exported(scenario, server).count == 2 }
      let again = try await scenario.command(
        "storage", "copy", "--from", source, "--to", database, environment: environment)
      #expect(again.code == 1 && again.errorOutput.contains("is not empty"), "\(again.errorOutput)")
    }
  }

  @Test func aServerThatIsNotThereIsNamedAtTheStart() async throws {
    let port = try UnreachablePort(.refuses).port
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let text = configuration(upstream, "postgres://sluice@127.0.0.1:\(port)/sluice")
      let result = try await scenario.command(
        "serve", "--config", "sluice.yaml", files: ["sluice.yaml": text], environment: Self.environment)
      #expect(result.code == 1)
      #expect(result.errorOutput.contains("PostgreSQL at 127.0.0.1:\(port)/sluice cannot be reached"))
    }
  }
}

/// The answered calls of a test.
private final class Calls: Sendable {
  private struct State {
    var ids: Set<String> = []
    var failed = 0
    var isOver = false
  }

  private let state = Mutex(State())

  var all: Set<String> { state.withLock { $0.ids } }
  var failed: Int { state.withLock { $0.failed } }
  var isOver: Bool { state.withLock { $0.isOver } }

  func add(_ id: String, _ status: Int) {
    state.withLock { state in
      state.ids.insert(id)
      if status != 200 { state.failed += 1 }
    }
  }

  func end() { state.withLock { $0.isOver = true } }

  func more(_ count: Int) async throws {
    let wanted = all.count + count
    try await eventually("calls are answered", within: .seconds(60)) { all.count >= wanted }
  }
}

/// One server for a suite; each test has a database of its own.
struct SharedPostgres: SuiteTrait, TestScoping {
  @TaskLocal static var current: PostgresServer?

  /// The address of a new, empty database, without the password.
  static func newDatabase() async throws -> String {
    guard let server = current else { throw ScenarioError("the suite has no server") }
    return try await server.newDatabase()
  }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let server = try await PostgresServer.start()
    do { try await Self.$current.withValue(server) { try await function() } } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }
}

extension Trait where Self == SharedPostgres {
  static var sharedPostgres: Self { SharedPostgres() }
}
