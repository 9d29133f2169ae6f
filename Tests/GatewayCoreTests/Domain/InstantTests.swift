import GatewayCore
import Testing

@Suite struct InstantTests {
  @Test func staysWithinItsRange() {
    #expect(Instant(nanoseconds: .max) + .seconds(1) == Instant(nanoseconds: .max))
    #expect(Instant(nanoseconds: 5) + .seconds(-1) == Instant(nanoseconds: 0))
    #expect(Instant(nanoseconds: 0) + .seconds(Int64.max) > Instant(nanoseconds: 1))
  }

  @Test func differencesHaveASign() {
    let early = Instant(nanoseconds: 1_000)
    let late = Instant(nanoseconds: 3_000)
    #expect(late - early == .nanoseconds(2_000))
    #expect(early - late == .nanoseconds(-2_000))
  }
}

@Suite struct ExchangeIDTests {
  @Test func has32HexadecimalDigits() {
    let id = ExchangeID(origin: 0x0123_4567_89AB_CDEF, sequence: 1).description
    #expect(id.count == 32)
    #expect(id.hasPrefix("0123456789abcdef"))
    #expect(id.allSatisfy { $0.isHexDigit })
  }

  @Test func neighboursDiffer() {
    let ids = (0..<10_000).map { ExchangeID(origin: 7, sequence: UInt64($0)).description }
    #expect(Set(ids).count == ids.count)
  }
}

@Suite struct SecretTests {
  @Test func showsNothingOfItsValue() {
    let secret = Secret("sk-very-secret")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
      #expect(!text.contains("very"))
    }
    #expect(secret.reveal { $0 } == "sk-very-secret")
  }
}

@Suite struct KeyDigestTests {
  @Test func readsBackItsDigits() {
    let digits = String(repeating: "0f", count: 16) + String(repeating: "A9", count: 16)
    #expect(KeyDigest(hex: digits)?.hexadecimal == digits.lowercased())
  }

  @Test(arguments: ["", "0f", String(repeating: "g", count: 64), String(repeating: "0", count: 63)])
  func refusesWhatIsNoDigest(_ text: String) { #expect(KeyDigest(hex: text) == nil) }
}
