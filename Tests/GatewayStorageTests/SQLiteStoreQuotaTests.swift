import GatewayCore
import GatewayStorage
import Testing

@Suite struct SQLiteStoreQuotaTests {
  private static let record = CounterTable.Record(limit: "quota:q|tokens|", subject: "a", numbers: [0, 5])

  @Test func changesWaitInOrderUntilTheyAreStoredWithTheirCounters() async throws {
    let directory = try TemporaryDirectory()
    let store = try SQLiteStore(path: directory.path("s.db"))
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
    try store.close()
    withExtendedLifetime(directory) {}
  }
}
