import GatewayTesting
import Testing

@Suite struct Commands {
  private static let mistakes: [(name: String, text: String, position: String, hint: String)] = [
    ("an unknown key", "providers:\n  a: { kind: openai, kyes: [] }\n", "2:", "keys"),
    ("an unknown kind", "providers:\n  a: { kind: opanai }\n", "2:", "openai"),
    ("a number without a unit", "providers:\n  a:\n    kind: openai\n    timeouts: { connect: 2 }\n", "4:", "2s"),
    ("an unknown provider", "providers:\n  a: { kind: openai }\nmodels:\n  m: { targets: [b/x] }\n", "4:", "a"),
    (
      "an environment variable that is not set", "providers:\n  a:\n    kind: openai\n    keys: [env:NOT_SET]\n", "4:",
      "NOT_SET"
    ),
    (
      "a cycle", "providers:\n  a: { kind: openai }\nmodels:\n  x: { targets: [y] }\n  y: { targets: [x] }\n", "",
      "x"
    ),
    ("a key twice", "providers:\n  a: { kind: openai }\n  a: { kind: openai }\n", "3:", "a"),
    (
      "types that do not mix",
      "providers:\n  a: { kind: openai }\nmodels:\n  m:\n    type: chat\n    targets: [{ provider: a, model: e, type: embedding }]\n",
      "6:", "embedding"
    ),
    (
      "all weights zero",
      "providers:\n  a: { kind: openai }\nmodels:\n  m:\n    split:\n      - { weight: 0, targets: [a/x] }\n", "",
      "weight"
    ),
    ("a file without providers", "models: {}\n", "", "provider"),
  ]

  @Test func checkFindsEachMistakeWithItsPlaceAndAdvice() async throws {
    try await scenario { scenario in
      for mistake in Self.mistakes {
        let result = try await scenario.command(
          "check", "--config", "sluice.yaml", files: ["sluice.yaml": mistake.text])
        let said = result.output + result.errorOutput
        #expect(result.code == 1, "\(mistake.name): \(said)")
        #expect(said.contains("sluice.yaml:\(mistake.position)"), "\(mistake.name): \(said)")
        #expect(said.contains(mistake.hint), "\(mistake.name): \(said)")
      }
    }
  }

  @Test func checkAcceptsAGoodFile() async throws {
    try await scenario { scenario in
      let result = try await scenario.command(
        "check", "--config", "sluice.yaml", files: ["sluice.yaml": "providers: { a: { kind: ollama } }\n"])
      #expect(result.code == 0, "\(result.output)\(result.errorOutput)")
    }
  }

  @Test func aLiteralSecretIsAWarningOnly() async throws {
    try await scenario { scenario in
      let result = try await scenario.command(
        "check", "--config", "sluice.yaml",
        files: ["sluice.yaml": "providers:\n  a: { kind: openai, keys: [sk-literal-secret] }\n"])
      #expect(result.code == 0)
      let said = result.output + result.errorOutput
      #expect(said.contains("sluice.yaml:2:") && said.contains("warning"))
      #expect(!said.contains("sk-literal-secret"))
    }
  }

  @Test func serveRefusesABadFileAtOnce() async throws {
    try await scenario { scenario in
      let result = try await scenario.command(
        "serve", "--config", "sluice.yaml", "--gateway", "127.0.0.1:0", "--admin", "127.0.0.1:0",
        files: ["sluice.yaml": "providrs: {}\n"])
      #expect(result.code == 1)
      #expect((result.output + result.errorOutput).contains("providers"))
    }
  }

  @Test func theSchemaIsJSON() async throws {
    try await scenario { scenario in
      let result = try await scenario.command("schema")
      #expect(result.code == 0)
      let schema = try JSONValue(parsing: result.output)
      #expect(schema["properties"]?["providers"] != nil)
    }
  }

  @Test func theVersionIsPrinted() async throws {
    try await scenario { scenario in
      let result = try await scenario.command("version")
      #expect(result.code == 0)
      #expect(result.output.contains { $0.isNumber })
    }
  }
}
