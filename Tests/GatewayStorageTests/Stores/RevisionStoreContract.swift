import GatewayCore
import GatewayStorage
import Testing

extension PostgresTests {
  /// What the database keeps of the configuration.
  @Suite struct RevisionStoreContract {
    private func draft(_ document: String) -> RevisionDraft {
      RevisionDraft(by: "ann", note: "why", changes: ["models.a", "models.b"], document: document)
    }

    @Test(arguments: DatabaseKind.allCases) func revisionsAreNumberedFromOne(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        #expect(try await store.latestRevision() == 0)
        #expect(try await store.revision(0) == nil)
        let first = try await store.add(draft("{}"), after: 0)
        #expect(first?.number == 1)
        let second = try await store.add(draft(#"{"models":{}}"#), after: 1)
        #expect(try await store.latestRevision() == 2)
        #expect(try await store.revision(2) == second)
        #expect(second?.content == draft(#"{"models":{}}"#))
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whoWasSlowerAddsNothing(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        _ = try await store.add(draft("{}"), after: 0)
        #expect(try await store.add(draft("other"), after: 0) == nil)
        let added = try await withThrowingTaskGroup(of: StoredRevision?.self) { group in
          for index in 0..<8 { group.addTask { try await store.add(draft("\(index)"), after: 1) } }
          return try await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        #expect(added.map(\.number) == [2])
        #expect(try await store.revision(2) == added.first)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func listsHaveTheNewestFirstAndNoDocuments(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        for number in 0..<5 { _ = try await store.add(draft("{}"), after: Int64(number)) }
        #expect(try await store.revisions(before: nil, limit: 2).map(\.number) == [5, 4])
        let older = try await store.revisions(before: 4, limit: 9)
        #expect(older.map(\.number) == [3, 2, 1])
        #expect(older.first?.content == draft(""))
      }
    }

    @Test(arguments: DatabaseKind.allCases) func othersSeeThatSomethingChanged(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open(serves: true)
        let before = try await store.version()
        _ = try await store.add(draft("{}"), after: 0)
        #expect(try await store.version() != before)
      }
    }
  }
}
