import Foundation
import GatewayTesting
import Testing

/// Keys that are issued into the database while the gateway runs.
@Suite struct IssuedKeys {
  @Test func aSecondGatewayOnTheSameFileIsTold() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let text = Configuration.text(
        to: [upstream.url], model: "retry: { attempts: 0 }", provider: "",
        top: "storage: { database: sqlite:shared.db }")
      let first = try await scenario.gateway(text)
      let second = try await scenario.gateway(text, directory: first.directory)
      try await second.says("another gateway serves on the same database file")
      await first.stop()
      await second.stop()
      let third = try await scenario.gateway(text, directory: first.directory)
      #expect(try await third.chat().status == 200)
      #expect(!third.programLog.contains("another gateway serves"))
    }
  }

  private static let consumers = "consumers: { app: { keys: [\"sha256:\(String(repeating: "ab", count: 32))\"] } }"

  private func issue(_ scenario: Scenario, for gateway: GatewayProcess) async throws -> String {
    let made = try await scenario.command(
      "keys", "create", "--config", gateway.directory.path + "/sluice.yaml", "--consumer", "app")
    #expect(made.code == 0, "\(made.errorOutput)")
    return try #require(
      made.output.split(whereSeparator: \.isWhitespace).map(String.init).first { $0.hasPrefix("sk-") })
  }

  private func status(_ gateway: GatewayProcess, _ key: String) async throws -> Int {
    try await gateway.chat(headers: ["x-api-key": key]).status
  }

  @Test func aNewKeyWorksAndARevokedOneEnds() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]), top: Self.consumers)
      let key = try await issue(scenario, for: gateway)
      try await gateway.says("keys of the database were read", "changed=1", "now=1")
      #expect(try await status(gateway, key) == 200)
      let file = gateway.directory.path + "/sluice.yaml"
      #expect(try await scenario.command("keys", "list", "--config", file).output.contains("active"))
      #expect(try await scenario.command("keys", "revoke", "--config", file, "1").code == 0)
      try await gateway.says("keys of the database were read", "now=0")
      #expect(try await status(gateway, key) == 401)
    }
  }

  @Test func aRevokedKeyEndsWhileTheFileHasAMistake() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]), top: Self.consumers)
      let key = try await issue(scenario, for: gateway)
      try await gateway.says("keys of the database were read", "now=1")
      try gateway.save("providers: { p0: { knd: openai } }\n")
      try await gateway.says("configuration refused")
      #expect(try await status(gateway, key) == 200)
      let revoked = try await scenario.command(
        "keys", "revoke", "--config", gateway.directory.path + "/sluice.yaml", "1")
      #expect(revoked.code == 0, "\(revoked.errorOutput)")
      try await gateway.says("keys of the database were read", "now=0")
      #expect(try await status(gateway, key) == 401)
    }
  }

  @Test func aChangeOfKeysIsNoNewConfiguration() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(
        to: try await scenario.upstream([.chat()]),
        top: "consumers: { app: { keys: [\"sha256:\(String(repeating: "ab", count: 32))\"] }, spare: {} }")
      let warning = "nobody can call as 'spare'"
      func warnings() -> Int { gateway.programLog.components(separatedBy: warning).count - 1 }
      func shown() async throws -> JSONValue { try await gateway.admin("GET", "/config").json() }
      #expect(warnings() == 1)
      let before = try await shown()
      let key = try await issue(scenario, for: gateway)
      try await eventually("the key is known") { try await status(gateway, key) == 200 }
      let after = try await shown()
      #expect(after["revision"]?.number == before["revision"]?.number)
      #expect(after["consumers"]?["app"]?["issuedKeys"]?.number == 1)
      #expect(!gateway.programLog.contains("configuration runs"))

      // A load after that neither loses the key nor repeats what was said.
      #expect(try await gateway.admin("POST", "/config/reload").status == 200)
      #expect(try await status(gateway, key) == 200)
      #expect(try await shown()["revision"]?.number == (before["revision"]?.number ?? 0) + 1)
      #expect(warnings() == 1)
    }
  }

  @Test func whatIsSaidOfKeysFollowsThem() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(
        to: try await scenario.upstream([.chat()]), top: "consumers: { app: {} }")
      func warnings() async throws -> [String] {
        guard case .array(let list) = try await gateway.admin("GET", "/config").json()["warnings"] else { return [] }
        return list.compactMap(\.string)
      }
      #expect(try await warnings().contains { $0.contains("nobody can call as 'app'") })
      let key = try await issue(scenario, for: gateway)
      try await eventually("the key is known") { try await status(gateway, key) == 200 }
      #expect(try await !warnings().contains { $0.contains("nobody can call as 'app'") })
      let file = gateway.directory.path + "/sluice.yaml"
      #expect(try await scenario.command("keys", "revoke", "--config", file, "1").code == 0)
      try await eventually("it is said again") {
        try await warnings().contains { $0.contains("nobody can call as 'app'") }
      }
    }
  }

  @Test func withoutAFileKeysBringTheirConsumers() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(nil)
      let made = try await scenario.command(
        "keys", "create", "--data", gateway.directory.path, "--consumer", "new-app")
      #expect(made.code == 0, "\(made.errorOutput)")
      let words = made.output.split(whereSeparator: \.isWhitespace).map(String.init)
      let key = try #require(words.first { $0.hasPrefix("sk-") })
      try await eventually("the key is known") {
        try await gateway.chat(ChatBody.plain(model: "sluice/echo"), headers: ["x-api-key": key]).status == 200
      }
      // Event loops take up a configuration one after the other, and then it is shown.
      try await eventually("the consumer is shown") {
        let shown = try await gateway.admin("GET", "/config").json()
        return shown["consumers"]?["new-app"]?["issuedKeys"]?.number == 1
      }
    }
  }
}
