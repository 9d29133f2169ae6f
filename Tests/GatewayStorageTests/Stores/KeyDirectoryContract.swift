import Foundation
import GatewayCore
import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  @Suite struct KeyDirectoryContract {
    @Test(arguments: DatabaseKind.allCases) func anIssuedKeyIsFoundByTheKeyedHashOfItsDigest(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let new = try await store.issue(to: "mobile-app")
        let digest = new.key.reveal { KeyDigest(of: $0) }
        let active = try await store.activeKeys()
        #expect(active.map(\.id) == [new.issued.id])
        #expect(active.map(\.hash) == [store.keyedHash(of: digest)])
        #expect(active.map(\.consumer) == ["mobile-app"])
        #expect(store.keyedHash(of: digest) != digest)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aListShowsLabelsAndDatesButNoKey(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let before = Date().timeIntervalSince1970
        let new = try await store.issue(to: "mobile-app")
        let listed = try await store.list()
        #expect(listed == [new.issued])
        #expect(new.key.reveal { $0.hasPrefix(listed[0].label) && $0.count > listed[0].label.count + 30 })
        #expect(abs(Double(listed[0].createdAt.seconds) - before) < 60)
        #expect(listed[0].revokedAt == nil)
      }
    }

    @Test func theFilesHoldNeitherTheKeyNorItsPlainDigest() async throws {
      try await DatabaseKind.sqlite.with { fixture in
        let store = try await fixture.open()
        let new = try await store.issue(to: "mobile-app")
        let (secret, digest) = new.key.reveal { (Data($0.utf8), KeyDigest(of: $0)) }
        for file in try FileManager.default.contentsOfDirectory(atPath: fixture.directory.url.path()) {
          let bytes = try Data(contentsOf: fixture.directory.url.appending(path: file))
          #expect(bytes.range(of: secret) == nil, "\(file)")
          #expect(bytes.range(of: withUnsafeBytes(of: digest) { Data($0) }) == nil, "\(file)")
        }
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aRevokedKeyIsListedAndIsNoLongerActive(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let kept = try await store.issue(to: "kept")
        let lost = try await store.issue(to: "lost")
        let revoked = try #require(try await store.revoke(id: lost.issued.id))
        #expect(revoked.revokedAt != nil)
        #expect(try await store.activeKeys().map(\.id) == [kept.issued.id])
        #expect(try await store.list() == [kept.issued, revoked])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func revokingTwiceKeepsTheFirstDate(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let id = try await store.issue(to: "app").issued.id
        let first = try await store.revoke(id: id)
        #expect(try await store.revoke(id: id) == first)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func revokingAnUnknownKeyFindsNothing(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        #expect(try await store.revoke(id: 42) == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func theIDOfAKeyIsNeverGivenAgain(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let first = try await store.issue(to: "app").issued.id
        #expect(try await store.issue(to: "app").issued.id > first)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func theVersionStaysWhileNothingChanges(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let version = try await store.version()
        _ = try await store.list()
        _ = try await store.activeKeys()
        #expect(try await store.version() == version)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func theVersionMovesWithEveryChangeOfOurOwn(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        var seen = [try await store.version()]
        let id = try await store.issue(to: "app").issued.id
        seen.append(try await store.version())
        _ = try await store.revoke(id: id)
        seen.append(try await store.version())
        #expect(Set(seen).count == 3)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func changesOfAnotherProcessAreNoticedAndRead(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let version = try await store.version()
        let other = try await fixture.open(try fixture.location(of: "other"))
        let new = try await other.issue(to: "app")
        try await eventually("the key is noticed") { try await store.version() != version }
        #expect(try await store.activeKeys().map(\.id) == [new.issued.id])
        let issued = try await store.version()
        _ = try await other.revoke(id: new.issued.id)
        try await eventually("its end is noticed") { try await store.version() != issued }
        #expect(try await store.activeKeys().isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func changesThatRaceForOneKeyFollowEachOther(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let stores = [try await fixture.open(), try await fixture.open(try fixture.location(of: "other"))]
        let id = try await stores[0].issue(to: "app").issued.id
        let rotated = await withTaskGroup(of: Bool.self) { group in
          for turn in 0..<8 {
            group.addTask { (try? await stores[turn % 2].rotate(id: id, grace: .seconds(60))) ?? nil != nil }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(rotated == 1)
        #expect(try await stores[0].list().count == 2)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func moreKeysThanAPageAreAllRead(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let series = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001)"
        let hash = kind == .sqlite ? "randomblob(32)" : "sha256(convert_to(i::text, 'UTF8'))"
        try await fixture.execute(
          "\(series) INSERT INTO gateway_key (hash, label, consumer, created_at) SELECT \(hash), 'sk-x', 'app', 1 FROM n"
        )
        #expect(try await store.activeKeys().map(\.id) == Array(1...20_001))
      }
    }

    @Test(arguments: DatabaseKind.allCases) func keysOutliveTheProcess(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let new = try await store.issue(to: "app")
        let digest = new.key.reveal { KeyDigest(of: $0) }
        try await store.close()
        let again = try await fixture.open()
        #expect(try await again.activeKeys().map(\.hash) == [again.keyedHash(of: digest)])
      }
    }
  }
}
