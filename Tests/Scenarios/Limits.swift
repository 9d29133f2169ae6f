import GatewayTesting
import Testing

/// How much callers may call. What is counted, and when, is tested with the counters; here is what callers see of it.
@Suite struct Limits {
  private static func configuration(_ upstream: ScriptedUpstream, _ more: String) -> String {
    """
    providers:
      p: { kind: openai-compatible, url: "\(upstream.url)/v1" }
    models:
      m: { targets: [p/up], retry: { attempts: 0 } }
      other: { targets: [p/up], retry: { attempts: 0 }, limits: [{ requests: 1, per: day }] }
      alias: { targets: [other] }
    consumers:
      app: { keys: [env:APP_KEY] }
    \(more)
    """
  }

  private static let chat = #"{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":10}"#

  private static func call(_ gateway: GatewayProcess, _ body: String = chat, user: String? = nil) async throws -> Answer
  {
    let headers: HeaderList =
      user.map { ["authorization": "Bearer sk-app", "x-user-id": $0] } ?? ["authorization": "Bearer sk-app"]
    return try await gateway.call("POST", "/v1/chat/completions", body, headers: headers)
  }

  private static let environment = ["APP_KEY": "sk-app"]

  @Test func twentyCallsADayForEachPerson() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "limits: [{ requests: 20, per: day, by: header:x-user-id }]"),
        environment: Self.environment)
      for left in stride(from: 19, through: 0, by: -1) {
        let answer = try await Self.call(gateway, user: "ann")
        #expect(answer.status == 200)
        #expect(answer.headers["x-ratelimit-limit-requests"] == "20")
        #expect(answer.headers["x-ratelimit-remaining-requests"] == "\(left)")
      }
      let refused = try await Self.call(gateway, user: "ann")
      #expect(refused.status == 429)
      let error = try refused.error()
      #expect(error["code"]?.string == "request_limit_exceeded")
      #expect(error["type"]?.string == "rate_limit_error")
      #expect(
        error["message"]?.string?.contains("20 requests per day for each value of the header 'x-user-id'") == true)
      let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
      #expect((1...86_400).contains(wait))
      #expect(refused.headers["x-ratelimit-remaining-requests"] == "0")
      #expect(try await Self.call(gateway, user: "bob").status == 200)
      #expect(try await Self.call(gateway).status == 200)
      #expect(upstream.requests.count == 22)
    }
  }

  @Test func tokensThatAreNotUsedComeBack() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (5, 2))])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "    limits: [{ tokens: 200, per: minute }]").replacing(
          "app: { keys: [env:APP_KEY] }\n", with: "app:\n    keys: [env:APP_KEY]\n"), environment: Self.environment)
      let large = Self.chat.replacing("10}", with: "185}")
      for _ in 0..<2 { #expect(try await Self.call(gateway).status == 200) }
      // 14 tokens are used: 185 and the text do not fit, 10 do.
      let refused = try await Self.call(gateway, large)
      #expect(refused.status == 429)
      #expect(try refused.error()["code"]?.string == "token_limit_exceeded")
      #expect(refused.headers["x-ratelimit-remaining-tokens"] == "186")
      #expect(try await Self.call(gateway).status == 200)
      let never = try await Self.call(gateway, Self.chat.replacing("10}", with: "1000}"))
      #expect(never.status == 429)
      #expect(never.headers["retry-after"] == nil)
      #expect(try never.error()["message"]?.string?.contains("max_tokens") == true)
    }
  }

  // MARK: Cost

  private static func priced(_ upstream: ScriptedUpstream, _ limit: String) -> String {
    configuration(upstream, "limits: [\(limit)]") + "\nprices: { \"p/*\": { input: 1000 EUR, output: 3000 EUR } }"
  }

  @Test func whatACallCostIsTold() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (5, 2))])
      let gateway = try await scenario.gateway(
        Self.priced(upstream, "{ requests: 9, per: day }"), environment: Self.environment)
      let answer = try await Self.call(gateway)
      #expect(answer.headers["x-sluice-cost"] == "0.011 EUR")
      let cost = try await gateway.logged()["cost"]
      #expect(cost?["amount"]?.string == "0.011")
      #expect(cost?["currency"]?.string == "EUR")
      #expect(cost?["price"]?.string?.count == 16)
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_cost_total", ["currency": "EUR", "consumer": "app"]) == 0.011)
      #expect(metrics.value("sluice_unpriced_exchanges_total") == 0)
    }
  }

  @Test func aModelWithoutAPriceIsUnpricedAndNotFree() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "limits: [{ requests: 9, per: day }]"), environment: Self.environment)
      let answer = try await Self.call(gateway)
      #expect(answer.headers["x-sluice-cost"] == nil)
      #expect(try await gateway.logged()["cost"] == nil)
      #expect(try await gateway.metrics().value("sluice_unpriced_exchanges_total") == 1)
    }
  }

  @Test func aBudgetIsUsedUpAndSpokenOf() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (20, 10))])
      let gateway = try await scenario.gateway(
        Self.priced(upstream, "{ cost: 0.1 EUR, per: month, budget: true, warnAt: [50] }"),
        environment: Self.environment)
      #expect(try await Self.call(gateway).status == 200)
      try await gateway.says("a budget is nearly used up", "percent=50", "0.05 of 0.1 EUR per month")
      #expect(try await Self.call(gateway).status == 200)
      try await gateway.says("a budget is used up", "percent=100", "0.1 of 0.1 EUR per month")
      let refused = try await Self.call(gateway)
      #expect(refused.status == 402)
      #expect(try refused.error()["code"]?.string == "budget_exceeded")
      #expect(try refused.error()["message"]?.string?.contains("0.1 EUR per month (for everyone)") == true)
    }
  }

  @Test func aCostLimitRefusesWith429() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (20, 10))])
      let gateway = try await scenario.gateway(
        Self.priced(upstream, "{ cost: 0.06 EUR, per: hour }"), environment: Self.environment)
      #expect(try await Self.call(gateway).status == 200)
      let refused = try await Self.call(gateway)
      #expect(refused.status == 429)
      #expect(try refused.error()["code"]?.string == "cost_limit_exceeded")
    }
  }

  @Test func aLimitOfAModelHoldsUnderItsOtherName() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(Self.configuration(upstream, ""), environment: Self.environment)
      let alias = Self.chat.replacing(#""m""#, with: #""alias""#)
      #expect(try await Self.call(gateway, alias).status == 200)
      #expect(try await Self.call(gateway, Self.chat.replacing(#""m""#, with: #""other""#)).status == 429)
      #expect(try await Self.call(gateway).status == 200)
    }
  }

  @Test func callsAtOnceHoldTheirSlotToTheirEnd() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([.wait(gate), .chat()])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "limits: [{ concurrent: 2 }]"), environment: Self.environment)
      async let first = Self.call(gateway)
      async let second = Self.call(gateway)
      try await eventually("two calls are under way") { upstream.requests.count == 2 }
      let refused = try await Self.call(gateway)
      #expect(refused.status == 429)
      #expect(try refused.error()["code"]?.string == "concurrency_limit_exceeded")
      gate.open()
      #expect(try await first.status == 200)
      #expect(try await second.status == 200)
      #expect(try await Self.call(gateway).status == 200)
    }
  }

  @Test func nonsenseOfCallersAndProvidersCountsNothingThatItShouldNot() async throws {
    try await scenario { scenario in
      let nonsense =
        #"{"id":"x","object":"chat.completion","model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1e300,"completion_tokens":9223372036854775807}}"#
      let upstream = try await scenario.upstream([.json(nonsense)])
      let gateway = try await scenario.gateway(
        Self.configuration(
          upstream,
          "prices: { \"p/*\": { input: 600 USD, output: 600 USD } }\nlimits: [{ cost: 1000 USD, per: month, budget: true }]"
        ),
        environment: Self.environment)
      for _ in 0..<20 { #expect(try await Self.call(gateway).status == 200) }
      let huge = Self.chat.replacing("\"max_tokens\":10", with: "\"max_tokens\":9000000000000000000")
      #expect(try await Self.call(gateway, huge).status == 402)
      #expect(try await Self.call(gateway).status == 200)
    }
  }

  @Test(arguments: [false, true])
  func aSlotIsFreeWhenTheEndOfTheAnswerIsRead(isStream: Bool) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(isStream ? .stream("a") : [.chat()])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "limits: [{ concurrent: 1 }]"), environment: Self.environment)
      let body = isStream ? Self.chat.replacing("}],", with: "}],\"stream\":true,") : Self.chat
      for _ in 0..<200 { #expect(try await Self.call(gateway, body).status == 200) }
    }
  }

  @Test func aCallWithoutWhatIsCountedByIsRefusedWhereThatIsAsked() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        Self.configuration(
          upstream, "limits: [{ requests: 1, per: day, by: header:x-user-id, missing: refuse }]"),
        environment: Self.environment)
      let refused = try await Self.call(gateway)
      #expect(refused.status == 400)
      #expect(try refused.error()["param"]?.string == "x-user-id")
      #expect(try await Self.call(gateway, user: "ann").status == 200)
      #expect(try await Self.call(gateway, user: "ann").status == 429)
    }
  }

  @Test func aMessagesClientIsToldInAnthropicsWords() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        Self.configuration(upstream, "limits: [{ requests: 1, per: hour }]"), environment: Self.environment)
      let body = #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"x"}]}"#
      let headers: HeaderList = ["x-api-key": "sk-app"]
      let answer = try await gateway.call("POST", "/v1/messages", body, headers: headers)
      #expect(answer.status == 200)
      #expect(answer.headers["anthropic-ratelimit-requests-limit"] == "1")
      #expect(answer.headers["anthropic-ratelimit-requests-reset"]?.hasSuffix("Z") == true)
      let refused = try await gateway.call("POST", "/v1/messages", body, headers: headers)
      #expect(refused.status == 429)
      #expect(try refused.json()["error"]?["type"]?.string == "rate_limit_error")
    }
  }

  @Test func countersSurviveReloadsAndCrashes() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let text = Self.configuration(upstream, "limits: [{ requests: 3, per: month, by: consumer }]")
      let gateway = try await scenario.gateway(text, environment: Self.environment)
      #expect(try await Self.call(gateway).status == 200)
      try gateway.save(text.replacing("requests: 3", with: "requests: 4"))
      #expect(try await gateway.admin("POST", "/config/reload").status == 200)
      #expect(try await Self.call(gateway).headers["x-ratelimit-remaining-requests"] == "2")
      // What was settled more than a tenth of a second ago is stored.
      try await Task.sleep(for: .milliseconds(400))
      await gateway.stop()
      let next = try await scenario.gateway(
        text.replacing("requests: 3", with: "requests: 4"), environment: Self.environment, directory: gateway.directory)
      #expect(try await Self.call(next).headers["x-ratelimit-remaining-requests"] == "1")
    }
  }
}
