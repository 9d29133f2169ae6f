import Foundation
import GRDB
import GatewayCore
import GatewayTesting
import Testing

@testable import GatewayStorage

extension PostgresTests {
  @Suite struct Copying {
    private func filled(_ fixture: DatabaseFixture) async throws -> (keys: [IssuedKey], hash: KeyDigest) {
      let store = try await DatabaseStore.open(fixture.location, serves: true)
      var settings = KeySettings(note: "n")
      settings.rules.models = ["m"]
      let first = try await store.issue(to: "app", settings)
      _ = try await store.rotate(id: first.issued.id, grace: .seconds(60))
      _ = try await store.revoke(id: try await store.issue(to: "gone").issued.id)
      try await store.save([CounterTable.Record(limit: "l", subject: "s", numbers: [1, 2])])
      let sealed = try SealedSecret(bytes: [1] + [UInt8](repeating: 9, count: 40))
      try await store.put(StoredSecret(name: "openai", sealed: sealed, setAt: WallTime(milliseconds: 5)), by: .gateway)
      let author = AuditAuthor(name: "eve")
      _ = try await store.makeUser("eve", .administrator, password: nil, by: author, now: WallTime(milliseconds: 7))
      try await store.beginSession("cookie", of: "eve", by: author, now: WallTime(milliseconds: 8))
      _ = try await store.issueToken(
        AdminTokenDraft(label: "ci", role: .viewer), by: author, now: WallTime(milliseconds: 9))
      try await store.keepConversations((1...45).map { Conversation.one($0) })
      store.keep(KeptObject(provider: "p", id: "o", kind: .files, consumer: "app"))
      let query = ObjectPageQuery(consumer: "app", kind: .files, providers: ["p"], limit: 9)
      #expect(try await store.page(query).places.count == 1)
      try await onThread {
        let ledger = LedgerDatabase(try fixture.location.openLedger(), node: store.node, zone: .utc)
        let rows = (1...6000).map { LedgerRows.row($0, consumer: "c\($0 % 7)") }
        _ = try ledger.move(
          JournalReader.Batch(segment: "s", rows: .of(rows), end: 1, finalLength: nil, damaged: 0), forget: [])
        ledger.close()
      }
      let result = (try await store.list(), store.keyedHash(of: KeyDigest(of: "x")))
      try await store.close()
      return result
    }

    private func copy(_ source: DatabaseFixture, _ target: DatabaseFixture) async throws -> DatabaseCopy.Report {
      let (from, to) = (source.location, target.location)
      return try await onThread { try DatabaseCopy(from: from, to: to) { _ in }.run() }
    }

    private func usage(_ location: DatabaseLocation) throws -> [UsageLine] {
      let reader = try LedgerReader(location)
      defer { reader.close() }
      return try reader.usage(UsageQuery(span: .days(0..<100_000), dimensions: [.consumer]))
    }

    @Test(arguments: DatabaseKind.allCases, DatabaseKind.allCases)
    func everythingArrives(from one: DatabaseKind, to other: DatabaseKind) async throws {
      try await one.with { source in
        try await other.with { target in
          let (keys, hash) = try await filled(source)
          let report = try await copy(source, target)
          #expect(report.rows.first { $0.table == "exchange" }?.rows == 6000)
          #expect(report.rows.first { $0.table == "gateway_key" }?.rows == 3)
          #expect(try usage(target.location) == usage(source.location))
          try FileManager.default.copyItem(
            atPath: source.location.files + ".pepper", toPath: target.location.files + ".pepper")
          let store = try await target.open()
          #expect(try await store.list() == keys)
          #expect(store.keyedHash(of: KeyDigest(of: "x")) == hash)
          #expect(try await store.counters() == [CounterTable.Record(limit: "l", subject: "s", numbers: [1, 2])])
          #expect(try await store.secrets().map(\.name) == ["openai"])
          #expect(try await store.issue(to: "next").issued.id == 4)
          #expect(try await store.user(ofSession: "cookie", now: WallTime(milliseconds: 9))?.name == "eve")
          #expect(try await store.tokens().map(\.label) == ["ci"])
          #expect(try await store.verifyAudit().records == 9)
          let query = ObjectPageQuery(consumer: "app", kind: .files, providers: ["p"], limit: 9)
          #expect(try await store.page(query).places.map(\.id) == ["o"])
          let kept = try await store.exportConversations(ConversationQuery(limit: 100), by: .gateway)
          #expect(kept == (1...45).reversed().map { Conversation.one($0) })
        }
      }
    }

    @Test(arguments: DatabaseKind.allCases)
    func whatSeveralGatewaysHaveCountedIsAddedTogether(_ kind: DatabaseKind) async throws {
      try await DatabaseKind.postgres.with { source in
        try await kind.with { target in
          let stores = [
            try await DatabaseStore.open(source.location, serves: true),
            try await DatabaseStore.open(try source.location(of: "two"), serves: true),
          ]
          let (day, minute) = ("all|requests|day||UTC|", "all|tokens|minute|||")
          for (store, used) in zip(stores, [Int64(5), 7]) {
            try await store.save([
              CounterTable.Record(limit: day, subject: "", numbers: [86400, used]),
              CounterTable.Record(limit: minute, subject: "\(used)", numbers: [20, used]),
              CounterTable.Record(limit: minute, subject: "both", numbers: [used, 1, 20, used]),
            ])
            try await store.close()
          }
          let report = try await copy(source, target)
          #expect(report.nodesAdded == 2)
          #expect(report.rows.first { $0.table == "limit_counter" }?.rows == 4)
          try FileManager.default.copyItem(
            atPath: source.location.files + ".pepper", toPath: target.location.files + ".pepper")
          let counters = try await target.open().counters()
          #expect(
            Set(counters) == [
              CounterTable.Record(limit: day, subject: "", numbers: [86400, 12]),
              CounterTable.Record(limit: minute, subject: "5", numbers: [20, 5]),
              CounterTable.Record(limit: minute, subject: "7", numbers: [20, 7]),
              CounterTable.Record(limit: minute, subject: "both", numbers: [5, 1, 7, 1, 20, 12]),
            ])
        }
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aTargetWithRowsIsRefused(_ kind: DatabaseKind) async throws {
      try await DatabaseKind.sqlite.with { source in
        try await kind.with { target in
          _ = try await filled(source)
          let store = try await DatabaseStore.open(target.location, serves: false)
          try await store.close()
          let error = await #expect(throws: StorageError.self) { try await copy(source, target) }
          #expect(error?.description.hasPrefix("nothing was copied: ") == true, "\(String(describing: error))")
        }
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aSourceThatIsInUseIsRefused(_ kind: DatabaseKind) async throws {
      try await kind.with { source in
        try await DatabaseKind.sqlite.with { target in
          _ = try await filled(source)
          let running = try await source.open()
          let error = await #expect(throws: StorageError.self) { try await copy(source, target) }
          #expect(error?.description.contains("in use") == true, "\(String(describing: error))")
          #expect(try await running.list().count == 3)
          let left = try FileManager.default.contentsOfDirectory(atPath: target.directory.url.path())
          #expect(left.isEmpty)
        }
      }
    }

    @Test func exchangesThatAreStillInTheJournalAreNotLeftBehind() async throws {
      try await DatabaseKind.sqlite.with { source in
        try await DatabaseKind.postgres.with { target in
          _ = try await filled(source)
          let ledger = try LedgerFixture(source.directory, source.location)
          ledger.write([LedgerRows.row(9999)])
          let error = await #expect(throws: StorageError.self) { try await copy(source, target) }
          #expect(error?.description.contains("not in the ledger yet") == true)
        }
      }
    }
  }
}
