import GatewayTesting
import Testing

/// What a client sees when a stream breaks after it has seen content: an error event and never a clean end.
@Suite struct BrokenStreams {
  private static let breaks: [(name: String, script: Script)] = [
    ("a closed connection", [.streamHead, .role, .content("a"), .close]),
    ("a reset", [.streamHead, .role, .content("a"), .wait(opened), .reset]),
    ("a cut chunk", [.streamHead, .role, .content("a"), .text("40\r\ndata: {\"choices\""), .close]),
    ("an end without a finish reason", [.streamHead, .role, .content("a"), .end]),
    ("[DONE] without a finish reason", [.streamHead, .role, .content("a"), .done, .end]),
    ("an event that is not JSON", [.streamHead, .role, .content("a"), .event("{\"choices\":["), .hang]),
    ("an error event", [.streamHead, .role, .content("a"), .event(#"{"error":{"message":"out of memory"}}"#), .end]),
    (
      "an error event with [DONE]",
      [.streamHead, .role, .content("a"), .event(#"{"error":{"message":"out of memory"}}"#), .done, .end]
    ),
    (
      "a named error event",
      [.streamHead, .content("a"), .chunk("event: error\ndata: {\"error\":{\"message\":\"x\"}}\n\n"), .end]
    ),
    (
      "a body that ends with its connection",
      [
        .text("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"),
        .text("data: \(Script.Step.delta(#"{"content":"a"}"#))\n\n"), .close,
      ]
    ),
  ]
  private static let opened: Gate = {
    let gate = Gate()
    gate.open()
    return gate
  }()

  @Test(arguments: breaks.indices)
  func endsWithAnErrorEvent(_ index: Int) async throws {
    try await scenario { scenario in
      let fault = Self.breaks[index]
      let upstream = try await scenario.upstream(fault.script)
      let backup = try await scenario.upstream(.stream("backup"))
      let gateway = try await scenario.gateway(to: upstream, backup)
      let (client, head) = try await gateway.stream()
      #expect(head.status == 200)
      let rest = try await client.remainingEvents()
      #expect(rest.events.content == "a", "\(fault.name)")
      #expect(!rest.events.contains { $0.isDone }, "\(fault.name)")
      let last = try #require(rest.events.last)
      #expect(last.isError, "\(fault.name)")
      let error = try last.json()["error"]
      #expect(error?["message"]?.string?.isEmpty == false)
      #expect(error?["code"]?.string?.isEmpty == false)
      #expect(Set(error?.members.keys.map { $0 } ?? []) == ["message", "type", "param", "code"])
      #expect(backup.requests.isEmpty, "no second answer after content")
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "broken", "\(fault.name)")
      #expect(line["attempts"]?[0]?["failure"] != nil)
    }
  }

  @Test(arguments: ["betweenTokens: 250ms", "total: 400ms"])
  func aTimerThatRunsOutAfterContentEndsWithAnErrorEvent(_ setting: String) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .content("a"), .hang])
      let gateway = try await scenario.gateway(to: upstream, provider: "timeouts: { \(setting) }")
      let (client, _) = try await gateway.stream()
      let rest = try await client.remainingEvents()
      #expect(rest.events.content == "a")
      #expect(rest.events.last?.isError == true)
      #expect(!rest.events.contains { $0.isDone })
      try await eventually("the upstream's connection is closed") { upstream.openConnectionCount == 0 }
    }
  }

  @Test func anErrorAfterContentKeepsItsMessage() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, .content("a"), .event(#"{"error":{"message":"the GPU is on fire","code":"gpu"}}"#), .end,
      ])
      let (client, _) = try await scenario.gateway(to: upstream).stream()
      let rest = try await client.remainingEvents()
      #expect(rest.events.last?.data?.contains("the GPU is on fire") == true)
    }
  }

  @Test func aFinishReasonIsContentEnough() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .role, .finish("length"), .done, .end])
      let (client, head) = try await scenario.gateway(to: upstream).stream()
      #expect(head.status == 200)
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.last?.isDone == true)
    }
  }

  @Test func aConnectionOfABrokenAnswerIsNotUsedAgain() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(
        inTurn: [.streamHead, .content("a"), .event(#"{"error":{"message":"x"}}"#), .hang], .stream("b"))
      let gateway = try await scenario.gateway(to: upstream)
      let (first, _) = try await gateway.stream()
      #expect(try await first.remainingEvents().events.hasError)
      let (second, _) = try await gateway.stream()
      #expect(try await second.remainingEvents().events.content == "b")
      #expect(try await upstream.request(1).connection == 1)
    }
  }
}
