import GatewayTesting
import Testing

/// Streams of providers that use every liberty of the format.
@Suite struct EventFraming {
  private static let first = Script.Step.delta(#"{"content":"a"}"#)
  private static let second = Script.Step.delta(#"{"content":"b"}"#)
  private static let last = Script.Step.delta("{}", finish: #""stop""#)

  private static let spellings: [(String, String)] = [
    ("CRLF", "data: \(first)\r\n\r\ndata: \(second)\r\n\r\ndata: \(last)\r\n\r\ndata: [DONE]\r\n\r\n"),
    ("CR", "data: \(first)\r\rdata: \(second)\r\rdata: \(last)\r\rdata: [DONE]\r\r"),
    ("a byte order mark", "\u{FEFF}data: \(first)\n\ndata: \(second)\n\ndata: \(last)\n\ndata: [DONE]\n\n"),
    (
      "comments",
      ": ping\n\ndata: \(first)\n\n: OPENROUTER PROCESSING\n\ndata: \(second)\n:x\n\ndata: \(last)\n\ndata: [DONE]\n\n"
    ),
    ("no space", "data:\(first)\n\ndata:\(second)\n\ndata:\(last)\n\ndata:[DONE]\n\n"),
    (
      "event names and ids",
      "id: 1\nevent: message\ndata: \(first)\nretry: 10\n\nid: 2\ndata: \(second)\n\ndata: \(last)\n\ndata: [DONE]\n\n"
    ),
    ("empty events", "\n\n\ndata: \(first)\n\n\n\n\ndata: \(second)\n\ndata: \(last)\n\ndata: [DONE]\n\n"),
  ]

  @Test(arguments: spellings.indices)
  func isReadHoweverItIsSpelled(_ index: Int) async throws {
    try await scenario { scenario in
      let text = Self.spellings[index].1
      let upstream = try await scenario.upstream([.streamHead, .chunk(text), .end])
      try await expectTwoContents(from: scenario.gateway(to: upstream), Self.spellings[index].0)
    }
  }

  @Test(arguments: spellings.indices)
  func isReadByteByByte(_ index: Int) async throws {
    try await scenario { scenario in
      let text = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\r\n\(Self.spellings[index].1)"
      let upstream = try await scenario.upstream([.sendByteByByte(Array(text.utf8)), .close])
      try await expectTwoContents(from: scenario.gateway(to: upstream), Self.spellings[index].0)
    }
  }

  @Test func dataOfSeveralLinesStaysOneEvent() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([
        .streamHead, .chunk("data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{\"content\":\"a\"}}]}\n\n"), .finish(),
        .done, .end,
      ])
      let (client, _) = try await scenario.gateway(to: upstream).stream()
      let event = try #require(try await client.event())
      #expect(event.content == "a")
      #expect(event.data == "{\"choices\":[{\"index\":0,\n\"delta\":{\"content\":\"a\"}}]}")
    }
  }

  @Test func anEventMayBeCutAcrossChunksAndChunksMayHoldMany() async throws {
    try await scenario { scenario in
      let text = "data: \(Self.first)\n\ndata: \(Self.second)\n\ndata: \(Self.last)\n\ndata: [DONE]\n\n"
      let cut = text.index(text.startIndex, offsetBy: 40)
      let upstream = try await scenario.upstream([
        .streamHead, .chunk(String(text[..<cut])), .chunk(String(text[cut...])), .end,
      ])
      try await expectTwoContents(from: scenario.gateway(to: upstream), "cut")
    }
  }

  private func expectTwoContents(from gateway: GatewayProcess, _ spelling: String) async throws {
    let (client, head) = try await gateway.stream()
    #expect(head.status == 200)
    let rest = try await client.remainingEvents()
    #expect(rest.isWhole)
    let data = rest.events.compactMap(\.data)
    #expect(data == [Self.first, Self.second, Self.last, "[DONE]"], "with \(spelling)")
    #expect(!rest.events.contains { $0.raw.contains("\r") }, "with \(spelling)")
  }
}
