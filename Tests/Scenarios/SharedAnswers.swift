import Foundation
import GatewayTesting
import Testing

/// Several gateways that keep answers in one Redis.
@Suite struct SharedAnswers {
  private func with(
    _ body: (Scenario, RedisServer, ScriptedUpstream, [GatewayProcess]) async throws -> Void
  ) async throws {
    try await RedisServer.running { redis in
      try await scenario { scenario in
        let upstream = try await scenario.upstream([.chat()])
        var gateways: [GatewayProcess] = []
        for _ in 0..<2 {
          gateways.append(
            try await scenario.gateway(
              to: upstream, model: "retry: { attempts: 0 }\ncache: { ttl: 1h }",
              top: "storage: { shared: \"redis://127.0.0.1:\(redis.port)\" }"))
        }
        try await body(scenario, redis, upstream, gateways)
      }
    }
  }

  private func cache(_ gateway: GatewayProcess) async throws -> String? {
    let answer = try await gateway.chat()
    #expect(answer.status == 200)
    return answer.headers["x-sluice-cache"]
  }

  @Test func anAnswerOfOneGatewayIsGivenByTheOther() async throws {
    try await with { scenario, _, upstream, gateways in
      #expect(try await cache(gateways[0]) == "miss")
      try await eventually("the other gateway finds it") { try await cache(gateways[1]) == "hit" }
      let state = try await gateways[1].admin("GET", "/api/v1/cache").json()
      #expect(state["store"]?.string == "redis")
      #expect(try await gateways[0].admin("DELETE", "/api/v1/cache").status == 200)
      #expect(try await cache(gateways[1]) == "miss")
      try await eventually("it is kept again") { try await cache(gateways[0]) == "hit" }
      let cleared = try await scenario.command(
        "cache", "clear", "--model", "m", "--config", gateways[0].directory.path + "/sluice.yaml")
      #expect(cleared.code == 0, "\(cleared.errorOutput)")
      #expect(try await cache(gateways[1]) == "miss")
    }
  }

  @Test func callsGoOnWhenRedisIsGone() async throws {
    try await with { _, redis, upstream, gateways in
      #expect(try await cache(gateways[0]) == "miss")
      try await redis.kill()
      for _ in 0..<5 { #expect(try await cache(gateways[0]) == "miss") }
      #expect(try await gateways[0].metrics().value("sluice_cache_errors_total") > 0)
      try await redis.restart()
      try await eventually("answers are kept again") { try await cache(gateways[0]) == "hit" }
    }
  }
}
