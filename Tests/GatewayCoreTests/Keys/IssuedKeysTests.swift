import GatewayCore
import Synchronization
import Testing

@Suite struct IssuedKeysTests {
  private static func hash(_ number: UInt64, second: UInt64 = 0) -> KeyDigest {
    withUnsafeBytes(of: (number, second, UInt64(0), UInt64(0))) { KeyDigest(sha256: $0) }
  }

  private static func key(
    _ id: Int64, hash: KeyDigest, consumer: String = "a", isDisabled: Bool = false, expiresAt: Int64? = nil,
    rules: ActiveKey.Rules? = nil
  ) -> ActiveKey {
    ActiveKey(
      id: id, label: "sk-sluice-\(id)", hash: hash, consumer: consumer, isDisabled: isDisabled,
      expiresAt: expiresAt.map { WallTime(milliseconds: $0) }, rules: rules)
  }

  private static func table(_ keys: [ActiveKey]) -> IssuedKeys {
    IssuedKeys(keys, consumers: ["a", "b"].map { Consumer(name: $0, models: nil) }) { $0 }
  }

  @Test func everyKeyIsFoundAlsoWhereHashesBeginAlike() {
    // The same first word: one chain of slots.
    let keys = (0..<1000).map { Self.key($0, hash: Self.hash(UInt64($0 / 10), second: UInt64($0))) }
    let table = Self.table(keys)
    #expect(table.count == 1000)
    for key in keys { #expect(table.find(key.hash)?.caller.key?.id == key.id) }
    #expect(table.find(Self.hash(3, second: 5)) == nil)
    #expect(table.find(Self.hash(100)) == nil)
  }

  @Test func thereIsNothingInAnEmptyTable() {
    #expect(Self.table([]).find(Self.hash(0)) == nil)
  }

  @Test func keysOfUnknownConsumersAreLeftOut() {
    let table = Self.table([
      Self.key(1, hash: Self.hash(1), consumer: "gone"), Self.key(2, hash: Self.hash(2), consumer: "b"),
    ])
    #expect(table.find(Self.hash(1)) == nil)
    #expect(table.find(Self.hash(2))?.caller.consumer.name == "b")
    #expect(table.count(of: "b") == 1)
    #expect(table.count(of: "a") == 0)
  }

  @Test func keysWithTheSameRulesShareOnePolicy() throws {
    var rules = KeyRules()
    rules.models = ["m"]
    let shared = ActiveKey.Rules(rules)
    let table = Self.table([
      Self.key(1, hash: Self.hash(1), rules: shared), Self.key(2, hash: Self.hash(2), rules: shared),
      Self.key(3, hash: Self.hash(3)),
    ])
    let policy = try #require(table.find(Self.hash(1))?.caller.key?.policy)
    #expect(table.find(Self.hash(2))?.caller.key?.policy === policy)
    #expect(table.find(Self.hash(3))?.caller.key?.policy == nil)
    #expect(table.find(Self.hash(1))?.caller.mayUse("n") == false)
    #expect(table.find(Self.hash(3))?.caller.mayUse("n") == true)
  }

  @Test func aKeyThatComesAgainIsNotHashedAgainAndARevokedOneIsNotFound() {
    let calls = Mutex(0)
    func snapshot(_ keys: [ActiveKey]) -> GatewaySnapshot {
      let issued = IssuedKeys(keys, consumers: [Consumer(name: "a", models: nil)]) { digest in
        calls.withLock { $0 += 1 }
        return digest
      }
      return GatewaySnapshot(
        revision: 1, server: ServerSettings(), providers: [], models: ModelTable(routes: []), consumers: [], keys: [:],
        issuedKeys: issued, isOpen: false)
    }
    let (key, stranger) = (Self.hash(1), Self.hash(1, second: 1))
    var hashes = KeyedHashes()
    let first = snapshot([Self.key(1, hash: key)])
    for _ in 0..<3 { #expect(first.find(holding: key, remembering: &hashes)?.caller.key?.id == 1) }
    #expect(calls.withLock { $0 } == 1)
    // Its place is the same, and it displaces nobody.
    for _ in 0..<2 { #expect(first.find(holding: stranger, remembering: &hashes) == nil) }
    #expect(hashes[key] == key && hashes[stranger] == nil)
    #expect(snapshot([]).find(holding: key, remembering: &hashes) == nil)
    #expect(calls.withLock { $0 } == 3)
  }

  @Test func restrictingTakesKeysAwayAndBringsNone() {
    let table = Self.table([
      Self.key(1, hash: Self.hash(1)), Self.key(2, hash: Self.hash(2)), Self.key(3, hash: Self.hash(3)),
    ])
    let left = table.restricted(to: [
      Self.key(2, hash: Self.hash(2), isDisabled: true), Self.key(3, hash: Self.hash(3), expiresAt: 5),
      Self.key(4, hash: Self.hash(4)),
    ])
    #expect(left.find(Self.hash(1)) == nil)
    #expect(left.find(Self.hash(2))?.isDisabled == true)
    #expect(left.find(Self.hash(3))?.expiresAt == WallTime(milliseconds: 5))
    #expect(left.find(Self.hash(4)) == nil)
    #expect(left.hasChanged(from: table))
    #expect(!table.hasChanged(from: table))
  }
}
