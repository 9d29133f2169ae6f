import GatewayCore
import GatewayStorage
import GatewayTesting
import NIOCore
import Testing

/// What limits do while Redis does not answer, and afterwards.
@Suite struct RedisLimitOutageTests {
  /// Runs `body` with gateways that know of each other.
  private func withNodes(
    _ count: Int, timeout: Int64 = 15_000, _ change: @escaping (inout RedisLimits.Settings) -> Void = { _ in },
    _ body: (RedisServer, [TestNode]) async throws -> Void
  ) async throws {
    try await RedisServer.running { server in
      let nodes = try await (0..<count).asyncMap { _ in
        try await TestNode(port: server.port, timeout: .milliseconds(timeout), change)
      }
      do {
        try await eventually("the gateways know of each other") { nodes.allSatisfy { $0.limits.nodes == count } }
        try await body(server, nodes)
      } catch {
        for node in nodes { node.kill() }
        throw error
      }
      for node in nodes { node.kill() }
    }
  }

  private func down(_ server: RedisServer, _ nodes: [TestNode]) async throws {
    try await server.kill()
    try await eventually("the gateways have noticed") { nodes.allSatisfy { !$0.limits.isUp } }
  }

  private func up(_ server: RedisServer, _ nodes: [TestNode]) async throws {
    try await server.restart()
    try await eventually("Redis answers the gateways") { nodes.allSatisfy { $0.limits.isUp } }
  }

  private func granted(_ calls: Int, by nodes: [TestNode], _ demand: Demand) async -> Int {
    var count = 0
    for _ in 0..<calls { for node in nodes where await node.store.lets(demand) { count += 1 } }
    return count
  }

  @Test func sharesAreTheLimitTogether() async throws {
    try await withNodes(3) { server, nodes in
      try await down(server, nodes)
      for amount in [Int64(1), 2, 20, 30] {
        let shared = limit(.requests, amount, .day, id: "\(amount)")
        #expect(await granted(40, by: nodes, demand(shared)) == Int(amount))
      }
      let slots = limit(.concurrent, 7, nil, id: "slots")
      #expect(await granted(10, by: nodes, demand(slots)) == 7)
    }
  }

  @Test func aClosedLimitLetsNobodyInAndAnOpenOneEverybody() async throws {
    try await withNodes(2) { server, nodes in
      let (open, closed) = (limit(.requests, 1, outage: .open), limit(.requests, 100, id: "c", outage: .closed))
      try await down(server, nodes)
      #expect(await granted(20, by: nodes, demand(open)) == 40)
      guard case .failure(.unavailable(let named)) = await nodes[0].store.reserve([demand(open), demand(closed)]) else {
        Issue.record("it was let in")
        return
      }
      #expect(named === closed)
      try await up(server, nodes)
      #expect(await granted(1, by: nodes, demand(open)) == 1)
      #expect(await nodes[0].store.lets(demand(closed)))
    }
  }

  @Test func whatWasUsedDuringTheBreakIsToldAfterwards() async throws {
    try await withNodes(2) { server, nodes in
      let (tokens, requests) = (limit(.tokens, 100, .month, id: "t"), limit(.requests, 10, .minute, id: "r"))
      let before = try await nodes[0].store.reserve([demand(tokens, 40), demand(requests)]).get()
      try await down(server, nodes)
      let during = try await nodes[1].store.reserve([demand(tokens, 30), demand(requests)]).get()
      await nodes[1].store.settle(during, Spent(inputTokens: 10))
      await nodes[0].store.settle(before, Spent(inputTokens: 45))
      try await up(server, nodes)
      // Of what was reserved before, the server that was started again knows nothing: 5 tokens beyond it, and the call during it.
      try await eventually("the tokens are counted") { await nodes[0].store.refusal(demand(tokens, 101))?.used == 15 }
      #expect(await nodes[1].store.refusal(demand(requests, 11))?.used == 1)
    }
  }

  @Test func callsUnderWayKeepTheirSlotsWhenRedisIsStartedAgain() async throws {
    try await withNodes(2) { server, nodes in
      let slots = limit(.concurrent, 4, nil)
      let first = try await nodes[0].store.reserve([demand(slots)]).get()
      try await down(server, nodes)
      let second = try await nodes[1].store.reserve([demand(slots)]).get()
      try await up(server, nodes)
      try await eventually("both are counted again") { await nodes[0].store.refusal(demand(slots, 5))?.used == 2 }
      await nodes[0].store.settle(first, Spent())
      await nodes[1].store.settle(second, Spent())
      try await eventually("both are over") { await nodes[0].store.lets(demand(slots, 4)) }
    }
  }

  @Test func aKilledGatewaysSlotsComeBackAndALivingOnesStay() async throws {
    try await withNodes(2, { $0.lease = .milliseconds(300) }) { _, nodes in
      let slots = limit(.concurrent, 2, nil)
      #expect(await nodes[0].store.lets(demand(slots)))
      let living = try await nodes[1].store.reserve([demand(slots)]).get()
      #expect(await nodes[1].store.lets(demand(slots)) == false)
      nodes[0].kill()
      // Longer than its lease, which is renewed meanwhile.
      var other: Reservation?
      try await eventually("the slot of the killed one is free") {
        other = try? await nodes[1].store.reserve([demand(slots)]).get()
        return other != nil
      }
      #expect(await nodes[1].store.lets(demand(slots)) == false)
      await nodes[1].store.settle(living, Spent())
      #expect(await nodes[1].store.lets(demand(slots)))
    }
  }

  @Test func aHangingRedisHoldsACallUpForNoLongerThanTheTimeout() async throws {
    try await withNodes(1, timeout: 200) { server, nodes in
      let shared = limit(.requests, 2, .day)
      #expect(await nodes[0].store.lets(demand(shared)))
      server.pause()
      let clock = ContinuousClock()
      let began = clock.now
      #expect(await nodes[0].store.lets(demand(shared)))
      #expect(clock.now - began < .seconds(10))
      #expect(nodes[0].limits.isUp == false)
      #expect(nodes[0].limits.errors > 0)
      server.resume()
      try await eventually("it answers again") { nodes[0].limits.isUp }
    }
  }

  @Test func aChangeIsToldOnce() async throws {
    try await withNodes(1) { server, nodes in
      try await down(server, nodes)
      let shared = limit(.requests, 1, .day)
      for _ in 0..<20 { _ = await nodes[0].store.lets(demand(shared)) }
      try await up(server, nodes)
      #expect(try await nodes[0].events.next() == false)
      #expect(try await nodes[0].events.next() == true)
    }
  }

  @Test func aGatewayThatEndsLeavesItsPartToTheOthers() async throws {
    try await withNodes(2) { _, nodes in
      await nodes[0].limits.stop()
      try await eventually("one is left") { nodes[1].limits.nodes == 1 }
    }
  }

  @Test func aBudgetWarnsOnceWhichGatewayEverCrossesTheLine() async throws {
    try await withNodes(2) { _, nodes in
      let currency = try #require(euro)
      let budget = Limit(
        id: "b", unit: .cost, amount: 100, period: .month, currency: currency, isBudget: true, warnAt: [50, 80])
      for index in 0..<9 {
        let node = nodes[index % 2]
        let reservation = try await node.store.reserve([demand(budget, 10)]).get()
        await node.store.settle(reservation, Spent(cost: Money(billionths: 10, currency: currency)))
        // Answers come in order: what was settled is counted when the next one is here.
        _ = await node.store.lets(demand(limit(.requests, 100, .day)))
      }
      // The fifth and the eighth call.
      #expect(try await nodes[0].budgets.next() == 50)
      #expect(try await nodes[1].budgets.next() == 80)
    }
  }
}
