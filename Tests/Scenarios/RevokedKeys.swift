import Foundation
import GatewayTesting
import Testing

/// The end of one key leaves everything else as it is.
@Suite struct RevokedKeys {
  @Test func aKeyIsRevokedInSpiteOfAMistakeInTheFile() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let consumers = "consumers: { app: { keys: [env:ONE] } }"
      let environment = ["ONE": "sk-one"]
      let gateway = try await scenario.gateway(to: upstream, top: consumers, environment: environment)
      let file = gateway.directory.appending(path: "sluice.yaml").path
      func issue() async throws -> (key: String, id: String) {
        let made = try await scenario.command(
          "keys", "create", "--consumer", "app", "--config", file, environment: environment)
        #expect(made.code == 0, "\(made.errorOutput)")
        let words = made.output.split { $0.isWhitespace }.map(String.init)
        return (try #require(words.dropFirst().first), try #require(words.last))
      }
      let (kept, revoked) = (try await issue(), try await issue())
      // One connection stays on one event loop.
      let client = try await gateway.connect()
      func status(of key: String) async throws -> Int {
        client.post("/v1/chat/completions", ChatBody.plain(), headers: ["x-api-key": key])
        return try await client.answer().status
      }
      for key in [kept.key, revoked.key] {
        try await eventually("the new key is known") { try await status(of: key) == 200 }
      }

      try gateway.save(Configuration.text(to: [upstream.url], model: "targtes: [p0/x]", top: consumers))
      #expect(try await gateway.admin("POST", "/config/reload").status == 422)
      #expect(try await status(of: revoked.key) == 200)
      let command = try await scenario.command(
        "keys", "revoke", revoked.id, "--config", file, environment: environment)
      #expect(command.code == 0, "\(command.errorOutput)")
      try await eventually("the key is refused", within: .seconds(2)) { try await status(of: revoked.key) == 401 }
      try await eventually("the key is refused on every loop", within: .seconds(2)) {
        for _ in 0..<4 where try await gateway.chat(headers: ["x-api-key": revoked.key]).status != 401 { return false }
        return true
      }
      // Nothing else has changed.
      #expect(try await status(of: kept.key) == 200)
      #expect(try await status(of: "sk-one") == 200)
    }
  }

  @Test func aKeyIsRevokedThoughTheObjectsOfTheDatabaseCannotBeRead() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let environment = ["ONE": "sk-one"]
      let gateway = try await scenario.gateway(
        to: upstream, top: "consumers: { app: { keys: [env:ONE] } }", environment: environment)
      let file = gateway.directory.appending(path: "sluice.yaml").path
      let made = try await scenario.command(
        "keys", "create", "--consumer", "app", "--config", file, environment: environment)
      let words = made.output.split { $0.isWhitespace }.map(String.init)
      let (key, id) = (try #require(words.dropFirst().first), try #require(words.last))
      try await eventually("the new key is known") { try await gateway.chat(headers: ["x-api-key": key]).status == 200 }

      try await change(
        gateway, "INSERT INTO configuration_revision VALUES (1, 0, 'x', NULL, '[]', 'not what we write')")
      try await gateway.says("changes of the database cannot be read")
      let command = try await scenario.command(
        "keys", "revoke", id, "--config", file, environment: environment)
      #expect(command.code == 0, "\(command.errorOutput)")
      try await eventually("the key is refused") { try await gateway.chat(headers: ["x-api-key": key]).status == 401 }
      #expect(try await gateway.chat(headers: ["x-api-key": "sk-one"]).status == 200)

      let objects = #"{"models":{"fast":{"targets":["p0/up"]}}}"#
      try await change(gateway, "UPDATE configuration_revision SET document = '\(objects)'")
      try await gateway.says("configuration runs", "was changed elsewhere")
      #expect(try await gateway.chat(ChatBody.plain(model: "fast"), headers: ["x-api-key": "sk-one"]).status == 200)
    }
  }

  private func change(_ gateway: GatewayProcess, _ statement: String) async throws {
    let program =
      "import sqlite3, sys; c = sqlite3.connect('sluice.db', timeout=20); c.execute(sys.argv[1]); c.commit()"
    let child = try ChildProcess(
      "/usr/bin/env", ["python3", "-c", program, statement], directory: gateway.directory)
    #expect(try await child.exited() == 0, "\(child.errorOutput)")
  }
}
