import Foundation
import GatewayTesting
import Testing

/// `sluice doctor` finds what is wrong with an installation, and says what to do.
@Suite struct Doctor {
  private struct Look {
    let code: Int32
    let findings: [JSONValue]

    func of(_ area: String, _ severity: String? = nil) -> [String] {
      findings.filter { $0["area"]?.string == area && (severity == nil || $0["severity"]?.string == severity) }
        .map { "\($0["message"]?.string ?? "") → \($0["advice"]?.string ?? "")" }
    }
  }

  private func examine(
    _ scenario: Scenario, _ gateway: GatewayProcess, _ words: [String] = [], environment: [String: String] = [:]
  ) async throws -> Look {
    let result = try await scenario.command(
      [
        "doctor", "--json", "--config", gateway.directory.path + "/sluice.yaml", "--gateway",
        "127.0.0.1:\(gateway.port)", "--admin", "127.0.0.1:\(gateway.adminPort)",
      ] + words, environment: environment)
    #expect(result.errorOutput == "")
    let json = try JSONValue(parsing: result.output)
    #expect(
      json["errors"]?.number == Double(json["findings"]?.elements.count { $0["severity"]?.string == "error" } ?? -1))
    return Look(code: result.code, findings: json["findings"]?.elements ?? [])
  }

  private static let models: Script = [.json(#"{"object":"list","data":[{"id":"up"},{"id":"other"}]}"#)]

  @Test func ofAGatewayThatIsWellNothingIsWrong() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { (request: ReceivedRequest) -> Script in
        request.target.hasSuffix("/models") ? Self.models : [.chat()]
      }
      let gateway = try await scenario.gateway(
        to: upstream, top: "consumers: { app: { keys: [env:APP_KEY] } }", environment: ["APP_KEY": "sk-app"])
      #expect(try await gateway.chat(headers: ["x-api-key": "sk-app"]).status == 200)
      try await eventually("the call is in the ledger") {
        try await examine(scenario, gateway, environment: ["APP_KEY": "sk-app"]).of("traffic", "ok").count == 1
      }
      let look = try await examine(scenario, gateway, environment: ["APP_KEY": "sk-app"])
      #expect(look.code == 0)
      #expect(look.of("process", "ok").contains { $0.contains("says that it is ready") })
      #expect(look.of("process", "ok").contains { $0.contains("takes connections") })
      #expect(look.of("database", "ok").contains { $0.contains("answers: 0 keys") })
      #expect(look.of("providers", "ok").contains { $0.contains("2 models") })
      #expect(look.of("traffic", "ok").contains { $0.hasPrefix("1 calls in the last hour") })
    }
  }

  @Test func eachKeyOfEachProviderIsTried() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { (request: ReceivedRequest) -> Script in
        request.headers["authorization"] == "Bearer sk-good" ? Self.models : [Script.Step.error(401)]
      }
      let gateway = try await scenario.gateway(
        """
        providers:
          p: { kind: openai-compatible, url: "\(upstream.url)", keys: [env:GOOD, env:BAD] }
          gone: { kind: openai-compatible, url: "http://127.0.0.1:1/v1" }
          nowhere: { kind: openai-compatible, url: "http://nowhere.invalid/v1" }
        models: { m: { targets: [p/up, p/upp, gone/x, nowhere/x] } }
        """, environment: ["GOOD": "sk-good", "BAD": "sk-bad"])
      let look = try await examine(scenario, gateway, environment: ["GOOD": "sk-good", "BAD": "sk-bad"])
      #expect(look.code == 1)
      #expect(look.of("providers", "ok").contains { $0.hasPrefix("p#1: answers after") })
      let errors = look.of("providers", "error")
      #expect(errors.count == 3)
      #expect(errors.contains { $0.hasPrefix("p#2: provider 'p' answered 401") && $0.contains("check the key") })
      #expect(errors.contains { $0.contains("'gone' could not be reached: connection refused") })
      #expect(errors.contains { $0.contains("'nowhere.invalid' has no address") && $0.contains("DNS") })
      #expect(look.of("providers", "warning").contains { $0.contains("does not list 'upp'") })
      #expect(!look.findings.contains { "\($0)".contains("sk-bad") })
    }
  }

  @Test func theUsualFaultsAreReadOutOfTheLedger() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([Script.Step.error(500)])
      let environment = ["APP_KEY": "sk-app"]
      let gateway = try await scenario.gateway(
        """
        providers: { p: { kind: openai-compatible, url: "\(upstream.url)" } }
        models: { m: { targets: [p/up], retry: { attempts: 0 } } }
        consumers: { app: { keys: [env:APP_KEY], limits: [{ requests: 4, per: hour }] } }
        server: { health: { failures: 1000 } }
        """, environment: environment)
      for _ in 0..<6 { _ = try await gateway.chat(headers: ["x-api-key": "sk-app"]) }
      for _ in 0..<2 { _ = try await gateway.chat(headers: ["x-api-key": "sk-wrong"]) }
      try await eventually("the calls are in the ledger") {
        try await examine(scenario, gateway, ["--offline"], environment: environment).of("traffic", "note")
          .contains { $0.hasPrefix("6 calls") }
      }
      let look = try await examine(scenario, gateway, ["--offline"], environment: environment)
      #expect(look.code == 1)
      #expect(
        look.of("traffic", "error").contains {
          $0.hasPrefix("'p/up' failed 4 of 4 tries: 4 server-error") && $0.contains("status page")
        })
      #expect(look.of("traffic", "error").contains { $0.hasPrefix("4 calls were answered by no target") })
      #expect(
        look.of("traffic", "warning").contains {
          $0.hasPrefix("2 calls were refused with 429: 2 request_limit_exceeded (2 app)")
        })
      #expect(
        look.of("process", "note").contains {
          $0.hasPrefix("since its start it refused 2 calls with 401") && $0.contains("keys list")
        })
      #expect(look.of("providers").isEmpty)
    }
  }

  @Test(arguments: [
    (200, "ok", "takes traces"), (401, "error", "refuses traces: status 401"), (503, "error", "status 503"),
  ])
  func theCollectorOfTracesIsTried(status: Int, severity: String, words: String) async throws {
    try await scenario { scenario in
      let collector = try await scenario.upstream { (_: ReceivedRequest) -> Script in [.json("", status: status)] }
      let gateway = try await scenario.gateway(
        """
        providers: { e: { kind: echo } }
        models: { m: { targets: [e/echo] } }
        telemetry: { traces: { endpoint: "http://127.0.0.1:\(collector.port)", timeout: 1s } }
        """)
      #expect(try await gateway.chat().status == 200)
      if status == 401 {
        try await eventually("the spans are lost") {
          try await gateway.admin("GET", "/api/v1/telemetry").json()["traces"]?["spans"]?["failed"]?.number ?? 0 > 0
        }
      }
      let look = try await examine(scenario, gateway)
      #expect(look.of("telemetry", severity).contains { $0.contains(words) }, "\(look.findings)")
      #expect(collector.requests.contains { $0.target == "/v1/traces" && $0.body == [0x0A, 0x00] })
      guard status == 401 else { return }
      #expect(look.of("telemetry", "warning").contains { $0.contains("has not taken spans: status 401, last at 20") })
      #expect(look.of("telemetry", "warning").contains { $0.contains("spans: ") && $0.contains("did not take") })
      let shown = try #require(try await gateway.admin("GET", "/api/v1/telemetry").json()["traces"])
      #expect(shown["isFailing"]?.bool == true && shown["failure"]?.string == "status 401")
      #expect(
        shown["endpoint"]?.string == "http://127.0.0.1:\(collector.port)/v1/traces" && shown["sample"]?.number == 1)
    }
  }

  @Test func mistakesAndAMissingGatewayAreTold() async throws {
    try await scenario { scenario in
      let bad = try await scenario.command(
        "doctor", "--config", "sluice.yaml", files: ["sluice.yaml": "providers: { a: { kind: opanai } }\n"])
      #expect(bad.code == 1)
      #expect(bad.output.contains("✗ sluice.yaml:1:"))
      let alone = try await scenario.command(
        "doctor", "--config", "sluice.yaml", "--gateway", "127.0.0.1:1", "--admin", "127.0.0.1:2",
        files: ["sluice.yaml": "providers: { e: { kind: echo } }\nmodels: { m: { targets: [e/echo] } }\n"])
      #expect(alone.code == 0)
      #expect(alone.output.contains("! no gateway answers at 127.0.0.1:1"))
      #expect(alone.output.contains("· sqlite:sluice.db is not there yet"))
    }
  }
}
