import GatewayTesting
import Testing

@Suite struct RequestLimits {
  private func withGateway(
    _ server: String, _ body: (GatewayProcess, ScriptedUpstream) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      try await body(try await scenario.gateway(to: upstream, top: "server: \(server)"), upstream)
    }
  }

  @Test func aBodyThatIsDeclaredTooLargeIs413BeforeItIsSent() async throws {
    try await withGateway("{ limits: { body: 10KiB } }") { gateway, upstream in
      let client = try await gateway.connect()
      client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000000\r\n\r\n")
      let answer = try await client.answer()
      #expect(answer.status == 413)
      #expect(try answer.error()["code"]?.string == "body_too_large")
      #expect(try await client.bytesUntilClosed() == [])
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func aChunkedBodyIs413AsSoonAsItPassesTheLimit() async throws {
    try await withGateway("{ limits: { body: 10KiB } }") { gateway, upstream in
      let client = try await gateway.connect()
      client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
      let chunk = Script.Step.chunkText(String(repeating: " ", count: 4096))
      for _ in 0..<3 { client.send(chunk) }
      #expect(try await client.answer().status == 413)
      #expect(try await client.bytesUntilClosed() == [])
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func aClientThatGoesOnSendingStillReadsThe413() async throws {
    try await withGateway("{ limits: { body: 10KiB } }") { gateway, _ in
      for _ in 0..<5 {
        let client = try await gateway.connect()
        let body = String(repeating: "x", count: 2 << 20)
        client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: \(body.utf8.count)\r\n\r\n")
        client.send(body)
        #expect(try await client.answer().status == 413)
        await client.close()
      }
    }
  }

  @Test func aBodyAtTheLimitIsAccepted() async throws {
    try await withGateway("{ limits: { body: 10KiB } }") { gateway, _ in
      let empty = ChatBody.plain(#""pad":"""#)
      let pad = String(repeating: "x", count: 10 * 1024 - empty.utf8.count)
      let atLimit = try await gateway.chat(ChatBody.plain(#""pad":"\#(pad)""#))
      #expect(atLimit.status == 200)
      let above = try await gateway.chat(ChatBody.plain(#""pad":"\#(pad)x""#))
      #expect(above.status == 413)
    }
  }

  @Test func aHeadThatIsTooLargeIs431() async throws {
    try await withGateway("{ limits: { head: 4KiB } }") { gateway, upstream in
      let line = "x-pad: \(String(repeating: "x", count: 1000))\r\n"
      let client = try await gateway.connect()
      client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n" + String(repeating: line, count: 5))
      let answer = try await client.answer()
      #expect(answer.status == 431)
      #expect(try answer.error()["code"]?.string == "head_too_large")
      #expect(try await client.bytesUntilClosed() == [])
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func aRequestLineThatIsTooLongIsRefused() async throws {
    try await withGateway("{ limits: { head: 4KiB } }") { gateway, _ in
      let client = try await gateway.connect()
      client.send("GET /\(String(repeating: "a", count: 5000))")
      #expect([414, 431].contains(try await client.answer().status))
      #expect(try await client.bytesUntilClosed() == [])
    }
  }

  @Test(arguments: ["POST /v1/chat/comp", "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-le"])
  func aSlowHeadIs408(_ start: String) async throws {
    try await withGateway("{ timeouts: { head: 250ms } }") { gateway, _ in
      let client = try await gateway.connect()
      client.send(start)
      let answer = try await client.answer()
      #expect(answer.status == 408)
      #expect(try answer.error()["code"]?.string == "request_timeout")
      #expect(try await client.bytesUntilClosed() == [])
    }
  }

  @Test func aHeadThatTricklesInIsStill408() async throws {
    try await withGateway("{ timeouts: { head: 400ms } }") { gateway, _ in
      let client = try await gateway.connect()
      let trickle = Task { [wire = client.wire] in
        for _ in 0..<300 {
          wire.send("a")
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      defer { trickle.cancel() }
      client.send("GET /")
      #expect(try await client.answer().status == 408)
    }
  }

  @Test(arguments: ["content-length: 100\r\n\r\n{\"model\":", "transfer-encoding: chunked\r\n\r\n5\r\n{\"mod\r\n"])
  func aSlowBodyIs408(_ rest: String) async throws {
    try await withGateway("{ timeouts: { body: 250ms } }") { gateway, upstream in
      let client = try await gateway.connect()
      client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n\(rest)")
      let answer = try await client.answer()
      #expect(answer.status == 408)
      #expect(try await client.bytesUntilClosed() == [])
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func anIdleConnectionIsClosedWithoutAWord() async throws {
    try await withGateway("{ timeouts: { idle: 250ms, head: 250ms } }") { gateway, _ in
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.answer().status == 200)
      #expect(try await client.bytesUntilClosed() == [])
      let silent = try await gateway.connect()
      #expect(try await silent.bytesUntilClosed() == [])
    }
  }

  @Test func aConnectionOverTheLimitGets503AndIsClosed() async throws {
    try await withGateway("{ limits: { connections: 3 } }") { gateway, _ in
      var clients: [RawClient] = []
      for _ in 0..<3 {
        let client = try await gateway.connect()
        client.request("GET", "/v1/models")
        #expect(try await client.answer().status == 200)
        clients.append(client)
      }
      let extra = try await gateway.connect()
      extra.request("GET", "/v1/models")
      #expect(try await extra.answer().status == 503)
      #expect(try await extra.bytesUntilClosed() == [])
      for client in clients { await client.close() }
      try await eventually("a place is free again") {
        let client = try await gateway.connect()
        client.request("GET", "/v1/models")
        let status = try await client.answer().status
        await client.close()
        return status == 200
      }
    }
  }

  @Test func continueIsSentBeforeTheBody() async throws {
    try await withGateway("{}") { gateway, upstream in
      let client = try await gateway.connect()
      let body = ChatBody.plain()
      client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n"
          + "content-length: \(body.utf8.count)\r\n\r\n")
      #expect(try await client.head().status == 100)
      client.send(body)
      #expect(try await client.answer().status == 200)
      #expect(try await upstream.request().headers["expect"] == nil)
    }
  }

  @Test func aBodyThatIsTooLargeIsNotAskedFor() async throws {
    try await withGateway("{ limits: { body: 1KiB } }") { gateway, _ in
      let client = try await gateway.connect()
      client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 4096\r\n\r\n")
      #expect(try await client.head().status == 413)
    }
  }

  @Test func anotherExpectationIs417() async throws {
    try await withGateway("{}") { gateway, _ in
      let client = try await gateway.connect()
      client.send("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\ncontent-length: 2\r\n\r\n{}")
      #expect(try await client.answer().status == 417)
    }
  }
}
