import Foundation
import GRDB
import GatewayCore
import GatewayTesting
import Testing

@testable import GatewayStorage

extension PostgresTests {
  /// What stores tell of changes of keys.
  @Suite struct KeyChangesContract {
    /// Follows a store by its changes, as a gateway does.
    private struct Follower {
      let store: DatabaseStore
      var keys: StoredKeySet
      var number: Int64
      /// Rows of the last look.
      var read = 0

      init(_ store: DatabaseStore) async throws {
        self.store = store
        let (table, number) = try await store.keyTable()
        (keys, self.number) = (StoredKeySet(table), number)
      }

      mutating func follow() async throws {
        let changes = try #require(try await store.changes(since: number))
        (keys, number, read) = (keys.applying(changes), changes.number, changes.count)
      }

      func find(_ key: Secret) -> IssuedKeys.Found? {
        let table = IssuedKeys(keys, consumers: [Consumer(name: "app", models: nil)]) { $0 }
        return table.find(store.keyedHash(of: key.reveal { KeyDigest(of: $0) }))
      }
    }

    @Test(arguments: DatabaseKind.allCases) func everyChangeIsReadOnceAndAlone(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        _ = try await store.issue(to: "app")
        var follower = try await Follower(store)
        try await follower.follow()
        #expect(follower.read == 0)

        let new = try await store.issue(to: "app")
        try await follower.follow()
        #expect(follower.read == 1)
        #expect(follower.find(new.key)?.isDisabled == false)

        _ = try await store.disable(id: new.issued.id)
        try await follower.follow()
        #expect(follower.read == 1)
        #expect(follower.find(new.key)?.isDisabled == true)

        _ = try await store.enable(id: new.issued.id)
        try await follower.follow()
        #expect(follower.find(new.key)?.isDisabled == false)

        _ = try await store.update(id: new.issued.id) { $0.rules.models = ["m"] }
        try await follower.follow()
        #expect(follower.find(new.key)?.caller.mayUse("n") == false)

        let successor = try #require(try await store.rotate(id: new.issued.id, grace: .seconds(60)))
        try await follower.follow()
        #expect(follower.read == 2)
        #expect(follower.find(new.key)?.expiresAt != nil)
        #expect(follower.find(successor.key)?.caller.mayUse("m") == true)

        _ = try await store.revoke(id: new.issued.id)
        try await follower.follow()
        #expect(follower.read == 1)
        #expect(follower.find(new.key) == nil)
        try await follower.follow()
        #expect(follower.read == 0)
        #expect(follower.keys.count == 2)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aChangedKeyWhoseRulesAreNotUnderstoodIsGone(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let new = try await store.issue(to: "app")
        var follower = try await Follower(store)
        try await fixture.execute("UPDATE gateway_key SET rules = 'x'")
        _ = try await store.disable(id: new.issued.id)
        try await follower.follow()
        #expect(follower.find(new.key) == nil)
        #expect(follower.keys.isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func changesOfSeveralProcessesAreNeverMissed(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let stores = [try await fixture.open(), try await fixture.open(try fixture.location(of: "other"))]
        var follower = try await Follower(stores[0])
        try await withThrowingTaskGroup(of: Void.self) { group in
          for turn in 0..<40 {
            group.addTask {
              let id = try await stores[turn % 2].issue(to: "app").issued.id
              if turn % 4 == 0 { _ = try await stores[(turn + 1) % 2].revoke(id: id) }
            }
          }
          // Between commits, as they come.
          while try await group.next() != nil { try await follower.follow() }
        }
        try await follower.follow()
        let active = try await stores[1].activeKeys()
        #expect(active.count == 30)
        #expect(follower.keys.count == 30)
        for key in active { #expect(follower.keys.hash(ofKey: key.id) == key.hash) }
      }
    }

    @Test(arguments: DatabaseKind.allCases) func moreChangesThanAPageMeanReadingEverything(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let number = try await store.keyTable().number
        let series = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)"
        let hash = kind == .sqlite ? "randomblob(32)" : "sha256(convert_to(i::text, 'UTF8'))"
        try await fixture.execute(
          """
          \(series) INSERT INTO gateway_key (hash, label, consumer, created_at, changed)
          SELECT \(hash), 'sk-x', 'app', 1, 1 FROM n
          """)
        try await fixture.execute("UPDATE installation SET key_changes = 1")
        #expect(try await store.changes(since: number) == nil)
        let (table, last) = try await store.keyTable()
        #expect(StoredKeySet(table).count == 10_001)
        #expect(last == 1)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aDatabaseThatIsBehindIsAnotherOne(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        _ = try await store.issue(to: "app")
        #expect(try await store.changes(since: 7) == nil)
        #expect(try await store.changes(since: 0)?.keys.count == 1)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func keysOfTheVersionBeforeAreReadAndThenFollowed(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        try await fixture.makePreviousVersion()
        let row = kind == .sqlite ? "randomblob(32)" : "sha256('x')"
        for consumer in ["app", "other"] {
          let hash = kind == .sqlite ? row : row.replacingOccurrences(of: "x", with: consumer)
          try await fixture.execute(
            "INSERT INTO gateway_key (hash, label, consumer, created_at) VALUES (\(hash), 'sk-x', '\(consumer)', 1)")
        }
        let store = try await fixture.open()
        var follower = try await Follower(store)
        #expect(follower.keys.count == 2)
        #expect(follower.number == 0)
        _ = try await store.revoke(id: 1)
        try await follower.follow()
        #expect(follower.read == 1)
        #expect(follower.keys.consumers == ["other"])
      }
    }

    @Test func aLostConnectionBreaksTheVersion() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let store = try await fixture.open()
        let before = try await store.version()
        _ = try await store.issue(to: "app")
        try await eventually("the change is noticed") { try await store.version() != before }
        #expect(try await store.version().isWithoutBreak(since: before))
        try await fixture.execute(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()
          """)
        try await eventually("the break is noticed") { try await !store.version().isWithoutBreak(since: before) }
      }
    }
  }
}

extension DatabaseFixture {
  /// The tables before changes of keys were numbered.
  fileprivate func makePreviousVersion() async throws {
    switch location.place {
    case .sqlite(let path):
      try SQLiteSchema.migrator.migrate(DatabaseQueue(path: path), upTo: "8 users of the admin API")
    case .postgres(let settings):
      let pool = try PostgresPool(settings)
      try await PostgresMigrations(Array(PostgresSchema.migrations.steps.prefix { $0.name != "changes of keys" })).run(
        on: pool)
      await pool.close()
    }
  }
}
