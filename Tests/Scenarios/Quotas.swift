import Foundation
import GatewayTesting
import Testing

/// Amounts that calls use up, and that somebody tops up.
@Suite struct Quotas {
  /// A gateway of two consumers, and the commands on its quotas.
  private struct Place {
    let scenario: Scenario
    let gateway: GatewayProcess

    func quotas(_ arguments: String...) async throws -> (code: Int32, output: String, errorOutput: String) {
      let config = ["--config", gateway.directory.path + "/sluice.yaml"]
      let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
      return try await scenario.command(
        ["quotas"] + arguments[..<end] + config + arguments[end...], environment: Quotas.environment)
    }

    func call(_ key: String = "sk-ann") async throws -> Answer {
      try await gateway.chat(Quotas.chat, headers: ["x-api-key": key])
    }

    func left(_ quota: String, of subject: String? = nil) async throws -> Double? {
      let answer = try await quotas("list", "--json")
      guard case .array(let rows) = try JSONValue(parsing: answer.output) else { return nil }
      let row = rows.first { $0["quota"]?.string == quota && $0["subject"]?.string == subject }
      return row?["left"]?.number
    }
  }

  private static let environment = ["ANN_KEY": "sk-ann", "BOB_KEY": "sk-bob"]
  private static let chat = #"{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":5}"#

  private static func configuration(_ upstream: ScriptedUpstream, _ limits: String, _ more: String = "") -> String {
    """
    providers: { p: { kind: openai-compatible, url: "\(upstream.url)/v1" } }
    models: { m: { targets: [p/up], retry: { attempts: 0 } } }
    consumers:
      ann: { keys: [env:ANN_KEY] }
      bob: { keys: [env:BOB_KEY] }
    prices: { "p/*": { input: 1 EUR, output: 1 EUR } }
    limits: \(limits)
    \(more)
    """
  }

  private func place(_ limits: String, _ more: String = "", _ body: (Place) async throws -> Void) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (5, 5))])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, limits, more), environment: Self.environment)
      try await body(Place(scenario: scenario, gateway: gateway))
    }
  }

  @Test func whatIsSpentIsRefusedWithTheNumbersUntilSomebodyAddsSome() async throws {
    try await place("[{ quota: starter, requests: 2, by: consumer }]") { place in
      for _ in 0..<2 { #expect(try await place.call().status == 200) }
      let refused = try await place.call()
      #expect(refused.status == 429)
      #expect(try refused.error()["code"]?.string == "quota_exceeded")
      let message = try refused.error()["message"]?.string ?? ""
      #expect(message.contains("quota 'starter' of 2 requests") && message.contains("until somebody tops it up"))
      #expect(refused.headers["retry-after"] == nil)
      #expect(try await place.call("sk-bob").status == 200)

      let added = try await place.quotas("add", "starter", "--for", "ann", "1")
      #expect(added.code == 0 && added.output.contains("of 2 requests left"), "\(added.errorOutput)")
      try await eventually("the call is let in") { try await place.call().status == 200 }
      #expect(try await place.call().status == 429)
      // Neither the configuration nor keys were read for it.
      #expect(!place.gateway.programLog.contains("configuration runs"))
      #expect(!place.gateway.programLog.contains("keys of the database were read"))
    }
  }

  @Test func aQuotaIsListedSetAndTakenFrom() async throws {
    try await place("[{ quota: starter, tokens: 100, by: consumer }, { quota: all, tokens: 1000, refresh: month }]") {
      place in
      #expect(try await place.call().status == 200)
      try await eventually("it is counted") { try await place.left("starter", of: "ann") == 90 }
      #expect(try await place.left("starter", of: "bob") == 100)
      #expect(try await place.left("all") == 990)
      #expect(try await place.quotas("list", "--consumer", "bob").output == "starter\tbob\t100 of 100 tokens left\t-\n")
      #expect(try await place.quotas("set", "starter", "--for", "ann", "3").code == 0)
      try await eventually("3 are too few") { try await place.call().status == 429 }
      #expect(try await place.quotas("add", "starter", "--for", "ann", "100000").code == 0)
      try await eventually("they are enough") { try await place.call().status == 200 }
      let taken = try await place.quotas("add", "all", "--", "-980")
      #expect(taken.code == 0, "\(taken.errorOutput)")
      try await eventually("too few are left of the other") { try await place.call().status == 429 }
      let refused = try await place.call()
      #expect(try refused.error()["message"]?.string?.contains("it is full again in") == true)
      #expect(refused.headers["retry-after"] != nil)
    }
  }

  @Test func aBudgetThatIsAQuotaRefusesWith402() async throws {
    try await place("[{ quota: purse, cost: 0.000015 EUR, budget: true }]") { place in
      #expect(try await place.call().status == 200)
      let refused = try await place.call()
      #expect(refused.status == 402)
      #expect(try refused.error()["code"]?.string == "budget_exceeded")
      #expect(try await place.quotas("add", "purse", "1").code == 0)
      try await eventually("there is money") { try await place.call().status == 200 }
      #expect(try await place.quotas("list").output.contains("EUR left"))
    }
  }

  @Test func aChangeIsCountedOnceAlsoAcrossKills() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (5, 5))])
      let text = Self.configuration(upstream, "[{ quota: q, requests: 1000 }]")
      let directory = try scenario.directory()
      var added = 0.0
      for round in 0..<6 {
        let gateway = try await scenario.gateway(text, environment: Self.environment, directory: directory)
        let place = Place(scenario: scenario, gateway: gateway)
        for _ in 0..<3 {
          #expect(try await place.quotas("add", "q", "10").code == 0)
          added += 10
        }
        // Before, while and after it is taken up.
        if round % 3 == 1 { try await gateway.says("a quota was changed") }
        await gateway.stop()
        #expect(try await place.quotas("add", "q", "1").code == 0)
        added += 1
        #expect(try await place.left("q") == 1000 + added)
      }
      let gateway = try await scenario.gateway(text, environment: Self.environment, directory: directory)
      let place = Place(scenario: scenario, gateway: gateway)
      #expect(try await place.left("q") == 1000 + added)
      let answer = try await place.call()
      #expect(answer.headers["x-ratelimit-remaining-requests"] != nil)
      try await eventually("the call is counted") { try await place.left("q") == 999 + added }
    }
  }

  @Test func severalGatewaysShareAQuotaInRedis() async throws {
    try await RedisServer.running { redis in
      try await scenario { scenario in
        let upstream = try await scenario.upstream([.chat(usage: (5, 5))])
        let text = Self.configuration(
          upstream, "[{ quota: q, requests: 3, by: consumer }]",
          "storage: { shared: \"redis://127.0.0.1:\(redis.port)\" }")
        let places = [
          Place(scenario: scenario, gateway: try await scenario.gateway(text, environment: Self.environment)),
          Place(scenario: scenario, gateway: try await scenario.gateway(text, environment: Self.environment)),
        ]
        for index in 0..<3 { #expect(try await places[index % 2].call().status == 200) }
        for place in places { #expect(try await place.call().status == 429) }
        #expect(try await places[0].left("q", of: "ann") == 0)
        let added = try await places[0].quotas("add", "q", "--for", "ann", "2")
        #expect(added.code == 0 && added.output.contains("2 of 3 requests left"), "\(added.errorOutput)")
        for place in places { #expect(try await place.call().status == 200) }
        #expect(try await places[1].call().status == 429)
        #expect(try await places[1].quotas("set", "q", "--for", "bob", "0").code == 0)
        #expect(try await places[1].call("sk-bob").status == 429)
      }
    }
  }

  @Test(arguments: [
    (["add", "starter", "5"], "say whose with --for"), (["add", "starter", "--for", "anna", "5"], "did you mean ann?"),
    (["add", "startr", "5"], "did you mean starter?"), (["add", "all", "--for", "ann", "5"], "leave --for out"),
    (["add", "all", "many"], "'many' is no whole number of tokens"), (["add", "all", "0"], "nothing would change"),
    (["set", "all", "--", "-1"], "less than nothing"), (["add", "all", "9000000000000000000"], "out of range"),
    (["add", "purse", "5 USD"], "is in EUR, not in USD"), (["list", "--consumer", "eve"], "no consumer 'eve'"),
  ])
  func mistakesOfCommandsAreToldInASentence(arguments: [String], words: String) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let text = Self.configuration(
        upstream,
        "[{ quota: starter, tokens: 5, by: consumer }, { quota: all, tokens: 5 }, { quota: purse, cost: 1 EUR }]")
      let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
      let answer = try await scenario.command(
        ["quotas"] + arguments[..<end] + ["--config", "sluice.yaml"] + arguments[end...], files: ["sluice.yaml": text],
        environment: Self.environment)
      #expect(answer.code == 1)
      #expect(answer.errorOutput.contains(words), "\(answer.errorOutput)")
      #expect(answer.output.isEmpty)
    }
  }
}
