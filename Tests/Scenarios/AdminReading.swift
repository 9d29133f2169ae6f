import Foundation
import GatewayTesting
import Testing

/// What the admin API of the real program shows of calls, and what it does with keys.
@Suite struct AdminReading {
  private static let top = """
    consumers:
      app: { keys: ["sha256:\(String(repeating: "ab", count: 32))"], limits: [{ requests: 20, per: day }, { quota: starter, tokens: 100000 }] }
    storage: { masterKey: env:MASTER }
    """
  private static let environment = ["MASTER": Data(repeating: 7, count: 32).base64EncodedString()]

  private func start(_ scenario: Scenario, _ scripts: Script...) async throws -> GatewayProcess {
    let upstream = try await scenario.upstream { scripts[min($0.index, scripts.count - 1)] }
    return try await scenario.gateway(
      Configuration.text(to: [upstream.url], top: Self.top), environment: Self.environment)
  }

  private func ask(
    _ gateway: GatewayProcess, _ method: String = "GET", _ path: String, _ body: String? = nil, status: Int = 200
  ) async throws -> JSONValue {
    let answer = try await gateway.admin(method, "/api/v1/\(path)", body)
    #expect(answer.status == status, "\(path): \(answer.text)")
    return try JSONValue(parsing: answer.text)
  }

  private func issue(_ gateway: GatewayProcess) async throws -> String {
    let made = try await ask(gateway, "POST", "keys", #"{"consumer":"app","note":"phone"}"#, status: 201)
    return try #require(made["key"]?.string)
  }

  private func status(_ gateway: GatewayProcess, _ key: String) async throws -> Int {
    try await gateway.chat(headers: ["authorization": "Bearer \(key)"]).status
  }

  @Test func aKeyOfTheAPIWorksAtOnceAndEndsAtOnce() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [.chat()])
      let key = try await issue(gateway)
      #expect(try await status(gateway, key) == 200)
      _ = try await ask(gateway, "POST", "keys/1/disable")
      #expect(try await status(gateway, key) == 401)
      _ = try await ask(gateway, "POST", "keys/1/enable")
      #expect(try await status(gateway, key) == 200)
      let rotated = try await ask(gateway, "POST", "keys/1/rotate", #"{"grace":"1h"}"#, status: 201)
      let second = try #require(rotated["key"]?.string)
      #expect(try await status(gateway, second) == 200)
      #expect(try await ask(gateway, "POST", "keys/1/revoke")["state"]?.string == "revoked")
      #expect(try await status(gateway, key) == 401)
      #expect(try await status(gateway, second) == 200)
      let list = try await ask(gateway, "GET", "keys?state=active")
      #expect(list["data"]?.elements.compactMap { $0["id"]?.number } == [2])
    }
  }

  @Test func callsShowInOverviewUsageAndExchanges() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [.chat()], [.chat()], [.error(503)])
      let key = try await issue(gateway)
      for _ in 0..<2 { #expect(try await status(gateway, key) == 200) }
      let failed = try await gateway.chat(
        headers: ["authorization": "Bearer \(key)", "x-request-id": "client-made-1"])
      #expect(failed.status >= 500)
      // The last hour comes from memory, at once.
      try await eventually("the calls are counted") {
        try await ask(gateway, "GET", "overview?span=hour")["totals"]?["requests"]?.number == 3
      }
      let hour = try await ask(gateway, "GET", "overview?span=hour")
      #expect(hour["totals"]?["requests"]?.number == 3 && hour["totals"]?["errors"]?.number == 1)
      #expect(hour["topModels"]?[0]?["name"]?.string == "m")
      try await eventually("the calls are in the ledger") {
        try await ask(gateway, "GET", "exchanges")["data"]?.elements.count == 3
      }
      #expect(try await ask(gateway, "GET", "overview?span=day")["totals"]?["requests"]?.number == 3)
      let usage = try await ask(gateway, "GET", "usage?by=consumer,model")
      #expect(usage["data"]?[0]?["names"]?["consumer"]?.string == "app")
      #expect(usage["data"]?[0]?["requests"]?.number == 3 && usage["data"]?[0]?["errors"]?.number == 1)

      let errors = try await ask(gateway, "GET", "exchanges?outcome=error&consumer=app")
      #expect(errors["data"]?.elements.count == 1)
      let found = try await ask(gateway, "GET", "exchanges?q=client-made-1")
      let id = try #require(found["data"]?[0]?["id"]?.string)
      let one = try await ask(gateway, "GET", "exchanges/\(id)")
      #expect(one["timeline"]?[0]?["kind"]?.string == "attempt" && one["timeline"]?[0]?["label"]?.string == "p0/up")
      #expect(one["timeline"]?.elements.last?["kind"]?.string == "end")
      #expect(one["key"]?.string.map(key.hasPrefix) == true)
    }
  }

  @Test func aRestartKeepsTheLastHour() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [.chat()])
      let key = try await issue(gateway)
      #expect(try await status(gateway, key) == 200)
      try await eventually("the call is in the ledger") {
        try await ask(gateway, "GET", "exchanges")["data"]?.elements.count == 1
      }
      await gateway.stop()
      let upstream = try await scenario.upstream([.chat()])
      let second = try await scenario.gateway(
        Configuration.text(to: [upstream.url], top: Self.top), environment: Self.environment,
        directory: gateway.directory)
      try await eventually("the last hour is there") {
        try await ask(second, "GET", "overview?span=hour")["totals"]?["requests"]?.number == 1
      }
      #expect(try await status(second, key) == 200)
      try await eventually("the new call is there, too") {
        try await ask(second, "GET", "overview?span=hour")["totals"]?["requests"]?.number == 2
      }
    }
  }

  @Test func limitsAndQuotasAreThoseThatCallsAreCountedBy() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [.chat()])
      let key = try await issue(gateway)
      #expect(try await status(gateway, key) == 200)
      let usage = try await ask(gateway, "GET", "limits/usage?key=1&model=m")
      #expect(usage["data"]?[0]?["used"]?.number == 1 && usage["data"]?[0]?["remaining"]?.number == 19)
      let explained = try await ask(gateway, "POST", "explain", #"{"key":1,"model":"m"}"#)
      #expect(explained["allowed"]?.bool == true && explained["targets"]?[0]?.string == "p0/up")
      _ = try await ask(gateway, "POST", "quotas/starter/set", #"{"amount":0}"#)
      #expect(try await status(gateway, key) == 429)
      let refused = try await ask(gateway, "POST", "explain", #"{"key":1,"model":"m","inputTokens":10}"#)
      #expect(refused["allowed"]?.bool == false && refused["status"]?.number == 429)
      _ = try await ask(gateway, "POST", "quotas/starter/add", #"{"amount":100000}"#)
      #expect(try await status(gateway, key) == 200)
    }
  }

  @Test func secretsAreSealedAndNeverShown() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [.chat()])
      let put = try await gateway.admin("PUT", "/api/v1/secrets/provider.p0", #"{"value":"sk-very-secret"}"#)
      #expect(put.status == 201 && !put.text.contains("sk-very-secret"))
      let list = try await ask(gateway, "GET", "secrets")
      #expect(list["data"]?[0]?["name"]?.string == "provider.p0")
      let upstream = try await scenario.upstream([.chat()])
      try gateway.save(
        Configuration.text(to: [upstream.url], provider: "keys: [secret:provider.p0]", top: Self.top))
      try await gateway.says("configuration runs", "the file changed")
      let kept = try await ask(gateway, "DELETE", "secrets/provider.p0", status: 422)
      #expect(kept["code"]?.string == "configuration_refused")
      try gateway.save(Configuration.text(to: [upstream.url], top: Self.top))
      try await eventually("the secret can be removed") {
        try await gateway.admin("DELETE", "/api/v1/secrets/provider.p0").status == 204
      }
      #expect(try await ask(gateway, "GET", "secrets")["data"]?.elements.isEmpty == true)
    }
  }
}
