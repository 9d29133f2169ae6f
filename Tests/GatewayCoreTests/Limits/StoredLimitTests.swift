import GatewayCore
import Testing

@Suite struct StoredLimitTests {
  @Test(arguments: [
    ("10GiB", Int64(10 << 30)), ("0B", 0), ("1536KiB", 1536 << 10), ("8MiB", 8 << 20), ("8MB", nil), ("MiB", nil),
    ("-1B", nil), ("1.5GiB", nil), ("99999999999GiB", nil), ("5", nil), ("", nil),
  ])
  func aSizeHasItsUnit(_ text: String, _ bytes: Int64?) {
    #expect(ByteCount.parse(text) == bytes)
  }

  @Test(arguments: [
    (Int64(0), "0B", "0B"), (1023, "1023B", "1023B"), (1024, "1KiB", "1KiB"), (1500, "1500B", "1.4KiB"),
    (10 << 30, "10GiB", "10GiB"), (1536 << 20, "1536MiB", "1.5GiB"),
  ])
  func sizesAreWrittenExactlyOrReadably(_ bytes: Int64, _ exact: String, _ text: String) {
    #expect(ByteCount.exact(bytes) == exact)
    #expect(ByteCount.parse(exact) == bytes)
    #expect(ByteCount.text(bytes) == text)
  }

  @Test func callsDoNotCountByStoredBytes() {
    let stored = Limit(id: "s", unit: .stored, amount: 5, period: nil, stored: StoredTerms())
    let requests = Limit(id: "r", unit: .requests, amount: 5, period: .day)
    let consumer = Consumer(name: "app", models: nil, limits: [stored, requests])
    #expect(consumer.limits.map(\.id) == ["r"] && consumer.stored.map(\.id) == ["s"])
  }

  @Test func aScopeIsThatOfTheOwnerAndOfWhatIsCountedBy() {
    func conditions(_ key: LimitKey, _ terms: StoredTerms, _ subject: String) -> [String] {
      let limit = Limit(id: "s", unit: .stored, amount: 5, period: nil, key: key, stored: terms)
      return StoredScope(Demand(limit: limit, subject: subject, amount: 1)).conditions.map {
        "\($0.holder)=\($0.name ?? "nobody")"
      }
    }
    #expect(conditions(.all, StoredTerms(), "").isEmpty)
    #expect(conditions(.consumer, StoredTerms(), "app") == ["consumer=app"])
    #expect(conditions(.key, StoredTerms(.team, name: "lab"), "7") == ["team=lab", "key=7"])
    #expect(conditions(.team, StoredTerms(), StoredScope.nobody) == ["team=nobody"])
    #expect(conditions(.all, StoredTerms(.key), "7") == ["key=7"])
  }

  @Test func aKeysLimitOfStoredBytesReadsAsItIsWritten() throws {
    let limit = try KeyLimit("1536MiB stored")
    #expect(limit.description == "1536MiB stored")
    #expect(try KeyLimit(limit.description) == limit)
    let compiled = limit.compiled(zone: .utc)
    #expect(compiled.unit == .stored && compiled.amount == 1536 << 20 && compiled.stored?.holder == .key)
    #expect(compiled.words == "1.5GiB stored (of this key)")
  }

  @Test(arguments: [
    ("10 stored", "is no size"), ("0B stored", "is no size"), ("10GiB stored per day", "without 'budget' and 'per'"),
    ("budget 10GiB stored", "without 'budget' and 'per'"),
  ])
  func whatIsNoLimitOfStoredBytesIsRefused(_ text: String, _ reason: String) {
    let fault = #expect(throws: KeyRuleFault.self) { try KeyLimit(text) }
    #expect(fault?.description.contains(reason) == true)
  }
}
