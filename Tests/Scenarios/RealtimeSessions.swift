import GatewayTesting
import Testing

/// What passes through a realtime session.
@Suite struct RealtimeSessions {
  /// A session with a provider that does what `session` says.
  private func withSession(
    _ session: @escaping SocketUpstream.Session, top: String = "",
    _ body: (FrameWire, GatewayProcess, SocketUpstream) async throws -> Void
  ) async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream(session)
      let gateway = try await scenario.gateway(Configuration.text(to: [upstream.url], top: top))
      let (head, frames) = try await gateway.socket()
      #expect(head.status == 101)
      try await body(frames, gateway, upstream)
    }
  }

  @Test func textAndBinaryPassBothWays() async throws {
    try await withSession(SocketUpstream.echo) { frames, _, _ in
      let samples: [SocketFrame] = [
        .text(#"{"type":"session.update","session":{"model":"another"}}"#), .text(""), .text("Grüße 🎙"),
        SocketFrame(.binary, Array(0...255)), SocketFrame(.binary, [UInt8](repeating: 7, count: 125)),
        SocketFrame(.binary, [UInt8](repeating: 8, count: 126)),
        SocketFrame(.binary, [UInt8](repeating: 9, count: 65_536)),
      ]
      for sample in samples {
        frames.send(sample)
        try await frames.expect(sample)
      }
    }
  }

  @Test func aLargeMessagePasses() async throws {
    try await withSession(SocketUpstream.echo) { frames, _, _ in
      let audio = SocketFrame(.text, (0..<(4 << 20)).map { UInt8(truncatingIfNeeded: 65 + $0 % 26) })
      frames.send(audio)
      try await frames.expect(audio)
    }
  }

  @Test func fragmentsStayFragments() async throws {
    try await withSession(SocketUpstream.echo) { frames, _, _ in
      let parts = [
        SocketFrame(.text, Array("one ".utf8), isFinal: false),
        SocketFrame(.continuation, Array("two ".utf8), isFinal: false),
        SocketFrame(.ping, Array("between".utf8)), SocketFrame(.continuation, Array("three".utf8)),
      ]
      for part in parts { frames.send(part) }
      try await frames.expect(parts[0])
      try await frames.expect(parts[1])
      try await frames.expect(SocketFrame(.pong, Array("between".utf8)))
      try await frames.expect(parts[3])
    }
  }

  @Test func aFrameMayArriveByteByByte() async throws {
    try await withSession(SocketUpstream.echo) { frames, _, _ in
      for byte in frames.encode(.text("slowly")) { try await frames.wire.write([byte]) }
      try await frames.expect(.text("slowly"))
    }
  }

  @Test func whatTheProviderSaysFirstIsNotLost() async throws {
    try await withSession({ request, frames in
      frames.send(#"{"type":"session.created"}"#)
      try await SocketUpstream.echo(request, frames)
    }) { frames, _, _ in
      try await frames.expect(.text(#"{"type":"session.created"}"#))
      frames.send("next")
      try await frames.expect(.text("next"))
    }
  }

  @Test func whatTheClientSaysTooEarlyIsNotLost() async throws {
    try await scenario { scenario, network in
      let upstream = try await network.socketUpstream()
      let gateway = try await scenario.gateway(Configuration.text(to: [upstream.url]))
      let client = try await gateway.connect()
      let early = SocketFrame(.binary, [UInt8](repeating: 5, count: 300_000))
      let writer = FrameWire(client.wire, masks: true)
      client.send(
        Array("GET /v1/realtime?model=m HTTP/1.1\r\nhost: x\r\n\(GatewayProcess.handshake.text)\r\n".utf8)
          + writer.encode(early))
      #expect(try await client.head().status == 101)
      let frames = FrameWire(client.wire, masks: true, rest: client.takeRest())
      try await frames.expect(early)
    }
  }

  @Test func pingsAndPongsPassBothWays() async throws {
    try await withSession({ _, frames in
      frames.send(SocketFrame(.ping, Array("are you there".utf8)))
      while let frame = try await frames.next() {
        if frame.opcode == .pong { frames.send("heard \(frame.text)") }
      }
    }) { frames, _, _ in
      try await frames.expect(SocketFrame(.ping, Array("are you there".utf8)))
      frames.send(SocketFrame(.pong, Array("yes".utf8)))
      try await frames.expect(.text("heard yes"))
    }
  }

  // MARK: Ends

  @Test(arguments: [1000, 1001, 3000, 4999])
  func theClientsCloseReachesTheProvider(_ code: Int) async throws {
    let seen = Seen()
    try await withSession({ _, frames in
      while let frame = try await frames.next() {
        guard frame.opcode == .close else { continue }
        seen.note(frame)
        try await frames.write(frame)
        return
      }
    }) { frames, gateway, upstream in
      frames.send(.close(code, "that is all"))
      try await frames.expect(.close(code, "that is all"))
      #expect(try await frames.next() == nil)
      try await eventually("the provider's session is over") { upstream.finishedCount == 1 }
      #expect(seen.frames == [.close(code, "that is all")])
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "success")
      #expect(line["close_code"]?.number == Double(code))
    }
  }

  @Test(arguments: [(1000, "success"), (1001, "success"), (1011, "broken"), (4000, "broken")])
  func theProvidersCloseReachesTheClient(_ code: Int, _ outcome: String) async throws {
    try await withSession({ _, frames in
      frames.send(.close(code, "session over"))
      while try await frames.next() != nil {}
    }) { frames, gateway, _ in
      try await frames.expect(.close(code, "session over"))
      frames.send(.close(code))
      #expect(try await frames.next() == nil)
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == outcome)
      #expect(line["close_code"]?.number == Double(code))
      #expect(line["status"]?.number == 101)
    }
  }

  @Test func aCloseWithoutACodePasses() async throws {
    try await withSession(SocketUpstream.echo) { frames, gateway, _ in
      frames.send(SocketFrame(.close, []))
      try await frames.expect(SocketFrame(.close, []))
      #expect(try await gateway.logged()["close_code"]?.number == 1005)
    }
  }

  @Test func aProviderThatDiesInTheMiddleIsToldToTheClient() async throws {
    try await withSession({ _, frames in
      _ = try await frames.next()
      await frames.wire.reset()
    }) { frames, gateway, _ in
      frames.send("die")
      let close = try await frames.frame()
      #expect(close.closeCode == 1011)
      #expect(close.closeReason.contains("provider"))
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "broken")
      #expect(line["attempts"]?[0]?["failure"]?.string == "server-error")
    }
  }

  @Test func aClientThatVanishesIsToldToTheProvider() async throws {
    let seen = Seen()
    try await withSession({ _, frames in
      while let frame = try await frames.next() { seen.note(frame) }
    }) { frames, gateway, upstream in
      await frames.wire.reset()
      try await eventually("the provider's session is over") { upstream.finishedCount == 1 }
      #expect(seen.frames.last?.closeCode == 1001)
      let line = try await gateway.logged()
      #expect(line["outcome"]?.string == "client_gone")
      #expect(line["close_code"]?.number == 1006)
    }
  }

  // MARK: Violations

  private static let violations: [(name: String, code: Int, bytes: @Sendable (FrameWire) -> [UInt8])] = [
    ("an unmasked frame", 1002, { $0.encode(.text("x"), isMasked: false) }),
    ("a reserved bit", 1002, { [0xC1, 0x80, 1, 2, 3, 4] + $0.encode(.text("")) }),
    ("an unknown opcode", 1002, { _ in [0x83, 0x80, 1, 2, 3, 4] }),
    ("a fragment of nothing", 1002, { $0.encode(SocketFrame(.continuation, [1])) }),
    (
      "a message within a message", 1002,
      { $0.encode(.text("a", isFinal: false)) + $0.encode(.text("b")) }
    ),
    ("a fragmented ping", 1002, { $0.encode(SocketFrame(.ping, [], isFinal: false)) }),
    ("a long ping", 1002, { $0.encode(SocketFrame(.ping, [UInt8](repeating: 0, count: 126))) }),
    ("a close of one byte", 1002, { $0.encode(SocketFrame(.close, [3])) }),
    ("a close that may not be sent", 1002, { $0.encode(.close(1006)) }),
    ("a large frame", 1009, { $0.encode(SocketFrame(.binary, [UInt8](repeating: 0, count: 70_000))) }),
    (
      "a large message", 1009,
      {
        $0.encode(SocketFrame(.binary, [UInt8](repeating: 0, count: 40_000), isFinal: false))
          + $0.encode(SocketFrame(.continuation, [UInt8](repeating: 0, count: 40_000)))
      }
    ),
  ]

  @Test(arguments: violations.indices)
  func aClientThatBreaksTheRulesIsClosed(_ index: Int) async throws {
    let violation = Self.violations[index]
    try await withSession(SocketUpstream.echo, top: "server: { limits: { message: 64KiB } }") {
      frames, gateway, upstream in
      frames.wire.send(violation.bytes(frames))
      var close = try await frames.frame()
      while close.opcode != .close { close = try await frames.frame() }
      #expect(close.closeCode == violation.code, "\(violation.name)")
      try await eventually("the provider's session is over") { upstream.finishedCount == 1 }
      #expect(try await gateway.logged()["outcome"]?.string == "caller_error", "\(violation.name)")
    }
  }

  @Test func aProvidersMessageThatIsTooLargeIsNotPassedOn() async throws {
    let seen = Seen()
    try await withSession(
      { _, frames in
        frames.send(SocketFrame(.binary, [UInt8](repeating: 0, count: 70_000)))
        while let frame = try await frames.next() { seen.note(frame) }
      }, top: "server: { limits: { message: 64KiB } }"
    ) { frames, gateway, upstream in
      let close = try await frames.frame()
      #expect(close.closeCode == 1011)
      try await eventually("the provider's session is over") { upstream.finishedCount == 1 }
      #expect(seen.frames.first?.closeCode == 1009)
      let line = try await gateway.logged()
      #expect(line["error_message"]?.string?.contains("larger than 65536 bytes") == true)
    }
  }

  @Test func aProviderThatMasksIsClosedAndTheClientTold() async throws {
    let seen = Seen()
    try await withSession({ _, frames in
      frames.send(.text("x"), isMasked: true)
      while let frame = try await frames.next() { seen.note(frame) }
    }) { frames, gateway, upstream in
      #expect(try await frames.frame().closeCode == 1011)
      frames.send(.close(1011))
      try await eventually("the provider's session is over") { upstream.finishedCount == 1 }
      #expect(seen.frames.first?.closeCode == 1002)
      #expect(try await gateway.logged()["outcome"]?.string == "broken")
    }
  }
}
