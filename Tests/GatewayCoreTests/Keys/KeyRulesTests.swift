import GatewayCore
import Testing

@Suite struct KeyRulesTests {
  private static func fault(_ body: () throws(KeyRuleFault) -> Void) -> String? {
    do throws(KeyRuleFault) {
      try body()
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    "20 requests per day", "1 request per second", "100000 tokens per minute", "5 concurrent", "9 inputTokens per hour",
    "9 outputTokens per month", "3 requests per week",
    "2.5 EUR per day", "budget 50 CNY per month",
  ])
  func aLimitIsWrittenAsItWasRead(_ text: String) throws {
    #expect(try KeyLimit(text).description == text)
  }

  @Test(arguments: [
    ("", "is no limit"), ("20", "is no limit"), ("many requests per day", "no whole number"),
    ("0 requests per day", "above 0"),
    ("-1 requests per day", "above 0"), ("1.5 requests per day", "no whole number"),
    ("20 calls per day", "nothing to count"),
    ("20 requests", "for how long"), ("20 requests per decade", "for how long"), ("20 requests a day", "for how long"),
    ("5 concurrent per day", "without 'per'"), ("99999999999999999999 requests per day", "no whole number"),
    ("20 requests per day please", "for how long"), ("budget 5 requests per day", "of money"),
    ("0 EUR per day", "to nothing"),
    ("-2 EUR per day", "-2"), ("2 EUR", "for how long"), ("2 eur per day", "nothing to count"),
  ])
  func aWrongLimitIsRefusedWithItsReason(_ text: String, _ reason: String) {
    #expect(Self.fault { () throws(KeyRuleFault) in _ = try KeyLimit(text) }?.contains(reason) == true)
  }

  @Test func twoLimitsThatCountTheSameContradictEachOther() throws {
    var rules = KeyRules()
    rules.limits = [try KeyLimit("20 requests per day"), try KeyLimit("5 requests per day")]
    #expect(Self.fault { () throws(KeyRuleFault) in try rules.check() }?.contains("count the same") == true)
    rules.limits = [try KeyLimit("20 requests per day"), try KeyLimit("5 requests per hour")]
    #expect(Self.fault { () throws(KeyRuleFault) in try rules.check() } == nil)
  }

  @Test func impossibleNumbersAreRefused() {
    var rules = KeyRules()
    rules.retries = 11
    #expect(Self.fault { () throws(KeyRuleFault) in try rules.check() }?.contains("0 to 10") == true)
    rules.retries = -1
    #expect(Self.fault { () throws(KeyRuleFault) in try rules.check() } != nil)
    rules.retries = nil
    rules.timeout = .zero
    #expect(Self.fault { () throws(KeyRuleFault) in try rules.check() }?.contains("time-out") == true)
    rules.timeout = nil
    rules.models = ["a", "a"]
    #expect(Self.fault { () throws(KeyRuleFault) in try rules.check() }?.contains("twice") == true)
  }

  @Test func aKindOfSurfaceIsThatOfAllDialects() throws {
    let chat = try SurfaceSelection("chat").surfaces
    #expect(chat.isSuperset(of: [.chatCompletions, .messages, .generateContent, .converse]))
    #expect(!chat.contains(.embeddings))
    #expect(try SurfaceSelection("chat.completions").surfaces == [.chatCompletions])
  }

  @Test func anUnknownSurfaceIsToldWithThoseThatThereAre() {
    let fault = Self.fault { () throws(KeyRuleFault) in _ = try SurfaceSelection("telepathy") }
    #expect(fault?.contains("'telepathy'") == true)
    #expect(fault?.contains("embeddings") == true)
  }

  @Test(arguments: Surface.allCases)
  func everySurfaceCanBeNamed(_ surface: Surface) throws {
    #expect(try SurfaceSelection(surface.rawValue).surfaces.contains(surface))
    #expect(SurfaceSelection.names.contains(surface.rawValue))
  }
}

@Suite struct NetworkRangeTests {
  private static func address(_ text: String) throws -> NetworkAddress { try #require(NetworkAddress(text: text)) }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
    ("192.168.1.128/25", "192.168.1.127", false), ("192.168.1.128/25", "192.168.1.200", true),
    ("1.2.3.4", "1.2.3.4", true), ("1.2.3.4", "1.2.3.5", false), ("0.0.0.0/0", "200.1.1.1", true),
    ("0.0.0.0/0", "2001:db8::1", false), ("2001:db8::/32", "2001:db8:1::5", true),
    ("2001:db8::/32", "2001:db9::", false),
    ("::1", "::1", true), ("::1", "0:0:0:0:0:0:0:1", true), ("::/0", "::ffff:1.2.3.4", false),
    ("fe80::/10", "fe80::1", true),
    ("2001:db8::/33", "2001:db8:8000::", false),
  ])
  func aRangeHasTheAddressesOfItsPrefix(_ range: String, _ address: String, _ isWithin: Bool) throws {
    #expect(try NetworkRange(range).contains(try Self.address(address)) == isWithin)
  }

  @Test(arguments: [
    "", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.1/8", "2001:db8::1/32", "example.com",
    "10.0.0",
    "256.1.1.1", "01.2.3.4", "1:2:3:4:5:6:7", "1::2::3", ":1", "1:", "12345::", "::/129", "g::", "1:2:3:4:5:6:7::8",
    "::+1",
    "1.2.3.4::", "fe80::1%eth0", " 10.0.0.0/8",
  ])
  func whatIsNoRangeIsRefused(_ text: String) {
    #expect(throws: KeyRuleFault.self) { try NetworkRange(text) }
  }

  @Test(arguments: [
    ("::", 16), ("::ffff:1.2.3.4", 16), ("1:2:3:4:5:6:7:8", 16), ("1:2:3:4:5:6:1.2.3.4", 16), ("1.2.3.4", 4),
    ("a::B", 16),
  ])
  func addressesAreReadInAllTheirForms(_ text: String, _ bytes: Int) throws {
    #expect(try Self.address(text).bitCount == bytes * 8)
  }
}
