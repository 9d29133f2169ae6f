import Foundation
import GatewayTesting
import Testing

/// Organisations, teams and roles, as callers meet them.
@Suite struct Tenants {
  static let tenants = """
    models:
      a: { retry: { attempts: 0 }, targets: [p0/up] }
      b: { retry: { attempts: 0 }, targets: [p0/up] }
      c: { retry: { attempts: 0 }, targets: [p0/up] }
      d: { retry: { attempts: 0 }, targets: [p0/up] }
      vectors: { type: embedding, targets: [p0/vectors] }
    organisations:
      acme: { models: [a, b, c, vectors] }
    teams:
      research: { organisation: acme, models: [a, b, vectors] }
      sales: { models: [a, d] }
    roles:
      talker: { surfaces: [chat], models: [a] }
      searcher: { surfaces: [embeddings], models: [vectors, b] }
    consumers:
      free: { keys: [env:FREE] }
      lab: { keys: [env:LAB], team: research }
      intern: { keys: [env:INTERN, env:INTERN_TWO], team: research, roles: [talker, searcher] }
      seller: { keys: [env:SELLER], team: sales }
    """
  static let environment = [
    "FREE": "sk-free", "LAB": "sk-lab", "INTERN": "sk-intern", "INTERN_TWO": "sk-intern-two", "SELLER": "sk-seller",
  ]

  private func start(
    _ scenario: Scenario, _ upstreams: [ScriptedUpstream], _ more: String = "",
    _ change: (String) -> String = { $0 }
  ) async throws -> GatewayProcess {
    let providers = upstreams.enumerated().map { "p\($0): { kind: openai-compatible, url: \"\($1.url)\" }" }
    return try await scenario.gateway(
      change("providers: { \(providers.joined(separator: ", ")) }\n\(Self.tenants)\n\(more)\n"),
      environment: Self.environment)
  }

  private static func body(_ model: String) -> String {
    #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}],"max_tokens":5}"#
  }

  private func call(_ gateway: GatewayProcess, _ consumer: String, _ model: String = "a") async throws -> Answer {
    try await gateway.chat(Self.body(model), headers: ["authorization": "Bearer sk-\(consumer)"])
  }

  private func refusal(_ answer: Answer) throws -> String {
    try "\(answer.status) \(answer.error()["code"]?.string ?? "") \(answer.error()["message"]?.string ?? "")"
  }

  @Test func everyLevelNarrowsAndTheOneThatRefusesIsNamed() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [try await scenario.upstream([.chat()])])
      for (consumer, model) in [("free", "d"), ("lab", "b"), ("intern", "a"), ("seller", "d")] {
        #expect(try await call(gateway, consumer, model).status == 200, "\(consumer) \(model)")
      }
      #expect(
        try refusal(try await call(gateway, "lab", "c"))
          == "403 model_not_allowed team 'research' may not use the model 'c'; it may use a, b, vectors")
      #expect(
        try refusal(try await call(gateway, "lab", "d"))
          == "403 model_not_allowed organisation 'acme' may not use the model 'd'; it may use a, b, c, vectors")
      #expect(
        try refusal(try await call(gateway, "intern", "b")).hasPrefix(
          "403 model_not_allowed consumer 'intern' with the roles 'talker', 'searcher' may not use the model 'b' on "
            + "/v1/chat/completions; 'talker' may use a for chat, "))
    }
  }

  @Test func aSurfaceThatNoRoleHasIsRefused() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [try await scenario.upstream([.chat()])])
      let headers: HeaderList = ["authorization": "Bearer sk-intern"]
      let image = try await gateway.call(
        "POST", "/v1/images/generations", #"{"model":"a","prompt":"x"}"#, headers: headers)
      #expect(
        try refusal(image)
          == "403 surface_not_allowed consumer 'intern' with the roles 'talker', 'searcher' may not call "
          + "/v1/images/generations; it may call chat, embeddings")
      #expect(try await gateway.call("GET", "/v1/files", headers: headers).status == 403)
      #expect(try await gateway.call("GET", "/v1/models", headers: headers).status == 200)
    }
  }

  @Test func listsShowWhatTheCallerMayUse() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [try await scenario.upstream([.chat()])])
      func listed(_ consumer: String) async throws -> [String] {
        let answer = try await gateway.call("GET", "/v1/models", headers: ["authorization": "Bearer sk-\(consumer)"])
        return try answer.json()["data"]?.elements.compactMap { $0["id"]?.string } ?? []
      }
      #expect(try await listed("free") == ["a", "b", "c", "d", "vectors"])
      #expect(try await listed("lab") == ["a", "b", "vectors"])
      // On some surface that a role allows.
      #expect(try await listed("intern") == ["a", "b", "vectors"])
      #expect(try await listed("seller") == ["a", "d"])
      let one = try await gateway.call("GET", "/v1/models/c", headers: ["authorization": "Bearer sk-lab"])
      #expect(try refusal(one).hasPrefix("403 model_not_allowed team 'research'"))
    }
  }

  @Test func aTenantHasOneCounterForAllOfItsConsumersAndKeys() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [try await scenario.upstream([.chat()])]) {
        $0.replacing(
          "models: [a, b, vectors] }", with: "models: [a, b, vectors], limits: [{ requests: 3, per: day }] }"
        )
        .replacing("acme: { models", with: "acme: { limits: [{ requests: 5, per: day }], models")
      }
      for consumer in ["lab", "intern", "intern-two"] { #expect(try await call(gateway, consumer).status == 200) }
      let refused = try await call(gateway, "lab")
      #expect(try refusal(refused).hasPrefix("429 request_limit_exceeded the limit of 3 requests per day (of team 're"))
      #expect(refused.headers["x-ratelimit-remaining-requests"] == "0")
      #expect(try await call(gateway, "seller").status == 200)
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_limit_refusals_total", ["unit": "requests", "owner": "team:research"]) == 1)
    }
  }

  @Test func aTenantMayHaveSoManyCallsAtOnce() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([.wait(gate), .chat()])
      let gateway = try await start(scenario, [upstream]) {
        $0.replacing("acme: { models", with: "acme: { limits: [{ concurrent: 2 }], models")
      }
      async let first = call(gateway, "lab")
      async let second = call(gateway, "intern")
      try await eventually("two calls are under way") { upstream.requests.count == 2 }
      #expect(try refusal(try await call(gateway, "intern-two")).contains("(of organisation 'acme')"))
      gate.open()
      #expect(try await first.status == 200)
      #expect(try await second.status == 200)
      try await eventually("the slots are free") { try await call(gateway, "lab").status == 200 }
    }
  }

  @Test func limitsTellTeamsAndKeysApart() async throws {
    try await scenario { scenario in
      let gateway = try await start(
        scenario, [try await scenario.upstream([.chat()])],
        "limits: [{ requests: 2, per: day, by: key }, { requests: 3, per: day, by: team, missing: skip }]")
      for _ in 0..<2 { #expect(try await call(gateway, "intern").status == 200) }
      #expect(try refusal(try await call(gateway, "intern")).contains("2 requests per day for each key"))
      #expect(try await call(gateway, "intern-two").status == 200)
      #expect(try refusal(try await call(gateway, "lab")).contains("3 requests per day for each team"))
      for _ in 0..<2 { #expect(try await call(gateway, "seller").status == 200) }
      for _ in 0..<2 { #expect(try await call(gateway, "free").status == 200) }
    }
  }

  @Test func teamAndOrganisationAreInTheRecords() async throws {
    try await scenario { scenario in
      let gateway = try await start(
        scenario, [try await scenario.upstream([.chat()])], "storage: { ledger: true }")
      #expect(try await call(gateway, "lab").status == 200)
      #expect(try await call(gateway, "free").status == 200)
      let line = try await gateway.logged { $0["consumer"]?.string == "lab" }
      #expect(line["team"]?.string == "research" && line["organisation"]?.string == "acme")
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_exchanges_total", ["consumer": "lab", "team": "research"]) == 1)
      #expect(metrics.value("sluice_exchanges_total", ["consumer": "free"]) == 1)
      try await eventually("the calls are in the ledger") {
        let usage = try await scenario.command(
          ["usage", "--by", "organisation", "team", "--format", "csv", "--config"]
            + [gateway.directory.path + "/sluice.yaml"], environment: Self.environment)
        return usage.output.contains("\nacme,research,1,0,") && usage.output.contains("\n,,1,0,")
      }
    }
  }

  @Test func aReloadMovesAConsumerToAnotherTeam() async throws {
    try await scenario { scenario in
      let gateway = try await start(scenario, [try await scenario.upstream([.chat()])])
      #expect(try await call(gateway, "lab", "d").status == 403)
      let text = try String(contentsOf: gateway.directory.appending(path: "sluice.yaml"), encoding: .utf8)
      try gateway.save(text.replacing("[env:LAB], team: research", with: "[env:LAB], team: sales"))
      #expect(try await gateway.admin("POST", "/config/reload").status == 200)
      #expect(try await call(gateway, "lab", "d").status == 200)
      #expect(try refusal(try await call(gateway, "lab", "b")).contains("team 'sales' may not use the model 'b'"))
    }
  }
}
