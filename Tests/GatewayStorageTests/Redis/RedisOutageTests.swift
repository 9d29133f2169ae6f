import GatewayStorage
import GatewayTesting
import NIOCore
import Testing

@Suite struct RedisOutageTests {
  @Test func failsWhatIsOutstandingOnceWhenTheServerDies() async throws {
    try await RedisServer.running { server in
      let patient = try settings(port: server.port) { $0.commandTimeout = .seconds(60) }
      try await withClient(patient) { client in
        server.pause()
        async let answering = client.askAll((0..<300).map { RedisCommand("ECHO", "\($0)") })
        try await eventually("all are on their way") { client.counters.inFlight == 300 }
        try await server.kill()
        let answers = try await answering
        #expect(answers.map(\.0) == Array(0..<300))
        for answer in answers {
          guard case .failure(.unreachable) = answer.1 else { Issue.record("\(answer)"); return }
        }
        #expect(client.counters.errors == 300)
        #expect(client.counters.connected == 0)
        // During the break.
        guard case .unreachable = await client.failure("PING") else { Issue.record("answered"); return }
        try await server.restart()
        try await eventually("it answers again") { await client.failure("PING") == nil }
        #expect(client.counters.reconnects == 1)
        #expect(client.counters.inFlight == 0)
      }
    }
  }

  @Test func closesTheConnectionAfterATimeOut() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port) { $0.commandTimeout = .milliseconds(250) }) { client in
        server.pause()
        let answers = try await client.askAll([RedisCommand("ECHO", "1"), RedisCommand("ECHO", "2")])
        #expect(answers.first?.1 == .failure(.timedOut))
        #expect(answers.count == 2)
        server.resume()
        try await eventually("it is connected again") { client.counters.reconnects >= 1 }
        // An answer of the time before would come first here.
        try await eventually("it answers again") { (try? await client.ask("ECHO 3"))?.text == "3" }
      }
    }
  }

  @Test func neverSendsAWrittenCommandAgain() async throws {
    try await RedisServer.running { server in
      let once = try settings(port: server.port) { $0.commandTimeout = .milliseconds(250) }
      try await withClient(once) { client in
        server.pause()
        #expect(await client.failure("INCR k") == .timedOut)
        server.resume()
        try await eventually("it answers again") { (try? await client.ask("GET k")) != nil }
        // It had been written before the break, and only then.
        #expect(try await client.ask("GET k").integer == 1)
      }
    }
  }

  @Test func connectsAnewWhenThePrimaryBecameAReplica() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port)) { client in
        _ = try await client.ask("REPLICAOF 127.0.0.1 1")
        #expect(await client.failure("SET k v")?.code == "READONLY")
        try await eventually("it is connected again") { client.counters.reconnects >= 1 }
        try await eventually("it answers") { await client.failure("REPLICAOF NO ONE") == nil }
        #expect(try await client.ask("SET k v").text == "OK")
      }
    }
  }

  @Test func failsWhatWaitsWhenItIsClosed() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port)) { client in
        server.pause()
        async let answering = client.askAll([RedisCommand("PING")])
        try await eventually("it is on its way") { client.counters.inFlight == 1 }
        client.close()
        #expect(try await answering.first?.1 == .failure(.closed))
        #expect(await client.failure("PING") == .closed)
        #expect(client.counters.connected == 0)
      }
    }
  }
}
