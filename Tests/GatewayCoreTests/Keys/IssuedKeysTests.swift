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
    issued(StoredKeySet(keys))
  }

  private static func issued(_ keys: StoredKeySet) -> IssuedKeys {
    IssuedKeys(keys, consumers: ["a", "b"].map { Consumer(name: $0, models: nil) }) { $0 }
  }

  @Test func everyKeyIsFoundAlsoWhereHashesBeginAlike() {
    // The same first word: one chain of slots.
    let keys = (0..<1000).map { Self.key($0, hash: Self.hash(UInt64($0 / 10), second: UInt64($0))) }
    let table = Self.table(keys)
    #expect(table.keys.count == 1000)
    for key in keys { #expect(table.find(key.hash)?.caller.key?.id == key.id) }
    #expect(table.find(Self.hash(3, second: 5)) == nil)
    #expect(table.find(Self.hash(100)) == nil)
  }

  @Test func thereIsNothingInAnEmptyTable() {
    #expect(Self.table([]).find(Self.hash(0)) == nil)
  }

  @Test func keysOfUnknownConsumersAreNotFound() {
    let table = Self.table([
      Self.key(1, hash: Self.hash(1), consumer: "gone"), Self.key(2, hash: Self.hash(2), consumer: "b"),
    ])
    #expect(table.find(Self.hash(1)) == nil)
    #expect(table.find(Self.hash(2))?.caller.consumer.name == "b")
    #expect(table.keys.count(of: "b") == 1)
    #expect(table.keys.count(of: "a") == 0)
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

  @Test func aKeyThatComesAgainIsNotHashedAgainAndARevokedOneIsNotFound() throws {
    let calls = Mutex(0)
    func snapshot(_ keys: [ActiveKey]) -> GatewaySnapshot {
      let issued = IssuedKeys(StoredKeySet(keys), consumers: [Consumer(name: "a", models: nil)]) { digest in
        calls.withLock { $0 += 1 }
        return digest
      }
      return GatewaySnapshot(
        revision: 1, server: ServerSettings(), providers: [], models: ModelTable(routes: []), consumers: [], keys: [:],
        issuedKeys: issued, isOpen: false)
    }
    let (key, stranger) = (Self.hash(1), Self.hash(1, second: 1))
    let first = snapshot([Self.key(1, hash: key)])
    var known = KnownKeys(of: first)
    let caller = try #require(first.find(holding: key, remembering: &known)?.caller)
    for _ in 0..<2 { #expect(first.find(holding: key, remembering: &known)?.caller === caller) }
    #expect(caller.key?.id == 1)
    #expect(calls.withLock { $0 } == 1)
    // Its place is the same, and it displaces nobody.
    for _ in 0..<2 { #expect(first.find(holding: stranger, remembering: &known) == nil) }
    #expect(calls.withLock { $0 } == 3)
    let later = snapshot([Self.key(2, hash: key)])
    known.follow(later)
    #expect(later.find(holding: key, remembering: &known)?.caller.key?.id == 2)
    #expect(calls.withLock { $0 } == 3)
    let revoked = snapshot([Self.key(3, hash: Self.hash(3))])
    known.follow(revoked)
    #expect(revoked.find(holding: key, remembering: &known) == nil)
  }

  /// Requests that came before a change still ask the configuration of their time.
  @Test func whoHoldsAKeyIsKnownOfOneConfigurationOnly() {
    func snapshot(_ id: Int64) -> GatewaySnapshot {
      let issued = IssuedKeys(
        StoredKeySet([Self.key(id, hash: Self.hash(1))]), consumers: [Consumer(name: "a", models: nil)]
      ) { $0 }
      return GatewaySnapshot(
        revision: 1, server: ServerSettings(), providers: [], models: ModelTable(routes: []), consumers: [],
        keys: [Self.hash(9): Consumer(name: "file\(id)", models: nil)], issuedKeys: issued, isOpen: false)
    }
    let (older, newer) = (snapshot(1), snapshot(2))
    var known = KnownKeys(of: newer)
    for (asked, id) in [(older, Int64(1)), (newer, 2), (older, 1), (older, 1), (newer, 2)] {
      #expect(asked.find(holding: Self.hash(1), remembering: &known)?.caller.key?.id == id)
      #expect(asked.find(holding: Self.hash(9), remembering: &known)?.caller.consumer.name == "file\(id)")
    }
  }

  @Test func otherKeysOfTheSameConfigurationKeepWhatIsCompiled() throws {
    var rules = KeyRules()
    rules.models = ["m"]
    let table = Self.issued(
      StoredKeySet((0..<20_000).map { Self.key($0, hash: Self.hash(UInt64($0)), rules: ActiveKey.Rules(rules)) }))
    let policy = try #require(table.find(Self.hash(7))?.caller.key?.policy)
    let keys = table.keys.applying(KeyChanges(number: 1, keys: [Self.key(20_000, hash: Self.hash(20_000))]))
    let later = table.replaced(by: keys) { $0 }
    #expect(later.find(Self.hash(7))?.caller.key?.policy === policy)
    #expect(later.find(Self.hash(20_000))?.caller.key?.id == 20_000)
    #expect(table.find(Self.hash(20_000)) == nil)
  }

  // Both below and above the number of keys that are merged with each change.
  @Test(arguments: [10, 20_000]) func changesTakeThePlaceOfWhatWas(_ count: Int64) {
    let keys = StoredKeySet((0..<count).map { Self.key($0, hash: Self.hash(UInt64($0))) })
    let changed = keys.applying(
      KeyChanges(
        number: 1,
        keys: [
          Self.key(2, hash: Self.hash(2), isDisabled: true), Self.key(3, hash: Self.hash(3), expiresAt: 5),
          Self.key(count, hash: Self.hash(UInt64(count)), consumer: "b"),
        ], gone: [Self.hash(1), Self.hash(99_999)]))
    for set in [changed, changed.merged()] {
      let table = Self.issued(set)
      #expect(table.find(Self.hash(0))?.isDisabled == false)
      #expect(table.find(Self.hash(1)) == nil)
      #expect(table.find(Self.hash(2))?.isDisabled == true)
      #expect(table.find(Self.hash(3))?.expiresAt == WallTime(milliseconds: 5))
      #expect(table.find(Self.hash(UInt64(count)))?.caller.consumer.name == "b")
      #expect(set.count == Int(count))
      #expect(set.count(of: "a") == Int(count) - 1)
      #expect(set.consumers == ["a", "b"])
      #expect(set.hash(ofKey: 1) == nil)
      #expect(set.hash(ofKey: count) == Self.hash(UInt64(count)))
    }
  }

  @Test(arguments: [10, 20_000]) func aChangedKeyCanChangeAgainAndGoAndComeBack(_ count: Int64) {
    var keys = StoredKeySet((0..<count).map { Self.key($0, hash: Self.hash(UInt64($0))) })
    func changed(_ change: KeyChanges) -> IssuedKeys {
      keys = keys.applying(change)
      return Self.issued(keys)
    }
    let (first, new) = (Self.hash(1), Self.hash(77_777))
    #expect(
      changed(KeyChanges(number: 1, keys: [Self.key(1, hash: first, isDisabled: true)])).find(first)?.isDisabled == true
    )
    #expect(changed(KeyChanges(number: 2, keys: [Self.key(1, hash: first)])).find(first)?.isDisabled == false)
    #expect(changed(KeyChanges(number: 3, gone: [first])).find(first) == nil)
    #expect(keys.count == Int(count) - 1)
    #expect(changed(KeyChanges(number: 4, keys: [Self.key(1, hash: first)])).find(first)?.caller.key?.id == 1)
    #expect(changed(KeyChanges(number: 5, keys: [Self.key(count, hash: new)])).find(new)?.caller.key?.id == count)
    #expect(changed(KeyChanges(number: 6, gone: [new])).find(new) == nil)
    #expect(keys.count == Int(count))
  }

  @Test func consumersAndModelsOfTheLastKeyGoWithIt() {
    var rules = KeyRules()
    rules.models = ["m"]
    var keys = StoredKeySet((0..<20_000).map { Self.key($0, hash: Self.hash(UInt64($0))) })
    let special = Self.key(20_000, hash: Self.hash(20_000), consumer: "b", rules: ActiveKey.Rules(rules))
    keys = keys.applying(KeyChanges(number: 1, keys: [special])).merged()
    #expect(keys.consumers == ["a", "b"])
    #expect(keys.models == ["m"])
    keys = keys.applying(KeyChanges(number: 2, gone: [Self.hash(20_000)]))
    #expect(keys.consumers == ["a"])
    #expect(keys.models.isEmpty)
  }

  @Test func manyChangesAreDueForMergingAndFewAreNot() {
    let keys = StoredKeySet((0..<20_000).map { Self.key($0, hash: Self.hash(UInt64($0))) })
    func gone(_ count: UInt64) -> StoredKeySet {
      keys.applying(KeyChanges(number: 1, gone: (0..<count).map { Self.hash($0) }))
    }
    #expect(!keys.isMergingDue)
    #expect(!gone(100).isMergingDue)
    #expect(gone(200).isMergingDue)
    #expect(!gone(200).merged().isMergingDue)
    #expect(gone(200).merged().count == 19_800)
  }

  @Test func manyChangesEndWhereAllKeysReadAnewWould() {
    var state: UInt64 = 1
    func random(_ limit: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
    var known: [KeyDigest: ActiveKey] = [:]
    for id in 0..<12_000 { known[Self.hash(UInt64(id))] = Self.key(Int64(id), hash: Self.hash(UInt64(id))) }
    var keys = StoredKeySet(Array(known.values))
    for turn in 0..<60 {
      var changed: [KeyDigest: ActiveKey?] = [:]
      for _ in 0...random(5) {
        let id = random(12_500)
        let key = Self.key(
          Int64(id), hash: Self.hash(id), consumer: random(2) == 0 ? "a" : "b", isDisabled: random(2) == 0)
        changed[key.hash] = .some(random(3) == 0 ? nil : key)
      }
      for (hash, key) in changed { known[hash] = key }
      keys = keys.applying(
        KeyChanges(
          number: Int64(turn), keys: changed.values.compactMap { $0 },
          gone: changed.filter { $0.value == nil }.map(\.key)))
      if keys.isMergingDue { keys = keys.merged() }
    }
    let table = Self.issued(keys)
    #expect(keys.count == known.count)
    for name in ["a", "b"] { #expect(keys.count(of: name) == known.values.count { $0.consumer == name }) }
    let isRight = (UInt64(0)..<12_500).allSatisfy { id in
      let (found, key) = (table.find(Self.hash(id)), known[Self.hash(id)])
      return found?.caller.key?.id == key?.id && found?.isDisabled == key?.isDisabled
        && found?.caller.consumer.name == key?.consumer
    }
    #expect(isRight)
  }
}
