import GatewayTesting
import Testing

@Suite struct ClientGone {
  @Test(arguments: [false, true])
  func aClientThatLeavesEndsTheUpstreamsStreamAtOnce(byReset: Bool) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .role, .content("a"), .hang])
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream()
      _ = try await client.event()
      if byReset { await client.wire.reset() } else { await client.close() }
      try await eventually("the upstream sees the end", within: .seconds(5)) {
        upstream.abandonedCount == 1 && upstream.openConnectionCount == 0
      }
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "client_gone")
      try await eventually("nothing is counted as open") {
        let metrics = try await gateway.metrics()
        return metrics.value("sluice_open_streams") == 0 && metrics.value("sluice_exchanges_in_flight") == 0
          && metrics.value("sluice_open_connections") == 0
      }
    }
  }

  @Test(arguments: [false, true])
  func aClientThatLeavesBeforeTheAnswerEndsTheUpstreamsCall(isStream: Bool) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.hang])
      let backup = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, backup)
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", isStream ? ChatBody.streamed() : ChatBody.plain())
      _ = try await upstream.request()
      await client.close()
      try await eventually("the upstream sees the end", within: .seconds(5)) { upstream.abandonedCount == 1 }
      #expect(try await gateway.logged()["outcome"]?.string == "client_gone")
      #expect(backup.requests.isEmpty)
    }
  }

  @Test func aClientThatLeavesDuringAHandshakeEndsIt() async throws {
    try await scenario { scenario in
      let silent = try await scenario.upstream([.hang])
      let gateway = try await scenario.gateway(Configuration.text(to: ["https://127.0.0.1:\(silent.port)/v1"]))
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      try await eventually("the gateway connects") { silent.openConnectionCount == 1 }
      await client.close()
      try await eventually("the connection is closed", within: .seconds(4)) { silent.openConnectionCount == 0 }
    }
  }

  @Test func aClientThatLeavesDuringABackoffIsNotRetriedFor() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.error(429, headers: ["retry-after": "1"])])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 1, backoff: 1s, maximum: 5s }")
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      _ = try await upstream.request()
      await client.close()
      #expect(try await gateway.logged()["outcome"]?.string == "client_gone")
      let count = try await settled("the number of requests", for: .milliseconds(1300)) { upstream.requests.count }
      #expect(count == 1)
    }
  }

  @Test func aClientThatLeavesDoesNotCountAgainstTheTarget() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream {
        $0.index < 6 ? [.streamHead, .content("a"), .hang] : [.chat("fine")]
      }
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(to: upstream, backup, top: "server: { health: { failures: 2 } }")
      for index in 0..<6 {
        let (client, _) = try await gateway.stream()
        await client.close()
        try await eventually("the upstream sees the end") { upstream.abandonedCount == index + 1 }
      }
      #expect(try await gateway.chat().content() == "fine")
    }
  }

  @Test func aRequestThatIsNeverFinishedIsForgotten() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      for text in ["POST /v1/chat", "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{"] {
        let client = try await gateway.connect()
        client.send(text)
        await client.close()
      }
      #expect(try await gateway.chat().status == 200)
      try await eventually("nothing is counted as open") {
        try await gateway.metrics().value("sluice_open_connections") == 0
      }
      #expect(upstream.requests.count == 1)
    }
  }
}
