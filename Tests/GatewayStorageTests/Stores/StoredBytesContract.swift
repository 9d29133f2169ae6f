import GatewayCore
import GatewayStorage
import Testing

extension PostgresTests {
  @Suite struct StoredBytesContract {
    private static let now = WallTime(milliseconds: 1_800_000_000_000)
    private static let later = WallTime(milliseconds: now.milliseconds + 3_600_001)

    private static func limit(_ amount: Int64, by key: LimitKey = .all, _ terms: StoredTerms = StoredTerms()) -> Limit {
      Limit(id: "s\(key)", unit: .stored, amount: amount, period: nil, key: key, stored: terms)
    }

    private static func claim(
      _ id: String, _ bytes: Int64, _ limits: [(Limit, String)], owner: StoredOwner = StoredOwner(consumer: "ann")
    ) -> StoredClaim {
      StoredClaim(
        id: id, provider: "a", owner: owner, bytes: bytes,
        demands: limits.map { Demand(limit: $0.0, subject: $0.1, amount: bytes) })
    }

    @Test(arguments: DatabaseKind.allCases)
    func ofClaimsAtOnceAsManyAreTakenAsHaveRoom(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let stores = [try await fixture.open(), try await fixture.open(try fixture.location(of: "other"))]
        let limit = Self.limit(105)
        let taken = try await withThrowingTaskGroup(of: Bool.self) { tasks in
          for number in 0..<40 {
            tasks.addTask {
              let claim = Self.claim("c\(number)", 10, [(limit, "")])
              return try await stores[number % 2].take(claim, now: Self.now) == nil
            }
          }
          return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken == 10)
        #expect(try await stores[0].stored(by: [Demand(limit: limit, subject: "", amount: 0)], now: Self.now) == [100])
      }
    }

    @Test(arguments: DatabaseKind.allCases)
    func aFileTakesOverTheRoomOfItsClaim(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let limit = Self.limit(100)
        let all = [Demand(limit: limit, subject: "", amount: 0)]
        #expect(try await store.take(Self.claim("c", 60, [(limit, "")]), now: Self.now) == nil)
        #expect(try await store.take(Self.claim("d", 60, [(limit, "")]), now: Self.now)?.used == 60)
        store.keep(Self.file("1", bytes: 55, claim: "c"))
        #expect(try await store.stored(by: all, now: Self.later) == [55])
        #expect(try await store.take(Self.claim("d", 45, [(limit, "")]), now: Self.now) == nil)
        store.letGo(Self.claim("d", 45, []))
        store.forget(id: "1", provider: "a")
        #expect(try await store.take(Self.claim("e", 100, [(limit, "")]), now: Self.now) == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases)
    func theRoomOfACallThatNeverEndedIsFreeAfterAnHour(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let limit = Self.limit(100)
        #expect(try await store.take(Self.claim("c", 60, [(limit, "")]), now: Self.now) == nil)
        #expect(try await store.take(Self.claim("d", 60, [(limit, "")]), now: Self.later) == nil)
        // Those that have ended are gone, so that an id may come again.
        #expect(try await store.take(Self.claim("c", 10, [(limit, "")]), now: Self.later) == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whatExpiresIsFreeThen(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let limit = Self.limit(100)
        store.keep(Self.file("1", bytes: 70, expiresAt: Self.later))
        let all = [Demand(limit: limit, subject: "", amount: 0)]
        #expect(try await store.take(Self.claim("c", 60, [(limit, "")]), now: Self.now)?.used == 70)
        #expect(try await store.stored(by: all, now: Self.now) == [70])
        #expect(try await store.stored(by: all, now: Self.later) == [0])
        // It is still its consumer's: the provider may be late.
        let query = ObjectPageQuery(consumer: "ann", kind: .files, providers: ["a"], limit: 9)
        #expect(try await store.page(query).places.count == 1)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func everyScopeCountsItsOwn(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let ann = StoredOwner(consumer: "ann", team: "lab", organisation: "acme", key: "7")
        store.keep(Self.file("1", bytes: 10, owner: ann))
        store.keep(Self.file("2", of: "ben", bytes: 20, owner: StoredOwner(consumer: "ben", team: "lab")))
        store.keep(Self.file("3", of: "cleo", bytes: 40, owner: StoredOwner(consumer: "cleo")))
        store.keep(Self.file("4"))
        let limit = { (key: LimitKey, terms: StoredTerms) in Self.limit(1, by: key, terms) }
        let demands: [(Limit, String)] = [
          (limit(.all, StoredTerms()), ""), (limit(.consumer, StoredTerms()), "ann"),
          (limit(.all, StoredTerms(.team, name: "lab")), ""),
          (limit(.consumer, StoredTerms(.team, name: "lab")), "ben"),
          (limit(.all, StoredTerms(.organisation, name: "acme")), ""), (limit(.all, StoredTerms(.key)), "7"),
          (limit(.team, StoredTerms()), StoredScope.nobody), (limit(.all, StoredTerms(.consumer, name: "nobody")), ""),
        ]
        let used = try await store.stored(
          by: demands.map { Demand(limit: $0.0, subject: $0.1, amount: 0) }, now: Self.now)
        #expect(used == [70, 10, 30, 20, 10, 10, 40, 0])
        // Of limits that refuse, the first is told.
        let refusal = try await store.take(
          Self.claim("c", 5, [(Self.limit(100), ""), (limit(.consumer, StoredTerms()), "ann")]), now: Self.now)
        #expect(refusal?.used == 10 && refusal?.subject == "ann")
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aSizeThatBecomesKnownCounts(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let limit = Self.limit(1, StoredTerms(.team, name: "lab"))
        let demands = [Demand(limit: limit, subject: "", amount: 0)]
        store.keep(Self.file("1"))
        #expect(try await store.stored(by: demands, now: Self.now) == [0])
        store.keep(Self.file("1", bytes: 10, owner: StoredOwner(consumer: "ann", team: "lab")))
        // Neither seen again nor by another is it counted otherwise.
        store.keep(Self.file("1", bytes: 99))
        store.keep(Self.file("1", of: "ben", bytes: 99))
        let query = ObjectPageQuery(consumer: "ann", kind: .files, providers: ["a"], limit: 9)
        #expect(try await store.page(query).places.count == 1)
        #expect(try await store.stored(by: demands, now: Self.now) == [10])
      }
    }

    private static func file(
      _ id: String, of consumer: String = "ann", bytes: Int64? = nil, expiresAt: WallTime? = nil,
      owner: StoredOwner? = nil, claim: String? = nil
    ) -> KeptObject {
      var file = KeptObject(provider: "a", id: id, kind: .files, consumer: consumer)
      (file.bytes, file.expiresAt, file.owner, file.claim) = (bytes, expiresAt, owner, claim)
      return file
    }
  }
}

extension DatabaseStore {
  /// The refusal, if there is one.
  fileprivate func take(_ claim: StoredClaim, now: WallTime) async throws -> LimitRefusal? {
    try await withCheckedThrowingContinuation { continuation in
      take(claim, now: now) { continuation.resume(with: $0) }
    }
  }
}
