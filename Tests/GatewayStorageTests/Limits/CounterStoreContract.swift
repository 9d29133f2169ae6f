import GatewayCore
import GatewayStorage
import GatewayTesting
import Testing

/// What every store of counters does the same way.
@Suite struct CounterStoreContract {
  @Test(arguments: StoreKind.allCases, [LimitUnit.requests, .tokens, .cost, .concurrent])
  func exactlyTheLimitIsGrantedToRacingCallers(kind: StoreKind, unit: LimitUnit) async throws {
    try await kind.with { stores in
      for (round, period) in [LimitPeriod.minute, .hour, .day, .month].enumerated() {
        let size: Int64 = unit == .tokens || unit == .cost ? 7 : 1
        let raced = limit(unit, 50 * size + size - 1, unit == .concurrent ? nil : period, id: "l\(round)")
        let granted = await withTaskGroup(of: Int.self) { group in
          for caller in 0..<64 {
            group.addTask {
              var count = 0
              for _ in 0..<3 where await stores[caller % 3].lets(demand(raced, size)) { count += 1 }
              return count
            }
          }
          return await group.reduce(0, +)
        }
        #expect(granted == 50)
      }
    }
  }

  @Test(arguments: StoreKind.allCases) func whatIsNotUsedGoesBack(kind: StoreKind) async throws {
    try await kind.with { stores in
      let store = stores[0]
      let (tokens, input) = (limit(.tokens, 100, id: "t"), limit(.inputTokens, 100, .day, id: "i"))
      let (requests, slots) = (limit(.requests, 100, id: "r"), limit(.concurrent, 1, nil, id: "c"))
      let reservation = try await store.reserve(
        [demand(tokens, 90), demand(input, 40), demand(requests), demand(slots)]
      ).get()
      #expect(reservation.standings.tokens?.remaining == 10)
      #expect(await store.refusal(demand(slots))?.wait == nil)
      #expect(await store.lets(demand(slots)) == false)
      await store.settle(reservation, Spent(inputTokens: 30, outputTokens: 5))
      #expect(await store.refusal(demand(tokens, 66))?.used == 35)
      #expect(await store.refusal(demand(input, 71))?.used == 30)
      #expect(await store.refusal(demand(requests, 100))?.used == 1)
      #expect(await store.lets(demand(slots)))
    }
  }

  @Test(arguments: StoreKind.allCases) func whatIsUsedBeyondTheReservationCounts(kind: StoreKind) async throws {
    try await kind.with { stores in
      for period in [LimitPeriod.minute, .month] {
        let output = limit(.outputTokens, 100, period, id: period.rawValue)
        let reservation = try await stores[0].reserve([demand(output, 10)]).get()
        await stores[0].settle(reservation, Spent(outputTokens: 250))
        #expect(await stores[0].refusal(demand(output, 1))?.used == 250)
      }
    }
  }

  @Test(arguments: StoreKind.allCases) func aCallThatIsNeverMadeIsNotCounted(kind: StoreKind) async throws {
    try await kind.with { stores in
      for period in [LimitPeriod.minute, .day] {
        let one = limit(.requests, 1, period, id: period.rawValue)
        let reservation = try await stores[0].reserve([demand(one)]).get()
        await stores[0].settle(reservation, .nothing)
        #expect(await stores[0].lets(demand(one)))
        #expect(await stores[0].lets(demand(one)) == false)
      }
    }
  }

  @Test(arguments: StoreKind.allCases) func whatOneLimitRefusesTheOthersKeep(kind: StoreKind) async throws {
    try await kind.with { stores in
      let (many, few) = (limit(.requests, 100, id: "many"), limit(.tokens, 50, .minute, id: "few"))
      #expect(await stores[0].lets(demand(many), demand(few, 40)))
      let refusal = try #require(await stores[0].refusal(demand(many), demand(few, 11)))
      #expect(refusal.limit === few)
      #expect(refusal.used == 40)
      #expect(refusal.amount == 11)
      #expect(refusal.standings.requests?.remaining == 99)
      #expect(refusal.standings.tokens?.remaining == 10)
      #expect(try #require(refusal.wait) <= .seconds(61))
      #expect(await stores[0].refusal(demand(many, 100))?.used == 1)
    }
  }

  @Test(arguments: StoreKind.allCases) func theLimitThatRefusesLongestIsNamed(kind: StoreKind) async throws {
    try await kind.with { stores in
      let (minute, month) = (limit(.requests, 1, .minute, id: "minute"), limit(.requests, 1, .month, id: "month"))
      let never = limit(.tokens, 1, .minute, id: "never")
      #expect(await stores[0].lets(demand(minute), demand(month)))
      #expect(await stores[0].refusal(demand(minute), demand(month))?.limit === month)
      #expect(await stores[0].refusal(demand(month), demand(minute))?.limit === month)
      let refusal = try #require(await stores[0].refusal(demand(month), demand(never, 2), demand(minute)))
      #expect(refusal.limit === never)
      #expect(refusal.wait == nil)
    }
  }

  @Test(arguments: StoreKind.allCases) func aWindowThatSlidesOnLetsInAgain(kind: StoreKind) async throws {
    try await kind.with { stores in
      let second = limit(.requests, 2, .second)
      #expect(await stores[0].lets(demand(second)))
      var refusal: LimitRefusal?
      // On a busy machine the second may be over before the second call of it.
      for _ in 0..<100 where refusal == nil { refusal = await stores[0].refusal(demand(second)) }
      #expect(try #require(refusal?.wait) <= .milliseconds(1020))
      try await eventually("the second is over") { await stores[0].lets(demand(second)) }
    }
  }

  @Test(arguments: StoreKind.allCases) func subjectsCountApart(kind: StoreKind) async throws {
    try await kind.with { stores in
      let one = limit(.requests, 1)
      for subject in ["", "ann", "bob", "ann|bob"] {
        #expect(await stores[0].lets(demand(one, 1, subject)))
        #expect(await stores[1].lets(demand(one, 1, subject)) == false)
      }
    }
  }

  /// Random calls get the same answers from both.
  @Test func redisDecidesAsMemoryDoes() async throws {
    try await StoreKind.memory.with { memory in
      try await StoreKind.redis.with { redis in
        let limits = [
          limit(.requests, 40, .hour, id: "r"), limit(.tokens, 900, .hour, id: "t"),
          limit(.cost, 5000, .month, id: "c"),
          limit(.outputTokens, 600, .day, id: "o"), limit(.concurrent, 5, nil, id: "s"),
        ]
        var random = SystemRandomNumberGenerator()
        var open: [(Reservation, Reservation)] = []
        var (granted, refused) = (0, 0)
        for _ in 0..<600 {
          if open.count > 2, Bool.random(using: &random) {
            let pair = open.remove(at: Int.random(in: open.indices, using: &random))
            let spent =
              Int.random(in: 0..<5, using: &random) == 0
              ? Spent.nothing
              : Spent(
                inputTokens: .random(in: 0..<20, using: &random), outputTokens: .random(in: 0..<20, using: &random),
                cost: euro.map { Money(billionths: .random(in: 0..<300, using: &random), currency: $0) })
            await memory[0].settle(pair.0, spent)
            await redis[0].settle(pair.1, spent)
            continue
          }
          let demands = limits.shuffled(using: &random).prefix(Int.random(in: 1...5, using: &random)).map { limit in
            let size: Int64 =
              limit.unit == .requests || limit.unit == .concurrent ? 1 : .random(in: 0..<60, using: &random)
            return demand(limit, size, "\(Int.random(in: 0..<2, using: &random))")
          }
          switch (await memory[0].reserve(demands), await redis[0].reserve(demands)) {
          case (.success(let one), .success(let other)):
            granted += 1
            #expect(one.standings.requests?.remaining == other.standings.requests?.remaining)
            #expect(one.standings.tokens?.remaining == other.standings.tokens?.remaining)
            open.append((one, other))
          case (.failure(.refused(let one)), .failure(.refused(let other))):
            refused += 1
            #expect(one.limit === other.limit)
            #expect(one.used == other.used)
            #expect((one.wait == nil) == (other.wait == nil))
          case (let one, let other): Issue.record("\(one) in memory, \(other) in Redis")
          }
        }
        #expect(granted > 50)
        #expect(refused > 50)
      }
    }
  }
}
