import Foundation
import GatewayCore
import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  @Suite struct ObjectDirectoryContract {
    @Test(arguments: DatabaseKind.allCases) func aListShowsTheNewestFirst(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        for id in ["1", "2", "3"] { store.keep(id) }
        store.keep("4", of: "ben")
        #expect(try await store.files() == (["3@a", "2@a", "1@a"], false))
        #expect(try await store.files(of: "ben").ids == ["4@a"])
        #expect(try await store.files(of: "cleo").ids.isEmpty)
        #expect(try await store.files { $0.isAscending = true }.ids == ["1@a", "2@a", "3@a"])
        #expect(try await store.files { $0.kind = .batches }.ids.isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func pagesFollowEachOther(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        for id in ["1", "2", "3", "4"] { store.keep(id) }
        #expect(try await store.files(limit: 3) == (["4@a", "3@a", "2@a"], true))
        let place = ObjectPageQuery.Place(id: "2", provider: "a")
        #expect(try await store.files { $0.after = place } == (["1@a"], false))
        #expect(try await store.files { $0.before = place }.ids == ["4@a", "3@a"])
        let foreign = ObjectPageQuery.Place(id: "9", provider: "a")
        #expect(try await store.files { $0.after = foreign }.ids.isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func providersAndPurposesAreTakenApart(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        store.keep("1", purpose: "batch")
        store.keep("1", at: "b", purpose: "user_data")
        store.keep("1", at: "c")
        #expect(try await store.files().ids == ["1@b", "1@a"])
        #expect(try await store.files { $0.providers = ["c"] }.ids == ["1@c"])
        #expect(try await store.files { $0.providers = [] }.ids.isEmpty)
        #expect(try await store.files { $0.purpose = "batch" }.ids == ["1@a"])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func anObjectStaysWithWhoHadItFirst(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        store.keep("1")
        store.keep("1", of: "ben")
        #expect(try await store.files().ids == ["1@a"])
        let other = try await fixture.open(try fixture.location(of: "other"))
        other.keep(KeptObject(provider: "a", id: "1", kind: .files, consumer: "ben"))
        #expect(try await store.files().ids == ["1@a"])
        try await other.close()
        #expect(try await store.files(of: "ben").ids.isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whatIsForgottenMayBeKeptAgain(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        store.keep("1")
        store.forget(id: "1", provider: "a")
        #expect(try await store.files().ids.isEmpty)
        store.keep("1", of: "ben")
        #expect(try await store.files(of: "ben").ids == ["1@a"])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func theProofKeyBelongsToTheInstallation(_ kind: DatabaseKind) async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let key = store.proofKey
        try await store.close()
        #expect(try await fixture.open().proofKey == key)
        #expect(try DatabaseStore(sqlite: fixture.directory.path("other.db")).proofKey != key)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whatCannotBeWrittenIsTold(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let events = EventLog<StoreEvent>()
        let closed = try await fixture.open { events.add($0) }
        try await closed.close()
        closed.keep("1")
        let event = try await events.next()
        #expect(event.isNotWritten)
      }
    }
  }
}

extension DatabaseStore {
  fileprivate func keep(
    _ id: String, of consumer: String = "ann", at provider: String = "a", purpose: String? = nil
  ) {
    keep(KeptObject(provider: provider, id: id, kind: .files, consumer: consumer, purpose: purpose))
  }

  fileprivate func files(
    of consumer: String = "ann", limit: Int = 10, _ change: (inout ObjectPageQuery) -> Void = { _ in }
  ) async throws -> (ids: [String], hasMore: Bool) {
    var query = ObjectPageQuery(consumer: consumer, kind: .files, providers: ["a", "b"], limit: limit)
    change(&query)
    let page = try await page(query)
    return (page.places.map { "\($0.id)@\($0.provider)" }, page.hasMore)
  }
}

extension StoreEvent {
  fileprivate var isNotWritten: Bool { if case .notWritten = self { true } else { false } }
}
