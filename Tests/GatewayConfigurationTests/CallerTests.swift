import Crypto
import GatewayConfiguration
import GatewayCore
import Testing

/// Who may call.
struct CallerTests {
  private static func digest(_ key: String) -> KeyDigest? {
    KeyDigest(hex: SHA256.hash(data: Array(key.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
  }

  private static let open = "providers: { e: { kind: echo } }\n"

  @Test func aKeyIsFoundByItsHash() throws {
    let snapshot = try #require(Loading.load(Self.open + "consumers: { a: { keys: [env:MY_APP_KEY] } }").snapshot)
    let digest = try #require(Self.digest("app-key-1-of-the-tests"))
    #expect(snapshot.find(holding: digest)?.caller.consumer.name == "a")
    #expect(snapshot.keys.count == 1)
  }

  @Test func aHashOfTheFileIsTheKeysHash() throws {
    let hash = SHA256.hash(data: Array("k".utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let snapshot = try #require(
      Loading.load(Self.open + "consumers: { a: { keys: [\"sha256:\(hash)\"] } }").snapshot)
    let digest = try #require(Self.digest("k"))
    #expect(snapshot.find(holding: digest)?.caller.consumer.name == "a")
  }

  @Test func theLineBreakAtTheEndOfAKeysFileIsNoPartOfTheKey() throws {
    let snapshot = try #require(
      Loading.load(Self.open + "consumers: { a: { keys: [file:secrets/batch.key] } }").snapshot)
    let digest = try #require(Self.digest("batch-key-of-the-tests"))
    #expect(snapshot.find(holding: digest)?.caller.consumer.name == "a")
  }

  @Test func filesAreRelativeToTheConfiguration() {
    var context = Loading.context()
    context.readFile = { (path, _) throws(FileFault) in
      guard path == "/etc/sluice/keys/app" else { throw .missing }
      return Array("key-of-an-application".utf8)
    }
    let text = Self.open + "consumers: { a: { keys: [file:keys/app] } }"
    let result = ConfigurationLoader.load(text: text, file: "/etc/sluice/sluice.yaml", context: context)
    #expect(result.problems.isEmpty)
    #expect(result.start?.database.place == .sqlite(path: "/etc/sluice/sluice.db"))
  }

  @Test func withoutAConsumerTheGatewayIsOpenToThisMachine() {
    let result = Loading.load(Self.open)
    #expect(result.snapshot?.isOpen == true)
    #expect(result.start?.gateway == ListenAddress(host: "127.0.0.1", port: 8080))
    #expect(result.problems.map(\.description) == [Loading.openWarning])
  }

  @Test func aFlagCannotOpenTheGatewayToOthers() {
    let result = Loading.load(Self.open) { $0.overrides.gateway = "0.0.0.0:8080" }
    #expect(result.snapshot == nil)
    #expect(result.problems.map(\.file) == ["--gateway"])
  }

  @Test func aConsumerWithoutKeysStillClosesTheGateway() {
    let result = Loading.load(Self.open + "consumers: { a: {} }")
    #expect(result.snapshot?.isOpen == false)
  }

  @Test func aStoredKeyClosesTheGatewayAndBringsItsConsumer() throws {
    let digest = try #require(Self.digest("issued"))
    let result = Loading.load(Self.open) {
      $0.storedKeys = StoredKeySet([.init(id: 1, label: "sk-sluice-AbCd", hash: digest, consumer: "new")])
    }
    #expect(result.snapshot?.isOpen == false)
    #expect(result.snapshot?.find(holding: digest)?.caller.consumer.name == "new")
  }

  @Test func anEmptyMapOfConsumersDoesNotOpenAGatewayWithStoredKeys() throws {
    let digest = try #require(Self.digest("issued"))
    let result = Loading.load(Self.open + "consumers: {}") {
      $0.storedKeys = StoredKeySet([.init(id: 1, label: "sk-sluice-AbCd", hash: digest, consumer: "new")])
    }
    #expect(result.snapshot?.isOpen == false)
    #expect(result.snapshot?.find(holding: digest)?.caller.consumer.name == "new")
  }

  @Test func aStoredKeyHasTheRightsOfItsConsumerInTheFile() throws {
    let digest = try #require(Self.digest("issued"))
    let result = Loading.load(Self.open + "consumers: { a: { models: [e/echo] } }") {
      $0.storedKeys = StoredKeySet([.init(id: 1, label: "sk-sluice-AbCd", hash: digest, consumer: "a")])
    }
    #expect(result.problems.isEmpty)
    #expect(result.snapshot?.find(holding: digest)?.caller.mayUse("other") == false)
  }

  @Test func aStoredKeyOfAConsumerThatTheFileDroppedIsRefused() throws {
    let digest = try #require(Self.digest("issued"))
    let result = Loading.load(Self.open + "consumers: { a: { keys: [env:MY_APP_KEY] } }") {
      $0.storedKeys = StoredKeySet([.init(id: 1, label: "sk-sluice-AbCd", hash: digest, consumer: "gone")])
    }
    #expect(result.snapshot != nil)
    #expect(result.snapshot?.find(holding: digest) == nil)
    #expect(result.problems.map(\.severity) == [.warning])
  }

  @Test func keyedHashesOfTheDatabaseAreLookedUpAsSuch() throws {
    let plain = try #require(Self.digest("issued"))
    let keyed = try #require(Self.digest("keyed"))
    let result = Loading.load(Self.open) {
      $0.storedKeys = StoredKeySet([.init(id: 1, label: "sk-sluice-AbCd", hash: keyed, consumer: "new")])
      $0.keyedHash = { $0 == plain ? keyed : plain }
    }
    #expect(result.snapshot?.find(holding: plain)?.caller.consumer.name == "new")
    #expect(result.snapshot?.keys.isEmpty == true)
  }

  @Test func aHundredThousandKeysAndTenThousandModelsLoad() throws {
    var text = "providers: { local: { kind: openai-compatible, url: \"http://h/v1\" } }\nmodels:\n"
    for index in 0..<10_000 { text += "  model-\(index): { targets: [local/m\(index)] }\n" }
    text += "consumers:\n"
    for index in 0..<1_000 {
      let keys = (0..<100).map { key in
        let digits = String(index * 100 + key)
        return "sha256:" + String(digits.reversed()) + String(repeating: "a", count: 64 - digits.count)
      }
      text += "  app-\(index):\n    keys: [\(keys.joined(separator: ", "))]\n"
    }
    let snapshot = try #require(Loading.load(text).snapshot)
    #expect(snapshot.keys.count == 100_000)
    #expect(snapshot.models.names.count == 10_000)
  }
}
