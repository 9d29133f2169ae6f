import Foundation
import GatewayTesting
import Synchronization
import Testing

/// Clients that send and do not read, that read slowly, or that stop reading when nearly all is out.
@Suite struct UnreadAnswers {
  /// A plain answer of about `count` bytes.
  private static func answer(of count: Int) -> Script { [.chat(String(repeating: "x", count: count))] }

  @Test func endlessRequestsOfAClientThatNeverReadsAreNotTaken() async throws {
    try await scenario { scenario in
      let upstream = try await scenario.upstream([.chat("fine")])
      let models = (0..<300).map { "  a-model-with-a-rather-long-name-\($0): { targets: [p0/up] }" }
      let gateway = try await scenario.gateway(
        to: upstream, top: models.joined(separator: "\n") + "\nserver: { timeouts: { write: 1500ms } }")
      let client = try await gateway.connect(receiveBuffer: 64 << 10)
      let request = "GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n"
      let piece = Array(String(repeating: request, count: 1000).utf8)
      let taken = Atomic(0)
      let flood = Task { [wire = client.wire] in
        while true {
          try await wire.write(piece)
          taken.add(piece.count, ordering: .relaxed)
        }
      }
      let accepted = try await settled("what the client could send") { taken.load(ordering: .relaxed) }
      // Sockets on the way hold a few megabytes.
      #expect(accepted < 24 << 20)
      #expect(try await gateway.metrics().value("process_resident_memory_bytes") < Double(250 << 20))
      for _ in 0..<5 { #expect(try await gateway.chat().content() == "fine") }
      try await eventually("the connection is closed", within: .seconds(8)) {
        try await gateway.metrics().value("sluice_open_connections") == 0
      }
      await client.close()
      await #expect(throws: (any Error).self) { try await flood.value }
      #expect(try await gateway.chat().status == 200)
    }
  }

  @Test func aSlowButSteadyReaderGetsAllAndOneThatStopsIsClosed() async throws {
    try await scenario { scenario in
      let size = 20 << 20
      let upstream = try await scenario.upstream(Self.answer(of: size))
      let gateway = try await scenario.gateway(to: upstream, top: "server: { timeouts: { write: 5s } }")
      let stopping = try await gateway.connect(receiveBuffer: 64 << 10)
      let steady = try await gateway.connect(receiveBuffer: 64 << 10)
      for client in [stopping, steady] { client.post("/v1/chat/completions", ChatBody.plain()) }
      #expect(try await stopping.head().status == 200)
      var read = 0
      while read < size / 4, let piece = try await stopping.piece() { read += piece.count }

      #expect(try await steady.head().status == 200)
      let clock = ContinuousClock()
      let began = clock.now
      var count = 0
      while let piece = try await steady.piece() {
        count += piece.count
        // 3 MB a second: no pause is long, and the whole takes longer than `write`.
        try await clock.sleep(until: began + .microseconds(count / 3))
      }
      #expect(count > size)
      #expect(clock.now - began > .seconds(6))
      await steady.close()
      try await eventually("the one that stopped is closed") {
        try await gateway.metrics().value("sluice_open_connections") == 0
      }
      // Less than all was on its way to it.
      await #expect(throws: ScenarioError.self) { while try await stopping.piece() != nil {} }
    }
  }

  @Test func aClientThatStopsReadingItsLastAnswerIsClosedWhereverItStops() async throws {
    try await scenario { scenario in
      let size = 6 << 20
      let upstream = try await scenario.upstream(Self.answer(of: size))
      let gateway = try await scenario.gateway(to: upstream, top: "server: { timeouts: { write: 500ms } }")
      var clients: [RawClient] = []
      for left in [5 << 20, 3 << 20, 1 << 20, 256 << 10, 64 << 10, 16 << 10, 0] {
        let client = try await gateway.connect(receiveBuffer: 32 << 10)
        client.post("/v1/chat/completions", ChatBody.plain(), headers: ["connection": "close"])
        let head = try await client.head()
        #expect(head.status == 200)
        #expect(head.headers["connection"]?.lowercased() == "close")
        var read = 0
        while read < size - left, let piece = try await client.piece() { read += piece.count }
        clients.append(client)
      }
      // `write`, the time to linger (2 s), and some for a busy machine.
      try await eventually("all are closed", within: .seconds(8)) {
        try await gateway.metrics().value("sluice_open_connections") == 0
      }
      for client in clients { await client.close() }
    }
  }
}
