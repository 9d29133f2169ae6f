import GatewayTesting
import Testing

/// A request that is refused by its head alone is answered at once. Its body, when it is small, costs the client no
/// connection.
@Suite struct RefusedBodies {
  private static let key: HeaderList = ["x-api-key": "sk-one"]
  /// What is read of a refused body.
  private static let limit = 64 << 10

  private func withGateway(
    _ server: String = "{}", _ body: (GatewayProcess, ScriptedUpstream) async throws -> Void
  ) async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let gateway = try await scenario.gateway(
        to: upstream, top: "consumers: { app: { keys: [env:ONE] } }\nserver: \(server)", environment: ["ONE": "sk-one"])
      try await body(gateway, upstream)
    }
  }

  /// The head of a call without a key.
  private static func head(_ fields: String) -> String {
    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n\(fields)\r\n\r\n"
  }

  private func expectKept(_ answer: Answer, status: Int = 401) {
    #expect(answer.status == status)
    #expect(answer.headers["connection"] == nil)
  }

  private func expectServed(_ client: RawClient) async throws {
    client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.key)
    #expect(try await client.answer().content() == "fine")
  }

  private static let refused: [(status: Int, method: String, path: String, fields: HeaderList)] = [
    (401, "POST", "/v1/chat/completions", ["x-api-key": "sk-wrong"]),
    (400, "POST", "/v1/chat/completions", ["x-api-key": "sk-one", "api-key": "sk-two"]),
    (404, "POST", "/v1/nothing", key), (405, "PUT", "/v1/chat/completions", key), (413, "OPTIONS", "/v1/models", [:]),
    (415, "POST", "/v1/chat/completions", ["x-api-key": "sk-one", "content-encoding": "gzip"]),
  ]

  @Test(arguments: refused.indices)
  func theConnectionServesTheNextRequest(_ index: Int) async throws {
    let refused = Self.refused[index]
    try await withGateway { gateway, _ in
      let client = try await gateway.connect()
      for _ in 0..<3 {
        client.request(refused.method, refused.path, body: ChatBody.plain(), headers: refused.fields)
        expectKept(try await client.answer(), status: refused.status)
      }
      try await expectServed(client)
    }
  }

  @Test func aBodyOverTheLimitOfBodiesIsSmallEnough() async throws {
    try await withGateway("{ limits: { body: 1KiB } }") { gateway, _ in
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", String(repeating: " ", count: 1025), headers: Self.key)
      expectKept(try await client.answer(), status: 413)
      try await expectServed(client)
    }
  }

  @Test(arguments: [
    ("content-length: 21", "{\"model\":\"m\",\"x\":123}"),
    ("transfer-encoding: chunked", "5\r\n{\"mod\r\n5;x=y\r\nel\":1\r\n1\r\n}\r\n0\r\nx-trailer: 1\r\n\r\n"),
  ])
  func theAnswerIsOutBeforeTheBodyWhichMayComeInAnyPieces(_ framing: String, _ body: String) async throws {
    try await withGateway { gateway, _ in
      let client = try await gateway.connect()
      client.send(Self.head(framing))
      expectKept(try await client.answer())
      for byte in body.utf8.prefix(body.utf8.count - 1) { try await client.wire.write([byte]) }
      // The last byte of the body and the next request come in one segment.
      let last = String(decoding: body.utf8.suffix(1), as: UTF8.self)
      let next = ChatBody.plain()
      client.send(last + Self.head("x-api-key: sk-one\r\ncontent-length: \(next.utf8.count)") + next)
      #expect(try await client.answer().content() == "fine")
    }
  }

  @Test(arguments: [false, true])
  func whatLooksLikeARequestWithinABodyIsNone(isChunked: Bool) async throws {
    try await withGateway { gateway, upstream in
      let call = ChatBody.plain()
      let good = Self.head("x-api-key: sk-one\r\ncontent-length: \(call.utf8.count)") + call
      let refused =
        isChunked
        ? Self.head("transfer-encoding: chunked") + Script.Step.chunkText(good) + "0\r\n\r\n"
        : Self.head("content-length: \(good.utf8.count)") + good
      let client = try await gateway.connect()
      client.send(refused + refused + good)
      expectKept(try await client.answer())
      expectKept(try await client.answer())
      #expect(try await client.answer().content() == "fine")
      #expect(upstream.requests.count == 1)
    }
  }

  @Test func aBodyOfTheWholeLimitIsRead() async throws {
    try await withGateway { gateway, _ in
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", String(repeating: "x", count: Self.limit))
      expectKept(try await client.answer())
      try await expectServed(client)
    }
  }

  @Test func aLargerBodyEndsTheConnection() async throws {
    try await withGateway { gateway, upstream in
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", String(repeating: "x", count: Self.limit + 1))
      let answer = try await client.answer()
      #expect(answer.status == 401)
      #expect(answer.headers["connection"] == "close")
      client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.key)
      #expect(try await client.bytesUntilClosed() == [])
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test(arguments: [
    // Larger than its answer could know, by its chunks and by what is around them.
    String(repeating: Script.Step.chunkText(String(repeating: "x", count: 4000)), count: 17),
    String(repeating: "1;\(String(repeating: "x", count: 100))\r\nx\r\n", count: 700),
    "5\r\nhello0\r\n\r\n", "-1\r\n\r\n", "5\nhello\r\n0\r\n\r\n",
  ])
  func chunksWhoseEndIsNotFoundEndTheConnection(_ chunks: String) async throws {
    try await withGateway { gateway, upstream in
      let client = try await gateway.connect()
      client.send(Self.head("transfer-encoding: chunked"))
      expectKept(try await client.answer())
      let call = ChatBody.plain()
      client.send(chunks + Self.head("x-api-key: sk-one\r\ncontent-length: \(call.utf8.count)") + call)
      #expect(try await client.bytesUntilClosed() == [])
      #expect(upstream.connectionCount == 0)
      #expect(try await gateway.logged()["outcome"]?.string == "rejected")
      #expect(try gateway.accessLog().count == 1)
    }
  }

  @Test(arguments: ["content-length: 1000", "transfer-encoding: chunked"])
  func aClientThatNeverSendsTheRestIsClosed(_ framing: String) async throws {
    try await withGateway("{ timeouts: { body: 250ms } }") { gateway, _ in
      let client = try await gateway.connect()
      client.send(Self.head(framing) + "1\r\n")
      expectKept(try await client.answer())
      #expect(try await client.bytesUntilClosed() == [])
    }
  }

  @Test func aBodyThatTricklesInGetsNoMoreTime() async throws {
    try await withGateway("{ timeouts: { body: 250ms } }") { gateway, _ in
      let client = try await gateway.connect()
      client.send(Self.head("content-length: 60000"))
      expectKept(try await client.answer())
      let trickle = Task { [wire = client.wire] in
        while !Task.isCancelled {
          wire.send("x")
          try await Task.sleep(for: .milliseconds(20))
        }
      }
      defer { trickle.cancel() }
      #expect(try await client.bytesUntilClosed(within: .seconds(5)) == [])
    }
  }

  @Test func anExpectedContinueThatIsNotGivenEndsTheConnection() async throws {
    try await withGateway { gateway, upstream in
      let client = try await gateway.connect()
      client.send(Self.head("expect: 100-continue\r\ncontent-length: 5"))
      let head = try await client.head()
      #expect(head.status == 401)
      #expect(head.headers["connection"] == "close")
      while try await client.piece() != nil {}
      // Nobody knows whether this is a body or a request.
      client.post("/v1/chat/completions", ChatBody.plain(), headers: Self.key)
      #expect(try await client.bytesUntilClosed() == [])
      #expect(upstream.connectionCount == 0)
    }
  }

  @Test func aClientThatWantsTheEndGetsIt() async throws {
    try await withGateway { gateway, _ in
      let client = try await gateway.connect()
      client.post("/v1/chat/completions", ChatBody.plain(), headers: ["connection": "close"])
      let answer = try await client.answer()
      #expect(answer.status == 401)
      #expect(answer.headers["connection"] == "close")
      #expect(try await client.bytesUntilClosed() == [])
    }
  }

  @Test func aBodyThatNobodyWantsHoldsUpNoDrain() async throws {
    try await withGateway { gateway, _ in
      let client = try await gateway.connect()
      client.send(Self.head("content-length: 1000"))
      expectKept(try await client.answer())
      gateway.terminate()
      #expect(try await client.bytesUntilClosed() == [])
      #expect(try await gateway.child.exited(within: .seconds(8)) == 0)
      #expect(try gateway.accessLog().map { $0["outcome"]?.string } == ["rejected"])
    }
  }
}
