import GatewayTesting
import Testing

/// What is not whole when a drain begins or ends.
@Suite struct DrainEdges {
  @Test(arguments: [
    "content-length: 1000\r\n\r\n{\"model\":\"m\",", "transfer-encoding: chunked\r\n\r\nd\r\n{\"model\":\"m\",\r\n",
  ])
  func aHalfSentBodyIsAnsweredAndLoggedOnce(_ rest: String) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream, top: "server: { drain: 500ms }")
      let client = try await gateway.connect()
      client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n\(rest)")
      try await eventually("the request is being read") {
        try await gateway.metrics().value("sluice_exchanges_in_flight") == 1
      }
      gateway.terminate()
      let shown = String(decoding: try await client.bytesUntilClosed(), as: UTF8.self)
      #expect(shown.hasPrefix("HTTP/1.1 503 "), "\(shown)")
      #expect(shown.split(separator: "HTTP/1.1 ").count == 1)
      #expect(try await gateway.child.exited(within: .seconds(8)) == 0)
      let log = try gateway.accessLog()
      #expect(log.count == 1)
      #expect(log.first?["outcome"]?.string == "cut")
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test func aDrainTimeThatWasReloadedCounts() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .content("a"), .hang])
      let gateway = try await scenario.gateway(to: upstream, top: "server: { drain: 10m }")
      try gateway.save(Configuration.text(to: [upstream.url], top: "server: { drain: 300ms }"))
      #expect(try await gateway.admin("POST", "/config/reload").status == 200)
      let (client, _) = try await gateway.stream()
      #expect(try await client.event()?.content == "a")
      gateway.terminate()
      #expect(try await gateway.child.exited(within: .seconds(8)) == 0)
      #expect(try await client.remainingEvents().events.last?.isError == true)
      #expect(try gateway.accessLog().last?["outcome"]?.string == "cut")
    }
  }
}
