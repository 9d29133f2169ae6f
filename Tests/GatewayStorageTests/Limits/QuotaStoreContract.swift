import GatewayCore
import GatewayPolicies
import GatewayStorage
import GatewayTesting
import NIOPosix
import Testing

/// What every store of counters does with quotas.
@Suite struct QuotaStoreContract {
  private static func quota(_ amount: Int64, _ refresh: LimitPeriod? = nil, _ unit: LimitUnit = .tokens) -> Limit {
    Limit(
      id: "quota:q|\(unit.rawValue)|", unit: unit, amount: amount, period: nil,
      currency: unit == .cost ? euro : nil, outage: .closed, quota: QuotaTerms(name: "q", refresh: refresh))
  }

  @Test(arguments: StoreKind.allCases, [LimitPeriod?.none, .day])
  func exactlyTheQuotaIsGrantedToRacingCallers(kind: StoreKind, refresh: LimitPeriod?) async throws {
    try await kind.with { stores in
      let quota = Self.quota(50 * 7 + 6, refresh)
      let granted = await withTaskGroup(of: Int.self) { group in
        for caller in 0..<64 {
          group.addTask {
            var count = 0
            for _ in 0..<3 where await stores[caller % 3].lets(demand(quota, 7)) { count += 1 }
            return count
          }
        }
        return await group.reduce(0, +)
      }
      #expect(granted == 50)
      let refusal = try #require(await stores[1].refusal(demand(quota, 7)))
      #expect(refusal.used == 350)
      #expect((refusal.wait == nil) == (refresh == nil))
    }
  }

  @Test(arguments: StoreKind.allCases) func whatIsNotUsedGoesBackAndWhatIsUsedBeyondCounts(kind: StoreKind) async throws
  {
    try await kind.with { stores in
      let quota = Self.quota(100)
      let first = try await stores[0].reserve([demand(quota, 100)]).get()
      #expect(first.standings.tokens?.remaining == 0)
      await stores[0].settle(first, Spent(inputTokens: 30))
      let second = try await stores[0].reserve([demand(quota, 10)]).get()
      await stores[0].settle(second, Spent(outputTokens: 200))
      #expect(await stores[0].refusal(demand(quota, 1))?.used == 230)
    }
  }

  @Test func aQuotaInRedisIsToppedUpSetAndListed() async throws {
    try await RedisServer.running { server in
      let node = try await TestNode(port: server.port)
      defer { node.kill() }
      let client = RedisClient(
        try RedisDialer(settings(port: server.port) { _ in }), on: MultiThreadedEventLoopGroup.singleton.any())
      defer { client.close() }
      try await client.connected()
      let quotas = RedisQuotas(client, installation: "default")
      for refresh in [LimitPeriod?.none, .month] {
        let quota = Self.quota(100, refresh)
        #expect(await node.store.lets(demand(quota, 100, "ann")))
        #expect(await node.store.lets(demand(quota, 1, "ann")) == false)
        #expect(try await quotas.apply(.add(50), to: quota, subject: "ann", now: .current) == 50)
        #expect(await node.store.lets(demand(quota, 50, "ann")))
        #expect(await node.store.lets(demand(quota, 1, "ann")) == false)
        #expect(
          try await quotas.apply(.set(9_007_199_254_740_993), to: quota, subject: "bob", now: .current)
            == 100 - 9_007_199_254_740_993)
        #expect(try await quotas.apply(.add(-5), to: quota, subject: "c*[x]", now: .current) == 5)
        let used = try await quotas.used(of: quota, now: .current)
        #expect(used.map(\.subject) == ["ann", "bob", "c*[x]"])
        #expect(used.first?.used == 100)
        for subject in ["ann", "bob", "c*[x]"] {
          _ = try await quotas.apply(.set(100), to: quota, subject: subject, now: .current)
        }
      }
    }
  }

  @Test func aQuotaInRedisIsFullAgainInItsNextSpan() async throws {
    try await RedisServer.running { server in
      let client = RedisClient(
        try RedisDialer(settings(port: server.port) { _ in }), on: MultiThreadedEventLoopGroup.singleton.any())
      defer { client.close() }
      try await client.connected()
      let quotas = RedisQuotas(client, installation: "default")
      let quota = Self.quota(100, .day)
      let tomorrow = WallTime(milliseconds: WallTime.current.milliseconds + 86_400_000)
      _ = try await quotas.apply(.add(-80), to: quota, subject: "spent", now: .current)
      _ = try await quotas.apply(.add(80), to: quota, subject: "rich", now: .current)
      #expect(try await quotas.used(of: quota, now: tomorrow).map(\.used) == [-80, 0])
      #expect(try await quotas.apply(.add(-1), to: quota, subject: "spent", now: tomorrow) == 1)
      #expect(try await quotas.apply(.add(-1), to: quota, subject: "rich", now: tomorrow) == -79)
    }
  }

  @Test func whileRedisIsAwayAQuotaLetsNobodyIn() async throws {
    try await RedisServer.running { server in
      let node = try await TestNode(port: server.port)
      defer { node.kill() }
      let quota = Self.quota(100)
      #expect(await node.store.lets(demand(quota, 1)))
      await server.stop()
      try await eventually("it is refused as unavailable") {
        if case .failure(.unavailable) = await node.store.reserve([demand(quota, 1)]) { true } else { false }
      }
    }
  }
}
