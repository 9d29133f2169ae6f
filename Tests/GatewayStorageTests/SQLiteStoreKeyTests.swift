import Foundation
import GatewayCore
import GatewayStorage
import Testing

@Suite struct SQLiteStoreKeyTests {
  private let directory: TemporaryDirectory
  private let store: SQLiteStore

  init() throws {
    directory = try TemporaryDirectory()
    store = try SQLiteStore(path: directory.path("sluice.db"))
  }

  @Test func anIssuedKeyIsFoundByTheKeyedHashOfItsDigest() async throws {
    let new = try await store.issue(to: "mobile-app")
    let digest = new.key.reveal { KeyDigest(of: $0) }
    let active = try await store.activeKeys()
    #expect(active.map(\.id) == [new.issued.id])
    #expect(active.map(\.hash) == [store.keyedHash(of: digest)])
    #expect(active.map(\.consumer) == ["mobile-app"])
    #expect(store.keyedHash(of: digest) != digest)
  }

  @Test func aListShowsLabelsAndDatesButNoKey() async throws {
    let before = Date().timeIntervalSince1970
    let new = try await store.issue(to: "mobile-app")
    let listed = try await store.list()
    #expect(listed == [new.issued])
    #expect(new.key.reveal { $0.hasPrefix(listed[0].label) && $0.count > listed[0].label.count + 30 })
    #expect(abs(Double(listed[0].createdAt.seconds) - before) < 60)
    #expect(listed[0].revokedAt == nil)
  }

  @Test func theFilesHoldNeitherTheKeyNorItsPlainDigest() async throws {
    let new = try await store.issue(to: "mobile-app")
    let (secret, digest) = new.key.reveal { (Data($0.utf8), KeyDigest(of: $0)) }
    for file in try FileManager.default.contentsOfDirectory(atPath: directory.url.path()) {
      let bytes = try Data(contentsOf: directory.url.appending(path: file))
      #expect(bytes.range(of: secret) == nil, "\(file)")
      #expect(bytes.range(of: withUnsafeBytes(of: digest) { Data($0) }) == nil, "\(file)")
    }
  }

  @Test func aRevokedKeyIsListedAndIsNoLongerActive() async throws {
    let kept = try await store.issue(to: "kept")
    let lost = try await store.issue(to: "lost")
    let revoked = try #require(try await store.revoke(id: lost.issued.id))
    #expect(revoked.revokedAt != nil)
    #expect(try await store.activeKeys().map(\.id) == [kept.issued.id])
    #expect(try await store.list() == [kept.issued, revoked])
  }

  @Test func revokingTwiceKeepsTheFirstDate() async throws {
    let id = try await store.issue(to: "app").issued.id
    let first = try await store.revoke(id: id)
    #expect(try await store.revoke(id: id) == first)
  }

  @Test func revokingAnUnknownKeyFindsNothing() async throws {
    #expect(try await store.revoke(id: 42) == nil)
  }

  @Test func theIDOfAKeyIsNeverGivenAgain() async throws {
    let first = try await store.issue(to: "app").issued.id
    #expect(try await store.issue(to: "app").issued.id > first)
  }

  @Test func theVersionStaysWhileNothingChanges() async throws {
    let version = try await store.version()
    _ = try await store.list()
    _ = try await store.activeKeys()
    #expect(try await store.version() == version)
  }

  @Test func theVersionMovesWithEveryChangeOfOurOwn() async throws {
    var seen = [try await store.version()]
    let id = try await store.issue(to: "app").issued.id
    seen.append(try await store.version())
    _ = try await store.revoke(id: id)
    seen.append(try await store.version())
    #expect(Set(seen).count == 3)
  }

  @Test func changesOfAnotherProcessAreNoticedAndRead() async throws {
    let version = try await store.version()
    let other = try SQLiteStore(path: directory.path("sluice.db"))
    let new = try await other.issue(to: "app")
    #expect(try await store.version() != version)
    #expect(try await store.activeKeys().map(\.id) == [new.issued.id])
    let issued = try await store.version()
    _ = try await other.revoke(id: new.issued.id)
    #expect(try await store.version() != issued)
    #expect(try await store.activeKeys().isEmpty)
  }

  @Test func keysOutliveTheProcess() async throws {
    let new = try await store.issue(to: "app")
    let digest = new.key.reveal { KeyDigest(of: $0) }
    try store.close()
    let again = try SQLiteStore(path: directory.path("sluice.db"))
    #expect(try await again.activeKeys().map(\.hash) == [again.keyedHash(of: digest)])
  }
}
