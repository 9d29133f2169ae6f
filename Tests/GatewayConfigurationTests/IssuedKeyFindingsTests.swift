import GatewayConfiguration
import GatewayCore
import Testing

/// What a configuration says of the keys of the database, which change while it stays.
struct IssuedKeyFindingsTests {
  private static func key(_ number: UInt64, consumer: String, models: [String] = []) -> ActiveKey {
    let hash = withUnsafeBytes(of: (number, UInt64(0), UInt64(0), UInt64(0))) { KeyDigest(sha256: $0) }
    var rules = KeyRules()
    rules.models = models
    return ActiveKey(
      id: Int64(number), label: "sk-x", hash: hash, consumer: consumer,
      rules: models.isEmpty ? nil : ActiveKey.Rules(rules))
  }

  private static let file = "providers: { e: { kind: echo } }\nconsumers:\n  a: {}\n"

  private static func problems(_ result: LoadResult, _ keys: [ActiveKey]) -> [String] {
    result.with(StoredKeySet(keys)) { $0 }.problems.map(\.description)
  }

  @Test func aConsumerIsWithoutKeyUntilOneIsIssuedAndAgainWhenItGoes() {
    let result = Loading.load(Self.file)
    let warning =
      "sluice.yaml:3:3: warning: nobody can call as 'a': it has no key; add 'keys', or `sluice keys create --consumer a` "
      + "(consumers.a)"
    #expect(result.problems.map(\.description) == [warning])
    #expect(Self.problems(result, [Self.key(1, consumer: "a")]).isEmpty)
    #expect(Self.problems(result.with(StoredKeySet([Self.key(1, consumer: "a")])) { $0 }, []) == [warning])
  }

  @Test func keysOfStrangersAndOfLostModelsAreTold() {
    let keys = [Self.key(1, consumer: "a", models: ["e/echo", "gone"]), Self.key(2, consumer: "b")]
    #expect(
      Self.problems(Loading.load(Self.file), keys) == [
        "sluice.yaml: warning: keys of the database belong to consumer 'b', which is not in this file; they are refused; "
          + "add the consumer, or revoke its keys (consumers)",
        "sluice.yaml: warning: keys of the database may use 'gone', which this file does not have; add the model, or change "
          + "the keys with `sluice keys update` (models)",
      ])
  }

  @Test func otherKeysMakeNoOtherRevision() throws {
    let result = Loading.load(Self.file) { $0.revision = 7 }
    #expect(!result.mustBeCompiled(for: StoredKeySet([Self.key(1, consumer: "a")])))
    let snapshot = try #require(result.with(StoredKeySet([Self.key(1, consumer: "a")])) { $0 }.snapshot)
    #expect(snapshot.revision == 7)
    #expect(snapshot.find(holding: Self.key(1, consumer: "a").hash)?.caller.consumer.name == "a")
    #expect(result.snapshot?.find(holding: Self.key(1, consumer: "a").hash) == nil)
  }

  @Test func whereKeysBringTheirConsumersOtherConsumersNeedAnotherLoad() {
    let result = Loading.load("providers: { e: { kind: echo } }") {
      $0.storedKeys = StoredKeySet([Self.key(1, consumer: "a")])
    }
    #expect(!result.mustBeCompiled(for: StoredKeySet([Self.key(2, consumer: "a")])))
    #expect(result.mustBeCompiled(for: StoredKeySet([Self.key(1, consumer: "a"), Self.key(2, consumer: "b")])))
    #expect(result.mustBeCompiled(for: .empty))
    #expect(
      Loading.load("providers: { e: { kind: echo } }").mustBeCompiled(for: StoredKeySet([Self.key(1, consumer: "a")])))
  }

  @Test func aFileThatTakesNoKeysSaysSoOnceThereAreSome() {
    let result = Loading.load(
      """
      providers: { e: { kind: echo } }
      authentication: [hmac]
      consumers:
        a: { signing: { keys: { k: env:SIGNING_SECRET } } }

      """)
    #expect(Self.problems(result, []).isEmpty)
    #expect(
      Self.problems(result, [Self.key(1, consumer: "a")]) == [
        "sluice.yaml:2:1: warning: the keys of the database let nobody in: 'authentication' does not name 'keys'; "
          + "add 'keys', or revoke them (authentication)"
      ])
  }
}
