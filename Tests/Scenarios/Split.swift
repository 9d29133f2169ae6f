import GatewayTesting
import Testing

@Suite struct Split {
  private func withSplit(
    _ weights: (Int, Int), sticky: String = "",
    _ body: (GatewayProcess, ScriptedUpstream, ScriptedUpstream) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let stable = try await scenario.upstream([.chat("stable")])
      let canary = try await scenario.upstream([.chat("canary")])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: \(stable.url) }
          b: { kind: openai-compatible, url: \(canary.url) }
        models:
          m:
            split:
              - { weight: \(weights.0), version: stable, targets: [a/up] }
              - { weight: \(weights.1), version: r1, targets: [b/up] }
            \(sticky)
        """)
      try await body(gateway, stable, canary)
    }
  }

  /// Calls on one connection; returns how often the canary answered.
  private func canaryShare(of calls: Int, at gateway: GatewayProcess, headers: (Int) -> HeaderList = { _ in [:] })
    async throws -> Double
  {
    let client = try await gateway.connect()
    var count = 0
    for index in 0..<calls {
      client.post("/v1/chat/completions", ChatBody.plain(), headers: headers(index))
      if try await client.answer().content() == "canary" { count += 1 }
    }
    await client.close()
    return Double(count) / Double(calls)
  }

  @Test func followsItsWeights() async throws {
    try await withSplit((90, 10)) { gateway, stable, canary in
      let share = try await canaryShare(of: 1000, at: gateway)
      // Six standard deviations of a fair draw.
      #expect(abs(share - 0.1) < 0.057)
      #expect(stable.requests.count + canary.requests.count == 1000)
    }
  }

  @Test func anArmOfWeightZeroGetsNothing() async throws {
    try await withSplit((1, 0)) { gateway, _, canary in
      let share = try await canaryShare(of: 100, at: gateway)
      #expect(share == 0)
      #expect(canary.requests.isEmpty)
    }
  }

  @Test func aStickyCallerStaysOnItsVersion() async throws {
    try await withSplit((50, 50), sticky: "sticky: header:x-user-id") { gateway, _, _ in
      var seen: Set<Double> = []
      for user in 0..<20 {
        let share = try await canaryShare(of: 10, at: gateway) { _ in ["X-User-Id": "user-\(user)"] }
        #expect(share == 0 || share == 1)
        seen.insert(share)
      }
      #expect(seen == [0, 1])
    }
  }

  @Test func stickyCallersFollowTheWeightsTogether() async throws {
    try await withSplit((90, 10), sticky: "sticky: header:x-user-id") { gateway, _, _ in
      let share = try await canaryShare(of: 1000, at: gateway) { ["x-user-id": "user-\($0)"] }
      #expect(abs(share - 0.1) < 0.057)
    }
  }

  @Test func theVersionIsInMetricsAndLog() async throws {
    try await withSplit((0, 1)) { gateway, _, _ in
      _ = try await canaryShare(of: 3, at: gateway)
      #expect(try await gateway.logged()["version"]?.string == "r1")
      try await eventually("the version is a label") {
        let metrics = try await gateway.metrics()
        return metrics.value("gen_ai_server_request_duration_seconds_count", ["version": "r1"]) == 3
          && metrics.value("gen_ai_server_request_duration_seconds_count", ["version": "stable"]) == 0
      }
    }
  }

  @Test func anArmThatFailsEntirelyDoesNotTakeTheCallDown() async throws {
    try await scenario { scenario in
      let failing = try await scenario.upstream([.error(500)])
      let backup = try await scenario.upstream([.chat("backup of the arm")])
      let gateway = try await scenario.gateway(
        """
        providers:
          a: { kind: openai-compatible, url: \(failing.url) }
          b: { kind: openai-compatible, url: \(backup.url) }
        models:
          m:
            retry: { attempts: 0 }
            split:
              - { weight: 1, version: r1, targets: [a/up, b/up] }
        """)
      #expect(try await gateway.chat().content() == "backup of the arm")
    }
  }
}
