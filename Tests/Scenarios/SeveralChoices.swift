import GatewayTesting
import Testing

/// Streams with `n` above 1.
@Suite struct SeveralChoices {
  private static func chunk(_ index: Int, _ rest: String) -> Script.Step {
    .event(#"{"id":"c","object":"chat.completion.chunk","choices":[{"index":\#(index),\#(rest)}]}"#)
  }

  @Test func aChoiceThatNeverFinishesBreaksTheStream() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, Self.chunk(0, #""delta":{"content":"a"}"#), Self.chunk(1, #""delta":{"content":"b"}"#),
        Self.chunk(0, #""delta":{},"finish_reason":"stop""#), .end,
      ])
      let gateway = try await scenario.gateway(to: upstream)
      let (client, _) = try await gateway.stream(ChatBody.streamed(#""n":2"#))
      let events = try await client.remainingEvents().events
      #expect(events.last?.isError == true)
      #expect(!events.contains { $0.isDone })
    }
  }
}
