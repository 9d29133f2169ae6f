import GatewayTesting
import Testing

/// Old clients, and those that want the connection closed.
@Suite struct HTTP10 {
  private static func post(_ body: String, version: String = "1.0", _ fields: HeaderList = [:]) -> String {
    """
    POST /v1/chat/completions HTTP/\(version)\r\nhost: gateway.test\r\ncontent-type: application/json\r\n\
    content-length: \(body.utf8.count)\r\n\(fields.text)\r\n\(body)
    """
  }

  @Test func theConnectionEndsWithTheAnswer() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let client = try await scenario.gateway(to: upstream).connect()
      client.send(Self.post(ChatBody.plain()))
      let answer = try await client.answer()
      #expect(try answer.content() == "fine")
      #expect(answer.headers["content-length"] != nil)
      #expect(answer.headers["transfer-encoding"] == nil)
      #expect(answer.headers["connection"]?.lowercased() == "close")
      #expect(try await client.bytesUntilClosed(within: .seconds(4)).isEmpty)
      #expect(try await upstream.request().headers["host"] == "127.0.0.1:\(upstream.port)")
    }
  }

  @Test func noHostIsNeeded() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let client = try await scenario.gateway(to: upstream).connect()
      let body = ChatBody.plain()
      client.send("POST /v1/chat/completions HTTP/1.0\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      #expect(try await client.answer().content() == "fine")
    }
  }

  @Test func keepAliveIsKeptWhenAskedFor() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let client = try await scenario.gateway(to: upstream).connect()
      for spelling in ["keep-alive", "Keep-Alive"] {
        client.send(Self.post(ChatBody.plain(), ["Connection": spelling]))
        let answer = try await client.answer()
        #expect(try answer.content() == "fine")
        #expect(answer.headers["connection"]?.lowercased() == "keep-alive")
      }
      client.send("GET /v1/models HTTP/1.0\r\n\r\n")
      let last = try await client.answer()
      #expect(last.status == 200)
      #expect(last.headers["connection"]?.lowercased() == "close")
      #expect(try await client.bytesUntilClosed(within: .seconds(4)).isEmpty)
    }
  }

  @Test(arguments: [HeaderList(), ["Connection": "keep-alive"]])
  func aStreamEndsWithTheConnection(_ fields: HeaderList) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(.stream("old ", "but well"))
      let gateway = try await scenario.gateway(to: upstream)
      let client = try await gateway.connect()
      client.send(Self.post(ChatBody.streamed(), fields))
      let head = try await client.head()
      #expect(head.status == 200)
      #expect(head.headers["content-type"]?.hasPrefix("text/event-stream") == true)
      #expect(head.headers["transfer-encoding"] == nil)
      #expect(head.headers["content-length"] == nil)
      #expect(head.headers["connection"]?.lowercased() == "close")
      let rest = try await client.remainingEvents(within: .seconds(4))
      #expect(rest.isWhole)
      #expect(rest.events.content == "old but well")
      #expect(rest.events.last?.isDone == true)
      #expect(try await gateway.logged()["outcome"]?.string == "success")
    }
  }

  @Test func aBrokenStreamEndsWithAnErrorEvent() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.streamHead, .content("half"), .close])
      let client = try await scenario.gateway(to: upstream).connect()
      client.send(Self.post(ChatBody.streamed()))
      #expect(try await client.head().headers["transfer-encoding"] == nil)
      let events = try await client.remainingEvents(within: .seconds(4)).events
      #expect(events.content == "half")
      #expect(events.last?.isError == true)
      #expect(!events.contains { $0.isDone })
    }
  }

  @Test func anErrorHasALengthAndEndsTheConnection() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let client = try await scenario.gateway(to: upstream).connect()
      client.send(Self.post(ChatBody.plain(model: "unheard-of")))
      let answer = try await client.answer()
      #expect(answer.status == 404)
      #expect(answer.headers["content-length"] != nil)
      #expect(answer.headers["connection"]?.lowercased() == "close")
      #expect(try await client.bytesUntilClosed(within: .seconds(4)).isEmpty)
    }
  }

  @Test func itIsNeverToldToContinue() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let client = try await scenario.gateway(to: upstream).connect()
      let body = ChatBody.plain()
      client.send(
        "POST /v1/chat/completions HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: \(body.utf8.count)\r\n\r\n")
      client.send(body)
      #expect(try await client.head().status == 200)
    }
  }

  @Test func chunksAreRefused() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let client = try await scenario.gateway(to: upstream).connect()
      client.send("POST /v1/chat/completions HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n")
      #expect(try await client.answer().status == 400)
      #expect(try await client.bytesUntilClosed(within: .seconds(4)).isEmpty)
      #expect(upstream.requests.isEmpty)
    }
  }

  @Test func otherVersionsAreRefused() async throws {
    try await scenario { scenario in
      let gateway = try await scenario.gateway(to: try await scenario.upstream([.chat()]))
      for version in ["0.9", "1.2", "2.0", "3"] {
        let client = try await gateway.connect()
        client.send(Self.post(ChatBody.plain(), version: version))
        let status = try await client.answer().status
        #expect(status == 400 || status == 505, "HTTP/\(version)")
      }
    }
  }

  @Test(arguments: ["close", "Close", "keep-alive, close", "close, x-private"])
  func aNewClientMayAskForTheEnd(_ value: String) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream {
        $0.text.contains(#""stream":true"#) ? .stream("fine") : [.chat("fine")]
      }
      let gateway = try await scenario.gateway(to: upstream)
      let client = try await gateway.connect()
      // What follows the last request is not answered.
      client.send(Self.post(ChatBody.plain(), version: "1.1", ["Connection": value]) + Self.post(ChatBody.plain()))
      let answer = try await client.answer()
      #expect(try answer.content() == "fine")
      #expect(answer.headers["connection"]?.lowercased() == "close")
      #expect(try await client.bytesUntilClosed(within: .seconds(4)).isEmpty)
      #expect(upstream.requests.count == 1)
      let streaming = try await gateway.connect()
      streaming.send(Self.post(ChatBody.streamed(), version: "1.1", ["Connection": value]))
      #expect(try await streaming.head().headers["connection"]?.lowercased() == "close")
      #expect(try await streaming.remainingEvents().events.content == "fine")
      #expect(try await streaming.bytesUntilClosed(within: .seconds(4)).isEmpty)
      // The wish is for this hop alone.
      #expect(upstream.requests.allSatisfy { $0.headers["connection"] == nil })
    }
  }
}
