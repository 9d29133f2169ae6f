import GatewayTesting
import Testing

@testable import GatewayStorage

@Suite struct RedisClusterTests {
  @Test(arguments: [
    ("foo", 12182), ("123456789", 12739), ("{foo}.a", 12182), ("a{foo}b{bar}", 12182), ("{}foo", 9500), ("", 0),
  ]) func hashesKeysAsTheServerDoes(key: String, slot: Int) {
    #expect(RedisSlot.of(Array(key.utf8)[...]) == slot)
  }

  @Test func readsRedirections() throws {
    let here = RedisAddress(host: "here", port: 1)
    let moved = RedisRedirection(.refused(message: "MOVED 3999 10.0.0.1:6381"), from: here)
    #expect(moved?.address == RedisAddress(host: "10.0.0.1", port: 6381))
    #expect(moved?.slot == 3999)
    #expect(moved?.isAsk == false)
    #expect(
      RedisRedirection(.refused(message: "ASK 1 :6381"), from: here)?.address == RedisAddress(host: "here", port: 6381))
    #expect(RedisRedirection(.refused(message: "MOVED 16384 a:1"), from: here) == nil)
    #expect(RedisRedirection(.refused(message: "ERR no"), from: here) == nil)
  }

  @Test func followsTheNodesOfACluster() async throws {
    try await withCluster { servers in
      try await withClient(settings(port: servers[0].port)) { client async throws in
        for number in 0..<200 {
          #expect(try await client.ask("SET key\(number) \(number)").text == "OK")
        }
        for number in 0..<200 { #expect(try await client.ask("GET key\(number)").integer == Int64(number)) }
        #expect(client.counters.connected == 2)
        #expect(client.counters.errors == 0)
        let script = RedisScript("return redis.call('GET', KEYS[1])")
        #expect(try await client.evaluate(script, keys: [Array("key1".utf8)], arguments: []).integer == 1)
        #expect(try await client.evaluate(script, keys: [Array("key2".utf8)], arguments: []).integer == 2)
      }
    }
  }

  @Test func followsASlotThatIsBeingMoved() async throws {
    try await withCluster { servers in
      try await withClient(settings(port: servers[0].port)) { first in
        try await withClient(settings(port: servers[1].port)) { second in
          // Slot 9842, of the second half.
          let slot = "\(RedisSlot.of(Array("bar".utf8)[...]))"
          let names = try await [first, second].mapInTurn { try await $0.ask("CLUSTER MYID").text ?? "" }
          let owner = Int(slot) ?? 0 < 8192 ? 0 : 1
          let (source, target) = owner == 0 ? (first, second) : (second, first)
          _ = try await target.ask("CLUSTER SETSLOT \(slot) IMPORTING \(names[owner])")
          _ = try await source.ask("CLUSTER SETSLOT \(slot) MIGRATING \(names[1 - owner])")
          #expect(try await source.ask("SET bar there").text == "OK")
          #expect(try await source.ask("GET bar").text == "there")
        }
      }
    }
  }

  /// Two primaries with half of the slots each.
  private func withCluster(_ body: ([RedisServer]) async throws -> Void) async throws {
    let ports = try (0..<2).map { _ in try UnreachablePort.free() }
    func options(_ index: Int) -> [String] {
      ["--cluster-enabled", "yes", "--cluster-port", "\(ports[index])", "--cluster-require-full-coverage", "no"]
    }
    let first = try await RedisServer.start(options(0))
    let second = try await RedisServer.start(options(1))
    do {
      try await join([first, second], busOf: ports[1])
      try await body([first, second])
    } catch {
      await first.stop()
      await second.stop()
      throw error
    }
    await first.stop()
    await second.stop()
  }

  private func join(_ servers: [RedisServer], busOf port: Int) async throws {
    let halves = [("0", "8191"), ("8192", "16383")]
    for (server, half) in zip(servers, halves) {
      try await withClient(settings(port: server.port)) { client in
        _ = try await client.ask("CLUSTER ADDSLOTSRANGE \(half.0) \(half.1)")
        _ = try await client.ask("CLUSTER SET-CONFIG-EPOCH \(half.0 == "0" ? 1 : 2)")
      }
    }
    try await withClient(settings(port: servers[0].port)) { client in
      _ = try await client.ask("CLUSTER MEET 127.0.0.1 \(servers[1].port) \(port)")
    }
    for server in servers {
      try await withClient(settings(port: server.port)) { client in
        try await eventually("the cluster is whole") {
          let state = try await client.ask("CLUSTER INFO").text ?? ""
          return state.contains("cluster_state:ok") && state.contains("cluster_slots_assigned:16384")
        }
      }
    }
  }
}

extension Array {
  fileprivate func mapInTurn<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
