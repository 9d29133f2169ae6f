import GatewayCore
import GatewayStorage
import Testing

extension PostgresTests {
  /// What limits have counted, as it outlives a process.
  @Suite struct CounterRecordContract {
    private static func record(_ limit: String, _ subject: String, _ numbers: Int64...) -> CounterTable.Record {
      CounterTable.Record(limit: limit, subject: subject, numbers: numbers)
    }

    private func sorted(_ store: DatabaseStore) async throws -> [CounterTable.Record] {
      try await store.counters().sorted { ($0.limit, $0.subject) < ($1.limit, $1.subject) }
    }

    @Test(arguments: DatabaseKind.allCases) func whatWasSavedLastIsThere(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        #expect(try await store.counters().isEmpty)
        try await store.save([Self.record("a", "", 1, 2), Self.record("a", "ann'", -3), Self.record("b", "x", 9)])
        try await store.save([Self.record("a", "", 7, 8, 9), Self.record("b", "x"), Self.record("c", "never there")])
        #expect(try await sorted(store) == [Self.record("a", "", 7, 8, 9), Self.record("a", "ann'", -3)])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func manyAreSavedAtOnce(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let records = (0..<5000).map { Self.record("l", "\($0)", Int64($0)) }
        try await store.save(records)
        #expect(Set(try await store.counters()) == Set(records))
        try await store.save(records.map { Self.record($0.limit, $0.subject) })
        #expect(try await store.counters().isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func countersOutliveTheProcess(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let location = fixture.location
        let store = try await DatabaseStore.open(location, serves: true)
        try await store.save([Self.record("a", "", 1)])
        try await store.close()
        let again = try await fixture.open(serves: true)
        #expect(again.node == nil || kind == .postgres)
        #expect(try await again.counters() == [Self.record("a", "", 1)])
      }
    }

    @Test func nodesOfOneDatabaseDoNotTouchEachOthersCounters() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let one = try await fixture.open()
        let two = try await fixture.open(try fixture.location(of: "two"))
        // A second process with the same files is another node as well.
        let three = try await fixture.open()
        #expect(Set([one.node, two.node, three.node]).count == 3)
        try await one.save([Self.record("a", "", 1)])
        try await two.save([Self.record("a", "", 2)])
        try await three.save([Self.record("a", "")])
        #expect(try await one.counters() == [Self.record("a", "", 1)])
        #expect(try await two.counters() == [Self.record("a", "", 2)])
        #expect(try await three.counters().isEmpty)
      }
    }

    @Test func countersOfANodeThatIsLongGoneAreForgotten() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let gone = try await fixture.open(try fixture.location(of: "gone"))
        try await gone.save([Self.record("a", "", 1)])
        try await fixture.execute("UPDATE node SET seen_at = 1")
        _ = try await fixture.open()
        #expect(try await gone.counters().isEmpty)
      }
    }
  }
}
