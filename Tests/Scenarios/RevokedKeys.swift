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
}
