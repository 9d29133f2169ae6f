import Foundation
import GatewayTesting
import Testing

@Suite struct SlowClients {
  private static let event =
    "data: \(Script.Step.delta(#"{"content":"\#(String(repeating: "x", count: 16000))"}"#))\n\n"
  private static let times = 4000

  private static let flood: Script = [
    .streamHead, .sendRepeatedly(Array(Script.Step.chunkText(event).utf8), times: times), .finish(), .done, .end,
  ]

  @Test func aSlowClientStopsTheUpstream() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(Self.flood, sendBuffer: 64 << 10)
      let gateway = try await scenario.gateway(to: upstream)
      let client = try await gateway.connect(receiveBuffer: 64 << 10)
      client.post("/v1/chat/completions", ChatBody.streamed())
      #expect(try await client.head().status == 200)
      let accepted = try await settled("what the upstream could send") { upstream.bytesAccepted }
      // The whole is 64 MB; sockets on the way hold a few.
      #expect(accepted < 20 << 20)
      let memory = try await gateway.metrics().value("process_resident_memory_bytes")
      #expect(memory < Double(200 << 20))
      // The client reads on, and nothing is missing.
      var bytes = 0
      var tail: [UInt8] = []
      while let piece = try await client.piece() {
        bytes += piece.count
        tail = (tail + piece).suffix(100)
      }
      #expect(bytes >= Self.times * Self.event.utf8.count)
      #expect(String(decoding: tail, as: UTF8.self).hasSuffix("data: [DONE]\n\n"))
      #expect(upstream.abandonedCount == 0)
    }
  }

  @Test func aClientThatDoesNotReadIsCutOff() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(Self.flood, sendBuffer: 64 << 10)
      let gateway = try await scenario.gateway(to: upstream, top: "server: { timeouts: { write: 500ms } }")
      let client = try await gateway.connect(receiveBuffer: 64 << 10)
      client.post("/v1/chat/completions", ChatBody.streamed())
      #expect(try await client.head().status == 200)
      try await eventually("the upstream's stream is ended") { upstream.abandonedCount == 1 }
      #expect(try await gateway.logged()["outcome"]?.string == "client_gone")
    }
  }

  @Test func aSlowClientDoesNotHoldUpOthers() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream(
        director: { $0.text.contains("flood") ? Self.flood : .stream("quick") })
      let gateway = try await scenario.gateway(to: upstream)
      var slow: [RawClient] = []
      for _ in 0..<4 {
        let client = try await gateway.connect(receiveBuffer: 64 << 10)
        client.post("/v1/chat/completions", ChatBody.streamed(#""user":"flood""#))
        _ = try await client.head()
        slow.append(client)
      }
      for _ in 0..<20 {
        let (client, _) = try await gateway.stream()
        #expect(try await client.remainingEvents().events.content == "quick")
        await client.close()
      }
      for client in slow { await client.close() }
      try await eventually("all streams are over") {
        try await gateway.metrics().value("sluice_open_streams") == 0
      }
    }
  }
}
