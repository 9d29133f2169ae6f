import GatewayCore
import GatewayStorage
import Testing

extension PostgresTests {
  /// Changes of quotas on their way into the counters.
  @Suite struct QuotaChangesContract {
    private static let record = CounterTable.Record(limit: "quota:q|tokens|", subject: "a", numbers: [0, 5])

    @Test(arguments: DatabaseKind.allCases)
    func changesWaitInOrderUntilTheyAreStoredWithTheirCounters(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let changes = [
          QuotaChange(limit: "quota:q|tokens|", subject: "a", amount: .add(-7)),
          QuotaChange(limit: "quota:q|tokens|", subject: "a", amount: .set(QuotaChange.largest)),
          QuotaChange(limit: "quota:r|tokens|", subject: "", amount: .add(1)),
        ]
        for change in changes { try await store.add(change) }
        let waiting = try await store.waitingQuotaChanges()
        #expect(waiting.map(\.change) == changes)
        try await store.save([Self.record], applied: waiting.prefix(2).map(\.number))
        #expect(try await store.waitingQuotaChanges().map(\.change) == [changes[2]])
        #expect(try await store.counters() == [Self.record])
        let quota = try await store.quota("quota:q|tokens|")
        #expect(quota.counters == [Self.record] && quota.waiting.isEmpty)
        #expect(try await store.quota("quota:r|tokens|").waiting == [changes[2]])
      }
    }

    @Test func everyNodeOfADatabaseGetsAChange() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let one = try await fixture.open()
        let two = try await fixture.open(try fixture.location(of: "two"))
        let change = QuotaChange(limit: "quota:q|tokens|", subject: "a", amount: .add(7))
        try await one.add(change)
        let waiting = try await one.waitingQuotaChanges()
        #expect(waiting.map(\.change) == [change])
        try await one.save([], applied: waiting.map(\.number))
        #expect(try await one.waitingQuotaChanges().isEmpty)
        #expect(try await two.waitingQuotaChanges().map(\.change) == [change])
      }
    }

    @Test func theFirstNodeTakesAChangeThatWasMadeBeforeThereWasOne() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let command = try await fixture.open(serves: false)
        let change = QuotaChange(limit: "quota:q|tokens|", subject: "", amount: .set(7))
        try await command.add(change)
        let gateway = try await fixture.open()
        #expect(try await gateway.waitingQuotaChanges().map(\.change) == [change])
      }
    }
  }
}
