import GatewayTesting
import Testing

@Suite struct RateLimits {
  private let clock = ContinuousClock()

  @Test func aShortRetryAfterIsWaitedForWhenNothingElseIsLeft() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(inTurn: [.error(429, headers: ["retry-after": "1"])], [.chat("later")])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 1, backoff: 10ms, maximum: 5s }")
      let began = clock.now
      let answer = try await gateway.chat()
      #expect(try answer.content() == "later")
      #expect(answer.headers["x-sluice-attempts"] == "2")
      #expect(clock.now - began >= .milliseconds(950))
    }
  }

  @Test func anotherTargetIsTriedAtOnce() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream([.error(429, headers: ["retry-after": "30"])])
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(
        to: primary, backup, model: "retry: { attempts: 1, backoff: 10ms, maximum: 60s }")
      let began = clock.now
      #expect(try await gateway.chat().content() == "backup")
      #expect(clock.now - began < .seconds(25))
      // The primary said when to come back, so it is left alone until then.
      let second = try await gateway.chat()
      #expect(second.headers["x-sluice-attempts"] == "1")
      #expect(primary.requests.count == 1)
    }
  }

  @Test func aLongRetryAfterIsPassedToTheClientAtOnce() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.error(429, "slow down", headers: ["retry-after": "120"])])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 3, backoff: 10ms, maximum: 1s }")
      let began = clock.now
      let answer = try await gateway.chat()
      #expect(clock.now - began < .seconds(60))
      #expect(answer.status == 429)
      let seconds = try #require(answer.headers["retry-after"].flatMap { Int($0) })
      #expect((115...120).contains(seconds))
      #expect(try answer.error()["type"]?.string == "rate_limit_error")
      // The provider's word is kept: it is not asked again before.
      let second = try await gateway.chat()
      #expect(second.status == 429)
      #expect(second.headers["retry-after"] != nil)
      #expect(upstream.requests.count == 1)
    }
  }

  @Test func theNextKeyOfTheProviderIsTried() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { request in
        request.headers["authorization"] == "Bearer sk-good"
          ? [.chat("good")] : [.error(429, headers: ["retry-after": "60"])]
      }
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 1, backoff: 10ms, maximum: 1s }",
        provider: "keys: [env:ONE, env:TWO, env:THREE]",
        environment: ["ONE": "sk-one", "TWO": "sk-good", "THREE": "sk-three"])
      for _ in 0..<8 { #expect(try await gateway.chat().content() == "good") }
      let used = upstream.requests.compactMap { $0.headers["authorization"] }
      #expect(used.filter { $0 == "Bearer sk-one" }.count <= 1)
      #expect(used.filter { $0 == "Bearer sk-three" }.count <= 1)
    }
  }

  @Test func severalKeysAreBalanced() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(
        to: upstream, provider: "keys: [env:ONE, env:TWO]", environment: ["ONE": "sk-one", "TWO": "sk-two"])
      for _ in 0..<40 { #expect(try await gateway.chat().status == 200) }
      for key in ["sk-one", "sk-two"] {
        #expect(upstream.requests.filter { $0.headers["authorization"] == "Bearer \(key)" }.count >= 8)
      }
    }
  }

  @Test func aServiceUnavailableWithRetryAfterIsWaitedFor() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(inTurn: [.error(503, headers: ["retry-after": "1"])], [.chat("later")])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 1, backoff: 10ms, maximum: 5s }")
      let began = clock.now
      #expect(try await gateway.chat().content() == "later")
      #expect(clock.now - began >= .milliseconds(950))
    }
  }
}
