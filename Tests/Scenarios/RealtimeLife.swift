import GatewayTesting
import Testing

/// How long realtime sessions last, and what is known of them.
@Suite struct RealtimeLife {
  private func withSession(
    _ session: @escaping SocketUpstream.Session, provider: String = "", top: String = "",
    model: String = "retry: { attempts: 0 }", receiveBuffer: Int? = nil,
    _ body: (FrameWire, GatewayProcess, SocketUpstream) async throws -> Void
  ) async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream(session)
      let gateway = try await scenario.gateway(
        Configuration.text(to: [upstream.url], model: model, provider: provider, top: top))
      let (head, frames) = try await gateway.socket(receiveBuffer: receiveBuffer)
      #expect(head.status == 101)
      try await body(frames, gateway, upstream)
    }
  }

  private static func turn(_ usage: String) -> String {
    #"{"type":"response.done","event_id":"e","response":{"id":"r","status":"completed","usage":\#(usage)}}"#
  }

  @Test func theUsageOfAllTurnsIsInTheLog() async throws {
    try await withSession({ request, frames in
      frames.send(#"{"type":"response.output_audio.delta","delta":"AAAA"}"#)
      frames.send(
        Self.turn(
          #"{"total_tokens":130,"input_tokens":100,"output_tokens":30,"input_token_details":{"cached_tokens":40,"text_tokens":60,"audio_tokens":40,"cached_tokens_details":{"text_tokens":30,"audio_tokens":10}},"output_token_details":{"text_tokens":10,"audio_tokens":20}}"#
        ))
      let second = Array(Self.turn(#"{"total_tokens":7,"input_tokens":5,"output_tokens":2}"#).utf8)
      frames.send(SocketFrame(.text, Array(second[..<40]), isFinal: false))
      frames.send(SocketFrame(.continuation, Array(second[40...])))
      frames.send(#"{"type":"note","text":"response.done","response":{"usage":{"input_tokens":999}}}"#)
      try await SocketUpstream.echo(request, frames)
    }) { frames, gateway, _ in
      for _ in 0..<5 { _ = try await frames.frame() }
      frames.send(.close(1000))
      let line = try await gateway.logged()
      let usage = try #require(line["usage"])
      #expect(usage["input_uncached"]?.number == 35)
      #expect(usage["input_cached"]?.number == 40)
      #expect(usage["input_audio"]?.number == 30)
      #expect(usage["output"]?.number == 12)
      #expect(usage["output_audio"]?.number == 20)
      #expect(line["surface"]?.string == "realtime")
      #expect(line["path"]?.string == "/v1/realtime")
      #expect(line["stream"]?.bool == true)
      #expect((line["bytes_out"]?.number ?? 0) > 300)
      #expect(try await gateway.metrics().value("sluice_exchanges_in_flight") == 0)
      #expect(try await gateway.metrics().value("sluice_open_streams") == 0)
    }
  }

  @Test func aSessionIsAnOpenStreamAndAnExchangeInFlight() async throws {
    try await withSession(SocketUpstream.echo) { frames, gateway, _ in
      frames.send("x")
      _ = try await frames.frame()
      #expect(try await gateway.metrics().value("sluice_exchanges_in_flight") == 1)
      #expect(try await gateway.metrics().value("sluice_open_streams") == 1)
      #expect(try gateway.accessLog().isEmpty)
    }
  }

  @Test func aSilentSessionIsEnded() async throws {
    let seen = Seen()
    try await withSession(
      { _, frames in while let frame = try await frames.next() { seen.note(frame) } },
      provider: "timeouts: { betweenTokens: 300ms }"
    ) { frames, gateway, upstream in
      let close = try await frames.frame()
      #expect(close.closeCode == 1001)
      #expect(close.closeReason.contains("between-tokens"))
      frames.send(close)
      #expect(try await frames.next() == nil)
      try await eventually("the provider's session is over") { upstream.finishedCount == 1 }
      #expect(seen.frames.last?.closeCode == 1001)
      let line = try await gateway.logged()
      #expect(line["attempts"]?[0]?["timer"]?.string == "between-tokens")
      #expect(line["close_code"]?.number == 1001)
    }
  }

  @Test func aSessionEndsAtItsDeadline() async throws {
    try await withSession(
      { _, frames in
        while true {
          frames.send("tick")
          try await Task.sleep(for: .milliseconds(50))
        }
      }, model: "timeouts: { deadline: 600ms }"
    ) { frames, gateway, _ in
      var frame = try await frames.frame()
      while frame.opcode != .close { frame = try await frames.frame() }
      #expect(frame.closeCode == 1008)
      #expect(frame.closeReason.contains("deadline"))
      #expect(try await gateway.logged()["attempts"]?[0]?["timer"]?.string == "deadline")
    }
  }

  @Test func aReloadDoesNotTouchASession() async throws {
    try await withSession(SocketUpstream.echo) { frames, gateway, _ in
      try gateway.save("providers: { other: { kind: echo } }\nmodels: { n: { targets: [other/x] } }\n")
      gateway.hangUp()
      try await eventually("the new configuration runs") {
        try await gateway.metrics().value("sluice_config_revision") == 2
      }
      frames.send("still here")
      try await frames.expect(.text("still here"))
      frames.send(.close(1000))
      #expect(try await frames.frame().closeCode == 1000)
      #expect(try await gateway.logged()["revision"]?.number == 1)
    }
  }

  @Test func aSessionThatOutlastsTheDrainIsClosed() async throws {
    let seen = Seen()
    try await withSession(
      { _, frames in
        while let frame = try await frames.next() {
          seen.note(frame)
          frames.send(frame)
        }
      }, top: "server: { drain: 700ms }"
    ) { frames, gateway, _ in
      gateway.terminate()
      try await eventually("it drains") { try await gateway.admin("GET", "/health/ready").status == 503 }
      frames.send("still here")
      try await frames.expect(.text("still here"))
      let close = try await frames.frame()
      #expect(close.closeCode == 1001)
      #expect(close.closeReason == "the gateway is shutting down")
      frames.send(close)
      #expect(try await gateway.child.exited() == 0)
      #expect(seen.frames.last?.closeCode == 1001)
      #expect(try gateway.accessLog().last?["outcome"]?.string == "cut")
    }
  }

  // MARK: Backpressure

  private static let block = SocketFrame(.binary, [UInt8](repeating: 1, count: 64 << 10))
  private static let blocks = 1000

  @Test func aClientThatDoesNotReadStopsItsProvider() async throws {
    let sent = Counter()
    try await withSession(
      { _, frames in
        for _ in 0..<Self.blocks {
          try await frames.write(Self.block)
          sent.add()
        }
        frames.send("done")
        while try await frames.next(within: .seconds(60)) != nil {}
      }, receiveBuffer: 64 << 10
    ) { frames, gateway, _ in
      let count = try await settled("what the provider could send") { sent.value }
      #expect(count < Self.blocks / 2)
      #expect(try await gateway.metrics().value("process_resident_memory_bytes") < Double(200 << 20))
      for _ in 0..<Self.blocks { #expect(try await frames.frame().payload.count == 64 << 10) }
      try await frames.expect(.text("done"))
    }
  }

  @Test func aProviderThatDoesNotReadStopsItsClient() async throws {
    let gate = Gate()
    try await withSession({ _, frames in
      try await eventually("the gate opens", within: .seconds(60)) { gate.isOpen }
      var blocks = 0
      while let frame = try await frames.next(within: .seconds(60)) {
        blocks += frame.opcode == .binary ? 1 : 0
        if frame.opcode == .text { frames.send("\(blocks)") }
      }
    }) { frames, gateway, _ in
      let sent = Counter()
      let wire = frames.wire
      let bytes = frames.encode(Self.block)
      let flood = Task {
        for _ in 0..<Self.blocks {
          try await wire.write(bytes)
          sent.add()
        }
      }
      let count = try await settled("what the client could send") { sent.value }
      #expect(count < Self.blocks / 2)
      #expect(try await gateway.metrics().value("process_resident_memory_bytes") < Double(200 << 20))
      gate.open()
      try await flood.value
      frames.send("how many?")
      try await frames.expect(.text("\(Self.blocks)"), within: .seconds(30))
    }
  }
}
