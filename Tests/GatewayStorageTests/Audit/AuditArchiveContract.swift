import Foundation
import GatewayCore
import Testing

@testable import GatewayStorage

extension DatabaseStore {
  /// Of the database alone.
  func verifyAudit() async throws -> AuditVerdict {
    try await AuditVerifier(self, AuditDirectory(path: "/nowhere")).changes()
  }
}

extension PostgresTests {
  @Suite struct AuditArchiveContract {
    /// Ten days after the first record.
    private static let now = WallTime(milliseconds: 10 * 86_400_000 + 3_600_000)

    /// A record a day, from the first day of 1970.
    private func fill(_ store: DatabaseStore, _ days: Range<Int64> = 0..<10) async throws {
      for day in days {
        try await store.audit(
          AuditEntry("models.put", "m\(day)", revision: 1, detail: #"{"a":"\u00e9\n"}"#),
          by: AuditAuthor(name: "eve", address: day == 0 ? nil : "10.0.0.1"),
          now: WallTime(milliseconds: day * 86_400_000))
      }
    }

    private func settings(
      _ fixture: DatabaseFixture, archiveAfter: Int? = 5, retention: Int? = nil
    ) -> AuditSettings {
      var settings = AuditSettings(directory: fixture.location.files + ".audit")
      settings.archiveAfter = archiveAfter.map { .seconds($0 * 86_400) }
      settings.retention = retention.map { .seconds($0 * 86_400) }
      return settings
    }

    private func verifier(_ store: DatabaseStore, _ settings: AuditSettings) -> AuditVerifier {
      AuditVerifier(store, AuditDirectory(path: settings.directory))
    }

    @Test(arguments: DatabaseKind.allCases)
    func oldRecordsLeaveForFilesAndTheTrailIsStillWhole(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await fill(store)
        let before = try await store.verifyAudit()
        let settings = settings(fixture)
        let result = try await AuditArchivist(store, settings, largestFile: 3).run(now: Self.now)
        #expect(
          result.archived == ["changes-000000000001-000000000003.jsonl", "changes-000000000004-000000000005.jsonl"])
        #expect(try await store.auditRecords(after: 0, limit: 99).map(\.number) == [6, 7, 8, 9, 10, 11, 12])
        let verdict = try await verifier(store, settings).changes()
        #expect(verdict.records == before.records + 2 && verdict.broken == nil && verdict.gaps.isEmpty)
        var objects: [String] = []
        try await verifier(store, settings).each { objects.append($0.entry.object ?? "") }
        #expect(objects.prefix(10) == (0..<10).map { "m\($0)" }[...])
        let again = try await AuditArchivist(store, settings).run(now: Self.now)
        #expect(again == AuditArchivist.Result())
      }
    }

    @Test(arguments: DatabaseKind.allCases)
    func whatAKilledProcessHasNotRemovedIsArchivedOnce(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await fill(store)
        let settings = settings(fixture)
        let directory = AuditDirectory(path: settings.directory)
        try directory.prepare()
        // So far came a process that was killed before the rows were removed.
        let some = try await store.auditRecords(after: 0, limit: 2)
        try directory.put(some.flatMap { Array($0.line.utf8) + [0x0A] }, as: AuditFile.changes(1...2))
        #expect(try await verifier(store, settings).changes().broken == nil)
        let result = try await AuditArchivist(store, settings).run(now: Self.now)
        #expect(result.archived == ["changes-000000000001-000000000005.jsonl"])
        #expect(directory.files(.changes).map(\.name) == result.archived)
        #expect(try await verifier(store, settings).changes().broken == nil)
      }
    }

    @Test func aRestThatIsNotWhatTheDatabaseHasIsLeftAndNothingIsArchived() async throws {
      try await DatabaseKind.sqlite.with { fixture in
        let store = try await fixture.open()
        try await fill(store)
        let settings = settings(fixture)
        let directory = AuditDirectory(path: settings.directory)
        try directory.prepare()
        let some = try await store.auditRecords(after: 0, limit: 2)
        try directory.put(some.flatMap { Array($0.line.utf8) + [0x0A] }, as: AuditFile.changes(1...2))
        try await fixture.execute("UPDATE admin_audit SET author = 'ada' WHERE number = 1")
        await #expect(throws: AuditVerifier.FileFault.self) {
          try await AuditArchivist(store, settings).run(now: Self.now)
        }
        #expect(try await store.auditRecords(after: 0, limit: 99).count == 10)
      }
    }

    @Test func aChangedOrMissingArchiveIsFound() async throws {
      try await DatabaseKind.sqlite.with { fixture in
        let store = try await fixture.open()
        try await fill(store)
        let settings = settings(fixture)
        let name = try #require(try await AuditArchivist(store, settings).run(now: Self.now).archived.first)
        let file = URL(filePath: settings.directory + "/" + name)
        let text = try String(contentsOf: file, encoding: .utf8)
        for change in [("\"m1\"", "\"m7\""), ("T00:00:00Z", "T00:00:01Z"), ("\"success\"", "\"refused\"")] {
          try Data(text.replacing(change.0, with: change.1).utf8).write(to: file)
          await #expect(throws: AuditVerifier.FileFault.self) { try await verifier(store, settings).changes() }
        }
        let lines = text.split(separator: "\n")
        try Data((lines.dropFirst(2) + [""]).joined(separator: "\n").utf8).write(to: file)
        #expect(try await verifier(store, settings).changes().broken == 3)
        try FileManager.default.removeItem(at: file)
        #expect(try await verifier(store, settings).changes().broken == 6)
        let verdict = try await verifier(store, settings).changes(needsArchives: false)
        #expect(verdict.broken == nil && verdict.gaps == [.init(numbers: 1...5, isArchivedElsewhere: true)])
        try Data(text.utf8).write(to: file)
        #expect(try await verifier(store, settings).changes().broken == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases)
    func filesPastTheirAgeAreDeletedAndTheTrailSaysSo(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        try await fill(store)
        let settings = settings(fixture, archiveAfter: 3, retention: 5)
        let archivist = AuditArchivist(store, settings, largestFile: 4)
        let result = try await archivist.run(now: Self.now)
        #expect(result.archived.count == 2 && result.expired == ["changes-000000000001-000000000004.jsonl"])
        let verdict = try await verifier(store, settings).changes()
        #expect(verdict.broken == nil && verdict.gaps == [.init(numbers: 1...4, isArchivedElsewhere: false)])
        #expect(try await archivist.run(now: Self.now) == AuditArchivist.Result())
        // The rest goes in its time, too, with the records that told of the first.
        let later = WallTime(milliseconds: Self.now.milliseconds + 20 * 86_400_000)
        #expect(try await archivist.run(now: later).expired.count >= 2)
        let last = try await verifier(store, settings).changes()
        #expect(last.broken == nil && last.gaps.allSatisfy { !$0.isArchivedElsewhere })
      }
    }

    @Test func filesOfCallsExpireButNotTheLastOne() async throws {
      try await DatabaseKind.sqlite.with { fixture in
        let store = try await fixture.open()
        let settings = settings(fixture, archiveAfter: nil, retention: 30)
        let trail = try ExchangeTrail(AuditDirectory(path: settings.directory), taken: .start)
        for day in 0..<3 {
          try trail.append([LedgerRows.row(UInt64(day))], now: WallTime(milliseconds: Int64(day) * 86_400_000))
        }
        let taken = AuditTaken(head: trail.head)
        trail.close()
        let later = WallTime(milliseconds: 400 * 86_400_000)
        let result = try await AuditArchivist(store, settings).run(now: later)
        #expect(
          result.expired == ["exchanges-000000000001-1970-01-01.jsonl", "exchanges-000000000002-1970-01-02.jsonl"])
        let verdict = try await verifier(store, settings).exchanges(taken: taken)
        #expect(verdict.fault == nil && verdict.first == 3 && verdict.last == 3)
        try await fixture.execute("DELETE FROM admin_audit")
        let unsaid = try await verifier(store, settings).exchanges(taken: taken)
        #expect(unsaid.fault == .beginningMissing(first: 3))
      }
    }

    @Test func gatewaysOfOneDatabaseArchiveEachRecordOnce() async throws {
      try await DatabaseKind.postgres.with { fixture in
        let stores = [try await fixture.open(), try await fixture.open(try fixture.location(of: "other"))]
        try await fill(stores[0])
        let places = [fixture.location.files, try fixture.location(of: "other").files].map { files in
          var settings = AuditSettings(directory: files + ".audit")
          settings.archiveAfter = .seconds(5 * 86_400)
          return settings
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for (store, settings) in zip(stores, places) {
            group.addTask { _ = try await AuditArchivist(store, settings, largestFile: 2).run(now: Self.now) }
          }
          try await group.waitForAll()
        }
        let files = places.flatMap { AuditDirectory(path: $0.directory).files(.changes).map(\.name) }
        #expect(
          files.sorted() == [
            "changes-000000000001-000000000002.jsonl", "changes-000000000003-000000000004.jsonl",
            "changes-000000000005-000000000005.jsonl",
          ])
        for (store, settings) in zip(stores, places) {
          let verdict = try await verifier(store, settings).changes()
          #expect(verdict.broken == nil && verdict.gaps.allSatisfy(\.isArchivedElsewhere))
        }
      }
    }
  }

  @Suite struct AuditOfChanges {
    private static let eve = AuditAuthor(name: "eve", address: "10.0.0.1")

    private func trail(_ store: DatabaseStore) async throws -> [AuditRecord] {
      try await store.auditRecords(after: 0, limit: 99)
    }

    @Test(arguments: DatabaseKind.allCases)
    func everyChangeOfAKeyIsInTheTrailWithWhatIsDifferent(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        var settings = KeySettings(note: "of \"eve\"")
        settings.rules.models = ["fast"]
        let new = try await store.issue(to: "app", settings, by: Self.eve)
        let id = new.issued.id
        _ = try await store.update(id: id, by: Self.eve) { $0.rules.models = ["fast", "smart"] }
        _ = try await store.disable(id: id, by: Self.eve)
        _ = try await store.enable(id: id, by: Self.eve)
        let next = try #require(try await store.rotate(id: id, grace: .seconds(60), by: Self.eve))
        _ = try await store.revoke(id: id, by: Self.eve)
        _ = try await store.revoke(id: id, by: Self.eve)
        let records = try await trail(store)
        #expect(
          records.map(\.entry.action) == [
            "keys.create", "keys.update", "keys.disable", "keys.enable", "keys.rotate", "keys.revoke",
          ])
        #expect(records.allSatisfy { $0.author == Self.eve && $0.entry.object == new.issued.label })
        let details = records.map { $0.entry.detail ?? "" }
        #expect(
          details[0]
            == #"{"id":\#(id),"consumer":"app","note":"of \"eve\"","rules":{"models":["fast"],"version":1}}"#)
        #expect(
          details[1].hasSuffix(
            #""rules":{"from":{"models":["fast"],"version":1},"to":{"models":["fast","smart"],"version":1}}}"#))
        #expect(details[4].contains(#""successor":\#(next.issued.id),"#))
        let keys = [new.key, next.key].map { $0.reveal { $0 } }
        #expect(details.allSatisfy { detail in keys.allSatisfy { !detail.contains($0) } })
        #expect(try await store.verifyAudit().broken == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases)
    func whatIsRefusedLeavesNoRecord(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let id = try await store.issue(to: "app", by: Self.eve).issued.id
        _ = try await store.revoke(id: id, by: Self.eve)
        await #expect(throws: KeyRefusal.self) { try await store.enable(id: id, by: Self.eve) }
        #expect(try await store.disable(id: 99, by: Self.eve) == nil)
        #expect(try await store.removeSecret(named: "none", by: Self.eve) == false)
        #expect(try await trail(store).map(\.entry.action) == ["keys.create", "keys.revoke"])
      }
    }

    @Test(arguments: DatabaseKind.allCases)
    func changesOfSecretsAreInTheTrailByTheirNames(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let sealed = try SealedSecret(bytes: [1] + [UInt8](repeating: 7, count: 40))
        let secret = StoredSecret(name: "openai", sealed: sealed, setAt: WallTime(milliseconds: 5))
        for _ in 0..<2 { try await store.put(secret, by: Self.eve) }
        _ = try await store.reseal(by: Self.eve) { _ in sealed }
        _ = try await store.removeSecret(named: "openai", by: .terminal)
        let records = try await trail(store)
        #expect(records.map(\.entry.action) == ["secrets.put", "secrets.put", "secrets.reseal", "secrets.delete"])
        #expect(
          records.map(\.entry.detail) == [#"{"new":true}"#, #"{"new":false}"#, #"{"secrets":["openai"]}"#, nil])
        #expect(records.last?.author.name.hasPrefix("terminal:") == true)
      }
    }
  }
}
