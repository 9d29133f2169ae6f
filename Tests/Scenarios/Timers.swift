import GatewayTesting
import Testing

@Suite struct Timers {
  /// One timer, an upstream that lets it run out before any content, and whether the call is streamed.
  private static let cases: [(timer: String, setting: String, script: Script, isStream: Bool)] = [
    ("headers", "headers: 250ms", [.hang], false),
    ("headers", "headers: 250ms", [.hang], true),
    ("headers", "headers: 250ms", [.text("HTTP/1.1 200 OK\r\ncontent-"), .hang], true),
    ("first-token", "firstToken: 250ms", [.streamHead, .hang], true),
    ("first-token", "firstToken: 250ms", [.streamHead, .role, .chunk(": ping\n\n"), .hang], true),
    ("between-tokens", "betweenTokens: 250ms", [.streamHead, .role, .hang], true),
    (
      "between-tokens", "betweenTokens: 250ms",
      [.text("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"), .hang], false
    ),
    ("total", "total: 300ms", [.hang], false),
    ("total", "total: 300ms", [.streamHead, .role, .hang], true),
  ]

  @Test(arguments: cases.indices)
  func eachTimerFailsOverBeforeContent(_ index: Int) async throws {
    try await scenario { scenario in
      let (timer, setting, script, isStream) = Self.cases[index]
      let primary = try await scenario.upstream(script)
      let backup = try await scenario.upstream(isStream ? .stream("backup") : [.chat("backup")])
      let gateway = try await scenario.gateway(to: primary, backup, provider: "timeouts: { \(setting) }")
      if isStream {
        let (client, head) = try await gateway.stream()
        #expect(head.headers["x-sluice-target"] == "p1/up")
        #expect(try await client.remainingEvents().events.content == "backup")
      } else {
        #expect(try await gateway.chat().content() == "backup")
      }
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["failure"]?.string == "timeout")
      #expect(attempt?["timer"]?.string == timer)
      let waited = try #require(attempt?["ms"]?.number)
      #expect(waited >= 200 && waited < 5000)
      try await eventually("the abandoned connection is closed") { primary.openConnectionCount == 0 }
    }
  }

  @Test func aConnectionThatIsNotEstablishedFailsOver() async throws {
    try await scenario { scenario in
      let hanging = try scenario.port(that: .hangs)
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(
        Configuration.text(to: [hanging.url, backup.url], provider: "timeouts: { connect: 250ms }"))
      #expect(try await gateway.chat().content() == "backup")
      let attempt = try await gateway.logged()["attempts"]?[0]
      #expect(attempt?["timer"]?.string == "connect")
      #expect(["timeout", "connect"].contains(attempt?["failure"]?.string))
    }
  }

  @Test func aTLSHandshakeThatHangsFailsOverAndIsGivenUp() async throws {
    try await scenario { scenario in
      // It accepts connections and never says a word of TLS.
      let silent = try await scenario.upstream([.hang])
      let backup = try await scenario.upstream([.chat("backup")])
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: ["https://127.0.0.1:\(silent.port)/v1", backup.url], provider: "timeouts: { connect: 250ms }"))
      #expect(try await gateway.chat().content() == "backup")
      #expect(try await gateway.logged()["attempts"]?[0]?["timer"]?.string == "connect")
      try await eventually("the connection is closed") { silent.openConnectionCount == 0 }
    }
  }

  @Test func whenAllTargetsTimeOutTheAnswerIs504() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.hang])
      let gateway = try await scenario.gateway(to: upstream, provider: "timeouts: { headers: 250ms }")
      for body in [ChatBody.plain(), ChatBody.streamed()] {
        let answer = try await gateway.chat(body)
        #expect(answer.status == 504)
        let error = try answer.error()
        #expect(error["code"]?.string == "provider_timeout")
        #expect(error["type"]?.string == "api_error")
      }
    }
  }

  @Test func timersOfTheModelGoBeforeThoseOfTheProvider() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.hang])
      let gateway = try await scenario.gateway(
        to: upstream, model: "retry: { attempts: 0 }\ntimeouts: { headers: 250ms }",
        provider: "timeouts: { headers: 60s }")
      #expect(try await gateway.chat().status == 504)
    }
  }

  @Test func theDeadlineBoundsAllAttemptsTogether() async throws {
    try await scenario { scenario in
      let upstreams = [
        try await scenario.upstream([.hang]), try await scenario.upstream([.hang]),
        try await scenario.upstream([.hang]), try await scenario.upstream([.chat("too late")]),
      ]
      let gateway = try await scenario.gateway(
        Configuration.text(
          to: upstreams.map(\.url),
          model: "retry: { attempts: 0 }\ntimeouts: { headers: 300ms, deadline: 500ms }"))
      #expect(try await gateway.chat().status == 504)
      #expect(upstreams[3].requests.isEmpty)
    }
  }

  @Test func contentStopsTheFirstTokenTimer() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([
        .streamHead, .content("a"), .wait(gate), .content("b"), .finish(), .done, .end,
      ])
      let gateway = try await scenario.gateway(to: upstream, provider: "timeouts: { firstToken: 200ms }")
      let (client, _) = try await gateway.stream()
      #expect(try await client.event()?.content == "a")
      // Longer than the timer that must not fire.
      try await Task.sleep(for: .milliseconds(600))
      gate.open()
      let rest = try await client.remainingEvents()
      #expect(rest.events.content == "b")
      #expect(rest.isWhole && !rest.events.hasError)
    }
  }

  @Test func bytesOfAnyKindRestartTheGapTimer() async throws {
    try await scenario { scenario in
      let gates = (0..<4).map { _ in Gate() }
      var steps: [Script.Step] = [.streamHead, .content("a")]
      for gate in gates { steps += [.wait(gate), .chunk(": still here\n\n")] }
      steps += [.content("b"), .finish(), .done, .end]
      let script = Script(steps)
      let upstream = try await scenario.upstream(script)
      let gateway = try await scenario.gateway(to: upstream, provider: "timeouts: { betweenTokens: 800ms }")
      let (client, _) = try await gateway.stream()
      #expect(try await client.event()?.content == "a")
      for gate in gates {
        try await Task.sleep(for: .milliseconds(300))
        gate.open()
      }
      let rest = try await client.remainingEvents()
      #expect(rest.events.content == "b")
      #expect(!rest.events.hasError)
    }
  }

  @Test func anUnsetHeadersTimerLetsAPlainCallThink() async throws {
    try await scenario { scenario in
      let gate = Gate()
      let upstream = try await scenario.upstream([.wait(gate), .chat("thought")])
      let gateway = try await scenario.gateway(
        to: upstream, provider: "timeouts: { firstToken: 200ms, betweenTokens: 200ms }")
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      try await Task.sleep(for: .milliseconds(600))
      gate.open()
      #expect(try await client.answer().content() == "thought")
    }
  }
}
