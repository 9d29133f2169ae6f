import GatewayTesting
import Testing

/// Providers close connections that have been idle for a while, at the very moment a request is sent on one.
@Suite struct KeepAlive {
  /// The second request of any connection is met by `end`.
  private func upstream(_ scenario: Scenario, ending end: Script.Step) async throws -> ScriptedUpstream {
    try await scenario.upstream { $0.indexOnConnection == 0 ? [.chat("fine")] : [end] }
  }

  private func chat(over client: RawClient) async throws -> Answer {
    client.post("/v1/chat/completions", ChatBody.plain())
    return try await client.answer()
  }

  @Test(arguments: [false, true])
  func aConnectionThatIsClosedAsItIsReusedIsNoFailure(byReset: Bool) async throws {
    try await scenario { scenario in
      let upstream = try await upstream(scenario, ending: byReset ? .reset : .close)
      let gateway = try await scenario.gateway(to: upstream, top: "server: { retryBudget: { ratio: 0, floor: 0 } }")
      let client = try await gateway.connect()
      for _ in 0..<10 {
        let answer = try await chat(over: client)
        #expect(answer.status == 200)
        #expect(try answer.content() == "fine")
      }
      #expect(upstream.connectionCount >= 10)
      #expect(try await gateway.metrics().value("sluice_exchanges_total", ["outcome": "failed"]) == 0)
    }
  }

  @Test func aStreamOnAConnectionThatIsClosedAsItIsReusedIsNoFailure() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { $0.indexOnConnection == 0 ? .stream("fine") : [.close] }
      let gateway = try await scenario.gateway(to: upstream)
      for _ in 0..<5 {
        let (client, head) = try await gateway.stream()
        #expect(head.status == 200)
        #expect(try await client.remainingEvents().events.content == "fine")
      }
    }
  }

  @Test func idleConnectionsThatCloseBetweenCallsAreNoFailure() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let gateway = try await scenario.gateway(to: upstream)
      let client = try await gateway.connect()
      for _ in 0..<30 {
        #expect(try await chat(over: client).status == 200)
        async let closing: Void = upstream.closeIdleConnections()
        #expect(try await chat(over: client).status == 200)
        await closing
      }
    }
  }

  @Test func aNewConnectionThatClosesWithoutAnAnswerIsAFailure() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.close])
      let gateway = try await scenario.gateway(to: upstream)
      #expect(try await gateway.chat().status == 502)
      #expect(upstream.requests.count == 1)
    }
  }

  @Test func aRequestIsNotRepeatedOnceAnAnswerHasBegun() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream {
        $0.indexOnConnection == 0 ? [.chat("fine")] : [.text("HTTP/1.1 200 OK\r\n"), .close]
      }
      let gateway = try await scenario.gateway(to: upstream)
      // One client connection is one event loop, which has the idle connection of the first call.
      let client = try await gateway.connect()
      #expect(try await chat(over: client).status == 200)
      #expect(try await chat(over: client).status == 502)
      #expect(upstream.requests.count == 2)
    }
  }

  @Test func aProviderThatAnnouncesTheEndIsNotReused() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat(headers: ["connection": "close"])])
      let gateway = try await scenario.gateway(to: upstream)
      for _ in 0..<3 { #expect(try await gateway.chat().status == 200) }
      #expect(upstream.requests.allSatisfy { $0.indexOnConnection == 0 })
      try await eventually("the gateway has closed them") { upstream.openConnectionCount == 0 }
    }
  }

  @Test func bytesThatNobodyAskedForSpoilAConnection() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { request in
        request.index == 0
          ? [.chat("first"), .text("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")] : [.chat("second")]
      }
      let gateway = try await scenario.gateway(to: upstream)
      #expect(try await gateway.chat().content() == "first")
      #expect(try await gateway.chat().content() == "second")
    }
  }

  @Test func answersOfHEADStyleStatusesHaveNoBody() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(
        inTurn: [.text("HTTP/1.1 204 No Content\r\n\r\n")], [.chat("after")])
      let gateway = try await scenario.gateway(to: upstream)
      // No content is no answer to a call of a model.
      #expect(try await gateway.chat().status == 502)
      #expect(try await gateway.chat().content() == "after")
    }
  }
}
