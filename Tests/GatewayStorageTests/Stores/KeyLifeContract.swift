import Foundation
import GatewayCore
import GatewayStorage
import GatewayTesting
import Testing

extension PostgresTests {
  /// What becomes of a key after it was issued.
  @Suite struct KeyLifeContract {
    private static let later = WallTime(milliseconds: 4_000_000_000_000)
    private static let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))

    private func settings() throws -> KeySettings {
      var rules = KeyRules()
      rules.models = ["b", "a", "gpt-*"]
      rules.surfaces = [try SurfaceSelection("chat"), try SurfaceSelection("audio.speech")]
      rules.addresses = [try NetworkRange("10.0.0.0/8"), try NetworkRange("2001:db8::/32")]
      rules.limits = [try KeyLimit("20 requests per day"), try KeyLimit("5 concurrent")]
      rules.retries = 0
      rules.timeout = .milliseconds(1500)
      rules.cache = CacheRule(isOn: true, ttl: .seconds(3600))
      return KeySettings(note: "for ann's \"phone\"", expiresAt: Self.later, rules: rules)
    }

    @Test(arguments: DatabaseKind.allCases) func aKeyKeepsItsRulesInTheirOrder(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let settings = try settings()
        let new = try await store.issue(to: "app", settings)
        #expect(new.issued.settings == settings)
        #expect(try await store.key(id: new.issued.id) == new.issued)
        #expect(try await store.list() == [new.issued])
        let active = try #require(try await store.activeKeys().first)
        #expect(active.rules?.rules == settings.rules)
        #expect(active.expiresAt == Self.later)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func keysWithTheSameRulesShareThem(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        for _ in 0..<2 { _ = try await store.issue(to: "app", try settings()) }
        _ = try await store.issue(to: "app")
        let rules = try await store.activeKeys().map(\.rules)
        #expect(rules[0] != nil && rules[0] === rules[1])
        #expect(rules[2] == nil)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func anUpdateLeavesTheRestAsItIs(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let settings = try settings()
        let id = try await store.issue(to: "app", settings).issued.id
        let updated = try #require(try await store.update(id: id) { $0.rules.models = ["c"] })
        var expected = settings
        expected.rules.models = ["c"]
        #expect(updated.settings == expected)
        #expect(try await store.key(id: id) == updated)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aDisabledKeyCanBeEnabledAgain(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let id = try await store.issue(to: "app").issued.id
        #expect(try await store.disable(id: id)?.state(now: Self.now) == .disabled)
        #expect(try await store.activeKeys().map(\.isDisabled) == [true])
        #expect(try await store.enable(id: id)?.state(now: Self.now) == .active)
        #expect(try await store.activeKeys().map(\.isDisabled) == [false])
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aRevokedKeyCannotBeChangedAnyMore(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let id = try await store.issue(to: "app").issued.id
        let revoked = try await store.revoke(id: id)
        await #expect(throws: KeyRefusal.revoked(id: id)) { try await store.enable(id: id) }
        await #expect(throws: KeyRefusal.revoked(id: id)) { try await store.disable(id: id) }
        await #expect(throws: KeyRefusal.revoked(id: id)) { try await store.update(id: id) { $0.note = "x" } }
        await #expect(throws: KeyRefusal.revoked(id: id)) { try await store.rotate(id: id, grace: .zero) }
        #expect(try await store.key(id: id) == revoked)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aSuccessorHasTheRulesAndTheLineageOfItsKey(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let settings = try settings()
        let first = try await store.issue(to: "app", settings).issued
        let second = try #require(try await store.rotate(id: first.id, grace: .seconds(3600)))
        #expect(second.issued.settings == settings)
        #expect(second.issued.lineage == first.id)
        #expect(second.issued.consumer == "app")
        let third = try #require(try await store.rotate(id: second.issued.id, grace: .zero))
        #expect(third.issued.lineage == first.id)
        #expect(Set([first.label, second.issued.label, third.issued.label]).count == 3)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aRotatedKeyIsGoodUntilItsGraceTimeEnds(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let id = try await store.issue(to: "app").issued.id
        let successor = try #require(try await store.rotate(id: id, grace: .seconds(3600))).issued
        let old = try #require(try await store.key(id: id))
        let end = try #require(old.settings?.expiresAt)
        #expect(old.successor == successor.id)
        #expect(old.state(now: Self.now) == .rotating)
        #expect(old.state(now: end) == .expired)
        #expect(abs(end.seconds - Self.now.seconds - 3600) < 60)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func aGraceTimeDoesNotProlongAKey(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let soon = WallTime(milliseconds: Self.now.milliseconds + 60_000)
        let id = try await store.issue(to: "app", KeySettings(expiresAt: soon)).issued.id
        _ = try await store.rotate(id: id, grace: .seconds(3600))
        #expect(try await store.key(id: id)?.settings?.expiresAt == soon)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func onlyAKeyThatIsGoodIsRotatedAndOnlyOnce(_ kind: DatabaseKind)
      async throws
    {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let rotated = try await store.issue(to: "app").issued.id
        let successor = try #require(try await store.rotate(id: rotated, grace: .seconds(3600))).issued.id
        await #expect(throws: KeyRefusal.rotated(id: rotated, successor: successor)) {
          try await store.rotate(id: rotated, grace: .zero)
        }
        let disabled = try await store.issue(to: "app").issued.id
        _ = try await store.disable(id: disabled)
        await #expect(throws: KeyRefusal.notEnabled(id: disabled)) {
          try await store.rotate(id: disabled, grace: .zero)
        }
        let expired = try await store.issue(to: "app", KeySettings(expiresAt: WallTime(milliseconds: 1))).issued.id
        await #expect(throws: KeyRefusal.expired(id: expired)) { try await store.rotate(id: expired, grace: .zero) }
        #expect(try await store.list().count == 4)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func whatIsNotThereIsNotFound(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        #expect(try await store.key(id: 9) == nil)
        #expect(try await store.update(id: 9) { $0.note = "x" } == nil)
        #expect(try await store.disable(id: 9) == nil)
        #expect(try await store.enable(id: 9) == nil)
        #expect(try await store.rotate(id: 9, grace: .zero) == nil)
        #expect(try await store.list().isEmpty)
      }
    }

    @Test(arguments: DatabaseKind.allCases) func everyChangeMovesTheVersion(_ kind: DatabaseKind) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let id = try await store.issue(to: "app").issued.id
        var seen = [try await store.version()]
        _ = try await store.update(id: id) { $0.note = "x" }
        seen.append(try await store.version())
        _ = try await store.disable(id: id)
        seen.append(try await store.version())
        _ = try await store.enable(id: id)
        seen.append(try await store.version())
        _ = try await store.rotate(id: id, grace: .zero)
        seen.append(try await store.version())
        #expect(Set(seen).count == 5)
      }
    }

    @Test(
      arguments: DatabaseKind.allCases,
      [
        #"{"version":2,"models":["a"]}"#, #"{"version":1,"teams":["a"]}"#, #"{"version":1,"surfaces":["telepathy"]}"#,
        #"{"version":1,"limits":["20 requests per decade"]}"#, #"{"version":1,"addresses":["10.0.0.1/8"]}"#, "[]", "x",
      ])
    func aKeyWhoseRulesAreNotUnderstoodIsRefused(_ kind: DatabaseKind, _ text: String) async throws {
      try await kind.with { fixture in
        let store = try await fixture.open()
        let id = try await store.issue(to: "app").issued.id
        let good = try await store.issue(to: "app").issued.id
        try await fixture.execute("UPDATE gateway_key SET rules = ? WHERE id = \(id)", [text])
        #expect(try await store.activeKeys().map(\.id) == [good])
        #expect(try await store.key(id: id)?.state(now: Self.now) == .unreadable)
        await #expect(throws: KeyRefusal.unreadable(id: id)) { try await store.update(id: id) { $0.note = "x" } }
        #expect(try await store.revoke(id: id)?.state(now: Self.now) == .revoked)
      }
    }
  }
}
