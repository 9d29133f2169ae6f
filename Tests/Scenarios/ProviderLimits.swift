import GatewayTesting
import Testing

/// Limits of providers, and limits by provider: while one is reached, the next target takes the call.
@Suite struct ProviderLimits {
  private func start(
    _ scenario: Scenario, _ upstreams: [ScriptedUpstream], limits: [String?] = [], top: String = ""
  ) async throws -> GatewayProcess {
    let providers = upstreams.enumerated().map { index, upstream in
      let own = limits.count > index ? limits[index].map { ", limits: [\($0)]" } ?? "" : ""
      return "  p\(index): { kind: openai-compatible, url: \"\(upstream.url)\"\(own) }\n"
    }
    let targets = upstreams.indices.map { "p\($0)/up" }.joined(separator: ", ")
    return try await scenario.gateway(
      "providers:\n\(providers.joined())models:\n  m: { retry: { attempts: 0 }, targets: [\(targets)] }\n\(top)\n")
  }

  @Test func aFullProviderIsPassedOverAndWithoutAnotherTheCallIsRefused() async throws {
    try await scenario { scenario in
      let upstreams = [try await scenario.upstream([.chat()]), try await scenario.upstream([.chat()])]
      let gateway = try await start(
        scenario, upstreams, limits: ["{ requests: 2, per: day }", "{ requests: 1, per: day }"])
      let targets = try await [gateway.chat(), gateway.chat(), gateway.chat()].map { $0.headers["x-sluice-target"] }
      #expect(targets == ["p0/up", "p0/up", "p1/up"])
      let refused = try await gateway.chat()
      #expect(refused.status == 429)
      #expect(try refused.error()["code"]?.string == "request_limit_exceeded")
      #expect(try refused.error()["message"]?.string?.contains("2 requests per day (of provider 'p0')") == true)
      #expect(refused.headers["retry-after"] != nil && refused.headers["x-ratelimit-remaining-requests"] == "0")
      #expect(upstreams.map(\.requests.count) == [2, 1])
      let passedOver = try await gateway.logged { $0["status"]?.number == 200 && $0["passed_over"] != nil }
      #expect(passedOver["passed_over"]?[0]?["target"]?.string == "p0/up")
      #expect(passedOver["passed_over"]?[0]?["code"]?.string == "request_limit_exceeded")
      #expect(passedOver["attempts"]?.elements.count == 1)
      let metrics = try await gateway.metrics()
      #expect(metrics.value("sluice_limit_refusals_total", ["unit": "requests", "owner": "provider:p0"]) == 1)
    }
  }

  @Test func aLimitByProviderCountsWhereTheCallGoes() async throws {
    try await scenario { scenario in
      let upstreams = [try await scenario.upstream([.error(500)]), try await scenario.upstream([.chat()])]
      let gateway = try await start(
        scenario, upstreams, top: "limits: [{ requests: 2, per: day, by: provider }]")
      // Each call fails at the first provider and counts there, too.
      for _ in 0..<2 { #expect(try await gateway.chat().headers["x-sluice-attempts"] == "2") }
      let refused = try await gateway.chat()
      #expect(refused.status == 429)
      #expect(try refused.error()["message"]?.string?.contains("2 requests per day for each provider") == true)
      #expect(upstreams.map(\.requests.count) == [2, 2])
    }
  }

  @Test func theSlotOfAProviderIsFreeWhenItHasFailed() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstreams = [
        try await scenario.upstream([.error(500)]), try await scenario.upstream([.wait(gate), .chat()]),
      ]
      let gateway = try await start(scenario, upstreams, limits: ["{ concurrent: 1 }", "{ concurrent: 2 }"])
      async let first = gateway.chat()
      try await eventually("the first call is at the second provider") { upstreams[1].requests.count == 1 }
      async let second = gateway.chat()
      try await eventually("the second, too") { upstreams[1].requests.count == 2 }
      #expect(upstreams[0].requests.count == 2)
      // Its first target failed, so that is what it is told.
      #expect(try await gateway.chat().status == 500)
      gate.open()
      #expect(try await first.status == 200)
      #expect(try await second.status == 200)
      try await eventually("the slots are free") { try await gateway.chat().status == 200 }
    }
  }

  @Test func tokensThatAProviderDidNotUseComeBack() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(usage: (5, 2))])
      let gateway = try await start(scenario, [upstream], limits: ["{ outputTokens: 100, per: minute }"])
      let body = #"{"model":"m","messages":[{"role":"user","content":"x"}],"max_tokens":90}"#
      let client = try await gateway.connect()
      // 2 of 90 are used each time.
      for _ in 0..<5 {
        client.post("/v1/chat/completions", body)
        #expect(try await client.answer().status == 200)
      }
      client.post("/v1/chat/completions", body.replacing("90", with: "95"))
      #expect(try await client.answer().status == 429)
      await client.close()
    }
  }

  @Test func aRealtimeSessionIsOpenedWithTheNextProviderAndHoldsItsSlot() async throws {
    try await scenario { scenario, network in
      let (first, second) = (try await network.socketUpstream(), try await network.socketUpstream())
      let providers = [first, second].enumerated().map { index, upstream in
        "  p\(index): { kind: openai-compatible, url: \"\(upstream.url)\", limits: [{ concurrent: 1 }] }\n"
      }
      let gateway = try await scenario.gateway(
        "providers:\n\(providers.joined())models:\n  m: { retry: { attempts: 0 }, targets: [p0/up, p1/up] }\n")
      let (one, frames) = try await gateway.socket()
      #expect(one.headers["x-sluice-target"] == "p0/up")
      let (two, others) = try await gateway.socket()
      #expect(two.headers["x-sluice-target"] == "p1/up")
      let (three, _) = try await gateway.socket()
      #expect(three.status == 429)
      frames.send(.close(1000))
      try await eventually("the slot is free") {
        let (head, frames) = try await gateway.socket()
        frames.send(.close(1000))
        return head.status == 101
      }
      others.send(.close(1000))
    }
  }

  @Test func severalGatewaysShareTheLimitOfAProvider() async throws {
    try await RedisServer.running { redis in
      try await scenario { scenario in
        let upstreams = [try await scenario.upstream([.chat()]), try await scenario.upstream([.chat()])]
        var gateways: [GatewayProcess] = []
        for _ in 0..<2 {
          gateways.append(
            try await start(
              scenario, upstreams, limits: ["{ requests: 3, per: day }"],
              top: "storage: { shared: \"redis://127.0.0.1:\(redis.port)\" }"))
        }
        for _ in 0..<3 { for gateway in gateways { #expect(try await gateway.chat().status == 200) } }
        #expect(upstreams.map(\.requests.count) == [3, 3])
      }
    }
  }

  @Test func aClientThatGoesWhileLimitsAreAskedLeavesNothingTaken() async throws {
    try await RedisServer.running { redis in
      try await scenario { scenario in
        let upstream = try await scenario.upstream([.chat()])
        let gateway = try await start(
          scenario, [upstream], limits: ["{ concurrent: 1 }"],
          top: "storage: { shared: \"redis://127.0.0.1:\(redis.port)\" }")
        for _ in 0..<20 {
          let client = try await gateway.connect()
          client.post("/v1/chat/completions", ChatBody.plain())
          await client.close()
        }
        try await eventually("the slot is free") { try await gateway.chat().status == 200 }
      }
    }
  }
}
