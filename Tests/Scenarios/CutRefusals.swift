import GatewayTesting
import Testing

/// A provider's refusal whose text does not come whole: its status has been said all the same.
@Suite struct CutRefusals {
  enum End: CaseIterable {
    case closed, reset, stalled

    var step: Script.Step {
      switch self {
      case .closed: .close
      case .reset: .reset
      case .stalled: .hang
      }
    }
  }

  private static func refusal(_ status: Int, headers: String = "", end: End) -> Script {
    [
      .text(
        "HTTP/1.1 \(status) Status\r\ncontent-type: application/json\r\n\(headers)content-length: 500\r\n\r\n"
          + #"{"error":{"message":"the text of the pro"#),
      end.step,
    ]
  }

  @Test(arguments: End.allCases)
  func aRateLimitStaysOne(_ end: End) async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream(Self.refusal(429, headers: "retry-after: 60\r\n", end: end))
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        to: primary, backup, model: "retry: { attempts: 0 }\nfallback: { on: [rate-limit] }",
        provider: "timeouts: { betweenTokens: 250ms }")
      let answer = try await gateway.chat()
      #expect(try answer.content() == "from the backup")
      #expect(answer.headers["x-sluice-attempts"] == "2")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "rate-limit")
      #expect(attempt?["status"]?.number == 429)
      // It said when to come back.
      #expect(try await gateway.chat().headers["x-sluice-attempts"] == "1")
      #expect(primary.requests.count == 1)
      try await eventually("the cut answer's connection is closed") { primary.openConnectionCount == 0 }
    }
  }

  @Test(arguments: End.allCases)
  func aRateLimitThatIsAloneReachesTheCaller(_ end: End) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(Self.refusal(429, headers: "retry-after: 60\r\n", end: end))
      let gateway = try await scenario.gateway(to: upstream, provider: "timeouts: { betweenTokens: 250ms }")
      let answer = try await gateway.chat()
      #expect(answer.status == 429)
      #expect(answer.headers["retry-after"] == "60")
    }
  }

  @Test(arguments: End.allCases)
  func aRefusalOfTheCallersRequestIsPassedThrough(_ end: End) async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream(Self.refusal(400, end: end))
      let backup = try await scenario.upstream([.chat("from the backup")])
      let gateway = try await scenario.gateway(
        to: primary, backup, provider: "timeouts: { betweenTokens: 250ms }")
      for body in [ChatBody.plain(), ChatBody.streamed()] {
        let answer = try await gateway.chat(body)
        #expect(answer.status == 400)
        #expect(Set(try answer.error().members.keys) == ["message", "type", "param", "code"])
      }
      #expect(backup.connectionCount == 0)
    }
  }
}
