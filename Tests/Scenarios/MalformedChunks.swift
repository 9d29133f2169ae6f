import GatewayTesting
import Testing

/// Answers whose chunks break off the rules. What arrives together with the fault is shown only where something of the
/// answer has been shown already.
@Suite struct MalformedChunks {
  private static let fault = Script.Step.text("nonsense\r\n")

  /// All that the steps send, in one segment.
  private static func together(_ steps: Script.Step...) -> Script.Step {
    .send(
      steps.flatMap { step in
        if case .send(let bytes) = step { bytes } else { [UInt8]() }
      })
  }

  private static let beforeContent: [Script] = [
    [together(.streamHead, .role, .content("a"), fault), .hang],
    [.streamHead, together(.role, .content("a"), .content("b"), .finish(), fault), .hang],
    [.streamHead, .role, together(.content("a"), .event(#"{"error":{"message":"x"}}"#), fault), .hang],
  ]

  @Test(arguments: beforeContent.indices)
  func contentThatComesWithTheFaultIsNotShownAndTheBackupAnswers(_ index: Int) async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream(Self.beforeContent[index])
      let backup = try await scenario.upstream(.stream("backup"))
      let gateway = try await scenario.gateway(to: primary, backup)
      let (client, head) = try await gateway.stream()
      #expect(head.headers["x-sluice-attempts"] == "2")
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content == "backup")
      #expect(!rest.events.hasError)
      #expect(try await gateway.logged()["attempts"]?[0]?["failure"]?.string == "server-error")
      try await eventually("the malformed answer's connection is closed") { primary.openConnectionCount == 0 }
    }
  }

  private static let behindContent: [(last: Script.Step, content: String)] = [
    (together(.content("b"), .content("c"), fault), "bc"), (together(.chunk("data: {"), fault), ""), (fault, ""),
  ]

  @Test(arguments: behindContent.indices)
  func behindContentTheStreamEndsWithAnErrorEvent(_ index: Int) async throws {
    try await scenario { scenario in
      let (last, content) = Self.behindContent[index]
      let seen = Gate()
      let primary = try await scenario.upstream([.streamHead, .content("a"), .wait(seen), last, .hang])
      let backup = try await scenario.upstream(.stream("backup"))
      let gateway = try await scenario.gateway(to: primary, backup)
      let (client, _) = try await gateway.stream()
      #expect(try await client.event()?.content == "a")
      seen.open()
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content == content)
      #expect(rest.events.last?.isError == true)
      #expect(!rest.events.contains { $0.isDone })
      #expect(backup.requests.isEmpty)
      #expect(try await gateway.logged()["outcome"]?.string == "broken")
    }
  }

  @Test func anAnswerThatIsWholeBeforeTheFaultIsShown() async throws {
    try await scenario { scenario in
      let primary = try await scenario.upstream([
        Self.together(.streamHead, .role, .content("a"), .finish(), .done, Self.fault), .hang,
      ])
      let gateway = try await scenario.gateway(to: primary)
      let (client, head) = try await gateway.stream()
      #expect(head.status == 200)
      let rest = try await client.remainingEvents()
      #expect(rest.isWhole)
      #expect(rest.events.content == "a")
      #expect(rest.events.last?.isDone == true)
      try await eventually("its connection is not used again") { primary.openConnectionCount == 0 }
    }
  }

  @Test func theTextOfARefusalThatComesWithTheFaultIsKept() async throws {
    try await scenario { scenario in
      let refusal = Script.Step.text(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
      let primary = try await scenario.upstream([
        Self.together(refusal, .chunk(#"{"error":{"message":"too "#), .chunk(#"hot","code":"hot"}}"#), Self.fault),
        .hang,
      ])
      let answer = try await scenario.gateway(to: primary).chat()
      #expect(answer.status == 400)
      #expect(try answer.error()["message"]?.string == "too hot")
    }
  }
}
