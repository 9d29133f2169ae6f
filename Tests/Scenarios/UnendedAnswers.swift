import GatewayTesting
import Testing

/// Streams that end in their events and not on the wire, or the other way round.
@Suite struct UnendedAnswers {
  @Test func aConnectionWhoseLastChunkNeverComesIsGivenUp() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream { request in
        request.index == 0
          ? [.streamHead, .role, .content("a"), .finish(), .done, .hang] : .stream("next")
      }
      let gateway = try await scenario.gateway(to: upstream)
      // One client connection is one event loop.
      let client = try await gateway.connect()
      func stream() async throws -> [StreamEvent] {
        client.post("/v1/chat/completions", ChatBody.streamed())
        #expect(try await client.head().status == 200)
        let rest = try await client.remainingEvents()
        #expect(rest.isWhole)
        return rest.events
      }
      let first = try await stream()
      #expect(first.content == "a")
      #expect(first.last?.isDone == true)
      #expect(try await stream().content == "next")
      #expect(try await upstream.request(1).connection == 1)
      try await eventually("the connection is given up", within: .seconds(10)) {
        try await gateway.metrics().value("sluice_upstream_connections", ["state": "busy"]) == 0
      }
      try await eventually("its socket is closed") { upstream.openConnectionCount == 1 }
      #expect(try await stream().content == "next")
      #expect(try await upstream.request(2).connection == 1)
      #expect(try await gateway.metrics().value("sluice_upstream_connections", ["state": "idle"]) == 1)
    }
  }

  private static func choice(_ index: Int, _ content: String?, finish: String? = nil) -> Script.Step {
    let delta = content.map { #"{"content":"\#($0)"}"# } ?? "{}"
    let reason = finish.map { "\"\($0)\"" } ?? "null"
    return .event(
      #"{"id":"c1","choices":[{"index":\#(index),"delta":\#(delta),"finish_reason":\#(reason)}],"model":"up"}"#)
  }

  private static let halves: [(name: String, steps: [Script.Step])] = [
    ("[DONE] and a clean end", [.done, .end]), ("a clean end", [.end]), ("a cut", [.close]),
  ]

  @Test(arguments: halves.indices)
  func aStreamInWhichOneOfTwoChoicesNeverFinishesIsBroken(_ index: Int) async throws {
    try await scenario { scenario in
      let half = Self.halves[index]
      let upstream = try await scenario.upstream(
        Script(
          [.streamHead, Self.choice(0, "a"), Self.choice(1, "b"), Self.choice(0, nil, finish: "stop")] + half.steps))
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream(ChatBody.streamed(#""n":2"#))
      let rest = try await client.remainingEvents()
      #expect(rest.events.last?.isError == true, "\(half.name)")
      #expect(!rest.events.contains { $0.isDone }, "\(half.name)")
      #expect(try await gateway.logged()["outcome"]?.string == "broken")
    }
  }

  @Test(arguments: [true, false])
  func aStreamInWhichBothChoicesFinishIsWhole(withMarker: Bool) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(
        Script(
          [
            .streamHead, Self.choice(0, "a"), Self.choice(1, "b"), Self.choice(0, nil, finish: "stop"),
            Self.choice(1, "c"), Self.choice(1, nil, finish: "length"),
          ] + (withMarker ? [.done, .end] : [.end])))
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream(ChatBody.streamed(#""n":2"#))
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole && !rest.events.hasError)
      #expect(rest.events.count == 6)
      #expect(rest.events.last?.isDone == true)
    }
  }
}
