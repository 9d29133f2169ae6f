import Foundation
import GatewayTesting
import Synchronization
import Testing

/// The ledger of the real program, as `sluice usage` and `sluice exchanges` show it.
@Suite struct LedgerOfCalls {
  private static let consumers = "consumers: { app: { keys: [env:ONE] } }"

  private func start(_ scenario: Scenario, directory: URL? = nil) async throws -> GatewayProcess {
    let upstream = try await scenario.upstream([.chat()])
    return try await scenario.gateway(
      Configuration.text(to: [upstream.url], top: Self.consumers), environment: ["ONE": "sk-one"],
      directory: directory)
  }

  private func call(_ gateway: GatewayProcess) async throws -> Answer {
    try await gateway.chat(headers: ["authorization": "Bearer sk-one"])
  }

  private func run(_ scenario: Scenario, _ gateway: GatewayProcess, _ words: [String]) async throws -> String {
    let file = gateway.directory.path + "/sluice.yaml"
    let result = try await scenario.command(words + ["--config", file], environment: ["ONE": "sk-one"])
    #expect(result.code == 0, "\(result.errorOutput)")
    return result.output
  }

  private func exported(_ scenario: Scenario, _ gateway: GatewayProcess) async throws -> [String] {
    let days = ["--from", "2020-01-01", "--to", "2999-12-31"]
    let text = try await run(scenario, gateway, ["exchanges", "export"] + days)
    return try text.split(separator: "\n").map {
      try #require(try JSONValue(parsing: String($0))["id"]?.string)
    }
  }

  @Test func callsShowInTheUsageAndInTheExport() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario)
      for _ in 0..<3 { #expect(try await call(gateway).status == 200) }
      // A stranger's call is no exchange of the ledger.
      #expect(try await gateway.chat(headers: ["authorization": "Bearer sk-two"]).status == 401)
      try await eventually("the calls are in the ledger") {
        try await exported(scenario, gateway).count == 3
      }
      let csv = try await run(scenario, gateway, ["usage", "--by", "consumer", "--by", "model", "--format", "csv"])
      #expect(csv.contains("app,m,3,0,"), "\(csv)")
      let json = try JSONValue(
        parsing: try await run(scenario, gateway, ["usage", "--by", "hour", "--format", "json"]))
      #expect(json[0]?["requests"]?.number == 3)
      #expect(try await run(scenario, gateway, ["usage"]).contains("app"))
      #expect(try await gateway.metrics().value("sluice_ledger_lost_total") == 0)
      // What the ledger writes is no change of keys.
      #expect(!gateway.programLog.contains("configuration runs"))
    }
  }

  @Test func usageIsGroupedByMonthAndWhatNoSumHasIsTold() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario)
      for _ in 0..<2 { #expect(try await call(gateway).status == 200) }
      try await eventually("the calls are in the ledger") {
        try await run(scenario, gateway, ["exchanges", "export"]).split(separator: "\n").count == 2
      }
      let month = try await run(
        scenario, gateway, ["usage", "--by", "month", "--by", "route", "--from", "2020-01-01", "--format", "csv"])
      let now = String(Date().formatted(.iso8601).prefix(7))
      #expect(month.hasPrefix("month,route,") && month.contains("\(now),m,2,0,"), "\(month)")
      let file = gateway.directory.path + "/sluice.yaml"
      for (words, sentence) in [
        (["outcome"], "`sluice exchanges export` has the outcome"), (["key", "key"], "--by key is given twice"),
        (["day", "month"], "--by day and --by month do not go together"),
      ] {
        let refused = try await scenario.command(["usage", "--config", file, "--by"] + words)
        #expect(refused.code != 0 && refused.errorOutput.contains(sentence), "\(refused.errorOutput)")
      }
    }
  }

  @Test func aKilledProcessLosesNoExchangeThatItsJournalHad() async throws {
    try await scenario { scenario in
      let directory = try scenario.directory()
      var answered: Set<String> = []
      for _ in 0..<3 {
        let gateway = try await start(scenario, directory: directory)
        let calls = Answered()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<8 {
            group.addTask {
              while !calls.isOver {
                guard let answer = try? await call(gateway), answer.status == 200 else { return }
                calls.add(answer.headers["x-request-id"] ?? "")
              }
            }
          }
          try await eventually("calls are answered") { calls.count >= 100 }
          let before = calls.all
          // Five times what a settled exchange may wait for the journal.
          try await Task.sleep(for: .milliseconds(500))
          gateway.child.signal(SIGKILL)
          _ = try await gateway.child.exited()
          calls.end()
          try await group.waitForAll()
          answered.formUnion(before)
        }
      }
      let last = try await start(scenario, directory: directory)
      try await eventually("all answered calls are in the ledger") {
        answered.isSubset(of: try await exported(scenario, last))
      }
      let ids = try await exported(scenario, last)
      #expect(Set(ids).count == ids.count)
      let usage = try await run(scenario, last, ["usage", "--format", "json"])
      #expect(try JSONValue(parsing: usage)[0]?["requests"]?.number == Double(ids.count))
    }
  }
}

/// The ids of the calls that were answered in full.
private final class Answered: Sendable {
  private struct State {
    var ids: Set<String> = []
    var isOver = false
  }

  private let state = Mutex(State())

  var all: Set<String> { state.withLock { $0.ids } }
  var count: Int { all.count }
  var isOver: Bool { state.withLock { $0.isOver } }

  func add(_ id: String) { state.withLock { _ = $0.ids.insert(id) } }
  func end() { state.withLock { $0.isOver = true } }
}
