import GatewayTesting
import Testing

@Suite struct Framing {
  private static let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#
  private static let sent = body.replacing(#""m""#, with: #""up""#)
  private static let size = String(body.utf8.count, radix: 16)
  private static let start = "POST /v1/chat/completions HTTP/1.1\r\n"

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await scenario { scenario in
      let first = Gate()
      let upstream = try await scenario.upstream { request in
        let user = (try? request.json()["user"]?.string) ?? ""
        return user == "0" ? [.wait(first), .chat("answer 0")] : [.chat("answer \(user)")]
      }
      let client = try await scenario.gateway(to: upstream).connect()
      var text = ""
      for index in 0..<5 {
        let body = ChatBody.plain(#""user":"\#(index)""#)
        text += "\(Self.start)host: x\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
      }
      client.send(text)
      _ = try await upstream.request(0)
      first.open()
      for index in 0..<5 { #expect(try await client.answer().content() == "answer \(index)") }
    }
  }

  @Test func aPipelinedRequestAfterAStreamIsAnswered() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(inTurn: .stream("a", "b"), [.chat("plain")])
      let client = try await scenario.gateway(to: upstream).connect()
      client.post("/v1/chat/completions", ChatBody.streamed())
      client.post("/v1/chat/completions", ChatBody.plain())
      #expect(try await client.head().status == 200)
      #expect(try await client.remainingEvents().events.content == "ab")
      #expect(try await client.answer().content() == "plain")
    }
  }

  @Test func aChunkedRequestArrivesWhole() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let client = try await scenario.gateway(to: upstream).connect()
      client.send(
        "\(Self.start)host: x\r\nTransfer-Encoding: Chunked\r\ntrailer: x-sum\r\n\r\n"
          + "8;name=\"v\"\r\n{\"model\"\r\n0005\r\n:\"m\",\r\n2C\r\n\(Self.body.dropFirst(13))\r\n0\r\nx-sum: 1\r\n\r\n"
      )
      client.post("/v1/chat/completions", Self.body)
      #expect(try await client.answer().status == 200)
      #expect(try await client.answer().status == 200)
      #expect(try await upstream.request(0).text == Self.sent)
      #expect(try await upstream.request(0).headers["x-sum"] == nil)
      #expect(try await upstream.request(1).text == Self.sent)
    }
  }

  @Test func aRequestMayComeByteByByte() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let client = try await scenario.gateway(to: upstream).connect()
      let text = "\(Self.start)host: x\r\ncontent-length: \(Self.body.utf8.count)\r\n\r\n\(Self.body)"
      for byte in text.utf8 { try await client.wire.write([byte]) }
      #expect(try await client.answer().status == 200)
      #expect(try await upstream.request().text == Self.sent)
    }
  }

  /// Requests that two servers may read differently. Each must be refused, and what follows it must not be read.
  private static let ambiguous: [(name: String, text: String)] = {
    let length = body.utf8.count
    let good = "host: x\r\ncontent-length: \(length)\r\n"
    let chunked = "host: x\r\ntransfer-encoding: chunked\r\n"
    let chunk = "\(size)\r\n\(body)\r\n0\r\n\r\n"
    return [
      ("length and coding", "\(start)\(good)transfer-encoding: chunked\r\n\r\n\(chunk)"),
      ("coding and length", "\(start)\(chunked)content-length: \(length)\r\n\r\n\(chunk)"),
      ("two lengths", "\(start)\(good)content-length: 0\r\n\r\n\(body)"),
      ("the same length twice", "\(start)\(good)content-length: \(length)\r\n\r\n\(body)"),
      ("a list of lengths", "\(start)host: x\r\ncontent-length: \(length), \(length)\r\n\r\n\(body)"),
      ("a signed length", "\(start)host: x\r\ncontent-length: +\(length)\r\n\r\n\(body)"),
      ("a negative length", "\(start)host: x\r\ncontent-length: -1\r\n\r\n\(body)"),
      ("a hexadecimal length", "\(start)host: x\r\ncontent-length: 0x39\r\n\r\n\(body)"),
      ("an empty length", "\(start)host: x\r\ncontent-length:\r\n\r\n\(body)"),
      ("a length with a space", "\(start)host: x\r\ncontent-length: 2 7\r\n\r\n\(body)"),
      ("a length past 64 bits", "\(start)host: x\r\ncontent-length: 18446744073709551643\r\n\r\n\(body)"),
      ("another coding", "\(start)host: x\r\ntransfer-encoding: gzip\r\n\r\n\(chunk)"),
      ("chunked not alone", "\(start)host: x\r\ntransfer-encoding: gzip, chunked\r\n\r\n\(chunk)"),
      ("chunked not last", "\(start)host: x\r\ntransfer-encoding: chunked, identity\r\n\r\n\(chunk)"),
      ("chunked twice", "\(start)\(chunked)transfer-encoding: chunked\r\n\r\n\(chunk)"),
      ("identity", "\(start)host: x\r\ntransfer-encoding: identity\r\ncontent-length: \(length)\r\n\r\n\(body)"),
      ("a misspelled coding", "\(start)host: x\r\ntransfer-encoding: xchunked\r\n\r\n\(chunk)"),
      ("a coding with a tab in its name", "\(start)host: x\r\ntransfer-encoding\t: chunked\r\n\r\n\(chunk)"),
      ("a space before the colon", "\(start)host: x\r\ncontent-length : \(length)\r\n\r\n\(body)"),
      ("a folded line", "\(start)\(good)x-a: 1\r\n 2\r\n\r\n\(body)"),
      ("a folded first line", "\(start) x: 1\r\n\(good)\r\n\(body)"),
      ("a bare LF in the head", "\(start)host: x\ncontent-length: \(length)\r\n\r\n\(body)"),
      ("only bare LF", "POST /v1/chat/completions HTTP/1.1\nhost: x\ncontent-length: \(length)\n\n\(body)"),
      ("a bare CR in a value", "\(start)\(good)x-a: 1\rx-b: 2\r\n\r\n\(body)"),
      ("a NUL in a value", "\(start)\(good)x-a: 1\u{0}2\r\n\r\n\(body)"),
      ("a NUL in a name", "\(start)\(good)x\u{0}a: 1\r\n\r\n\(body)"),
      ("a line without a colon", "\(start)\(good)x-a\r\n\r\n\(body)"),
      ("an empty name", "\(start)\(good): 1\r\n\r\n\(body)"),
      ("no host", "\(start)content-length: \(length)\r\n\r\n\(body)"),
      ("two hosts", "\(start)host: y\r\n\(good)\r\n\(body)"),
      ("a host with a path", "\(start)host: x/y\r\ncontent-length: \(length)\r\n\r\n\(body)"),
      ("a chunk size with a sign", "\(start)\(chunked)\r\n+\(size)\r\n\(body)\r\n0\r\n\r\n"),
      ("a chunk size with 0x", "\(start)\(chunked)\r\n0x\(size)\r\n\(body)\r\n0\r\n\r\n"),
      ("a chunk size with a space before", "\(start)\(chunked)\r\n \(size)\r\n\(body)\r\n0\r\n\r\n"),
      ("an empty chunk size", "\(start)\(chunked)\r\n\r\n\(body)\r\n0\r\n\r\n"),
      ("a chunk size past 64 bits", "\(start)\(chunked)\r\n100000000000000\(size)\r\n\(body)\r\n0\r\n\r\n"),
      ("a bare LF after the chunk size", "\(start)\(chunked)\r\n\(size)\n\(body)\r\n0\r\n\r\n"),
      ("a bare LF in a chunk extension", "\(start)\(chunked)\r\n\(size);x\nxx\r\n\(body)\r\n0\r\n\r\n"),
      ("a chunk longer than its size", "\(start)\(chunked)\r\n5\r\n\(body)\r\n0\r\n\r\n"),
      ("a chunk without its CRLF", "\(start)\(chunked)\r\n\(size)\r\n\(body)0\r\n\r\n"),
      ("a folded trailer", "\(start)\(chunked)\r\n\(size)\r\n\(body)\r\n0\r\nx: 1\r\n 2\r\n\r\n"),
      ("two spaces in the request line", "POST  /v1/chat/completions HTTP/1.1\r\n\(good)\r\n\(body)"),
      ("a tab in the request line", "POST\t/v1/chat/completions HTTP/1.1\r\n\(good)\r\n\(body)"),
      ("no version", "POST /v1/chat/completions\r\n\(good)\r\n\(body)"),
      ("a space at the end of the request line", "POST /v1/chat/completions HTTP/1.1 \r\n\(good)\r\n\(body)"),
      ("a bad version", "POST /v1/chat/completions HTTP/1,1\r\n\(good)\r\n\(body)"),
      ("a control byte in the path", "POST /v1/chat/\u{1}completions HTTP/1.1\r\n\(good)\r\n\(body)"),
      ("chunks in HTTP/1.0", "POST /v1/chat/completions HTTP/1.0\r\n\(chunked)\r\n\(chunk)"),
    ]
  }()

  @Test func anAmbiguousRequestIsRefusedAndTheConnectionClosed() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("smuggled")])
      let gateway = try await scenario.gateway(to: upstream)
      let smuggled = "\(Self.start)host: x\r\ncontent-length: \(Self.body.utf8.count)\r\n\r\n\(Self.body)"
      for (name, text) in Self.ambiguous {
        let client = try await gateway.connect()
        client.send(text + smuggled)
        let answer = try await client.answer()
        #expect(answer.status == 400, "\(name)")
        #expect(try answer.error()["code"]?.string == "malformed_request", "\(name)")
        #expect(try await client.bytesUntilClosed() == [], "\(name)")
        #expect(upstream.requests.isEmpty, "\(name) reached the upstream")
      }
      #expect(try await gateway.chat().status == 200)
    }
  }

  @Test func anotherVersionIs505() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      for text in ["GET / HTTP/2.0\r\nhost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let client = try await gateway.connect()
        client.send(text)
        #expect([400, 505].contains(try await client.answer().status))
        #expect(try await client.bytesUntilClosed() == [])
      }
    }
  }

  @Test func nonsenseDoesNotStopTheGateway() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat()])
      let gateway = try await scenario.gateway(to: upstream)
      let hello: [UInt8] = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]
      var random = SystemRandomNumberGenerator()
      let noise = (0..<50).map { _ in (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) } }
      for bytes in [hello, [0], Array("\r\n\r\n\r\n\r\n".utf8), Array(repeating: 13, count: 100)] + noise {
        let client = try await gateway.connect()
        client.send(bytes)
        client.send("\r\n\r\n")
        _ = try await client.bytesUntilClosed()
      }
      #expect(try await gateway.chat().status == 200)
      #expect(upstream.requests.count == 1)
    }
  }
}
