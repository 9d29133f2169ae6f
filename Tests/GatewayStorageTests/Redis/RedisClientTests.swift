import GatewayStorage
import GatewayTesting
import Testing

@Suite struct RedisClientTests {
  @Test func answersPipelinedCommandsInOrder() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port)) { client in
        let answers = try await client.askAll((0..<5000).map { RedisCommand("ECHO", "\($0)") })
        #expect(answers.map(\.0) == Array(0..<5000))
        #expect(answers.allSatisfy { $0.1 == .success(.string(Array("\($0.0)".utf8))) })
        #expect(client.counters.commands == 5000)
        #expect(client.counters.inFlight == 0)
        #expect(client.counters.errors == 0)
      }
    }
  }

  @Test func readsEveryKindOfAnswer() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port)) { client async throws in
        #expect(try await client.ask("SET a 1.5").text == "OK")
        #expect(try await client.ask("GET a").double == 1.5)
        #expect(try await client.ask("GET none") == .null)
        #expect(try await client.ask("INCRBY n -7") == .integer(-7))
        #expect(try await client.ask("GET n").integer == -7)
        #expect(try await client.ask("MGET n none") == .array([.string(Array("-7".utf8)), .null]))
        #expect(try await client.ask("LRANGE none 0 -1") == .array([]))
        #expect(await client.failure("INCR a")?.code == "ERR")
        #expect(client.counters.errors == 1)
      }
    }
  }

  @Test func keepsErrorsWithinATransactionApart() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port)) { client in
        let answers = try await client.askAll([
          RedisCommand("MULTI"), RedisCommand("SET", "a", "x"), RedisCommand("INCR", "a"), RedisCommand("EXEC"),
        ])
        let last = try answers[3].1.get().elements
        #expect(last?.first?.text == "OK")
        guard case .error(let message) = last?.last else { Issue.record("no error: \(answers)"); return }
        #expect(message.hasPrefix("ERR value is not an integer"))
      }
    }
  }

  @Test func carriesAnyBytes() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port)) { client in
        let bytes = (0...255).map { UInt8($0) } + Array("\r\n$5\r\n".utf8)
        var set = RedisCommand("SET")
        set.append(bytes)
        set.append([])
        _ = try await client.send(set)
        #expect(try await client.send(RedisCommand("GET").appending(bytes)) == .string([]))
        _ = try await client.send(RedisCommand("SET", "k").appending(bytes))
        #expect(try await client.ask("GET k") == .string(bytes))
      }
    }
  }

  @Test func carriesLargeValues() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port)) { client in
        let large = (0..<(12 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        _ = try await client.send(RedisCommand("SET", "k").appending(large))
        let answers = try await client.askAll([
          RedisCommand("GET", "k"), RedisCommand("PING"), RedisCommand("GET", "k"),
        ])
        #expect(try answers[0].1.get().bytes == large)
        #expect(try answers[1].1.get().text == "PONG")
        #expect(try answers[2].1.get().bytes == large)
      }
    }
  }

  @Test func refusesCommandsBeyondTheNumberThatMayWait() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port) { $0.maximumPending = 10 }) { client in
        server.pause()
        async let answering = client.askAll((0..<25).map { RedisCommand("ECHO", "\($0)") })
        try await eventually("15 are refused") { client.counters.errors == 15 }
        #expect(client.counters.inFlight == 10)
        server.resume()
        let answers = try await answering
        #expect(answers.prefix(15).map(\.0) == Array(10..<25))
        #expect(answers.prefix(15).allSatisfy { $0.1 == .failure(.overloaded) })
        #expect(answers.suffix(10).allSatisfy { $0.1 == .success(.string(Array("\($0.0)".utf8))) })
      }
    }
  }

  @Test func refusesCommandsBeyondTheBytesThatMayWait() async throws {
    try await RedisServer.running { server in
      try await withClient(settings(port: server.port) { $0.maximumPendingBytes = 1 << 20 }) { client in
        let large = RedisCommand("ECHO").appending([UInt8](repeating: 1, count: 700_000))
        let answers = try await client.askAll([large, large, RedisCommand("PING")])
        #expect(answers.map(\.0) == [1, 0, 2])
        #expect(answers[0].1 == .failure(.overloaded))
        #expect(try answers[2].1.get().text == "PONG")
      }
    }
  }

  @Test func runsAScriptThatTheServerHasForgotten() async throws {
    try await RedisServer.running { server in
      let script = RedisScript("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}")
      try await withClient(settings(port: server.port), scripts: [script]) { client in
        #expect(
          try await client.evaluate(script, keys: [[1]], arguments: [[2]])
            == .array([.string([1]), .string([2]), .integer(1)]))
        #expect(try await client.ask("INFO commandstats").text?.contains("cmdstat_eval:") == false)
        _ = try await client.ask("SCRIPT FLUSH")
        #expect(try await client.evaluate(script, keys: [[1]], arguments: [[2]]).elements?.last == .integer(2))
        // The source has loaded it again.
        #expect(try await client.evaluate(script, keys: [[1]], arguments: [[2]]).elements?.last == .integer(3))
        #expect(try await client.ask("INFO commandstats").text?.contains("cmdstat_eval:calls=1,") == true)
      }
    }
  }
}
