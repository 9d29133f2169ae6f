import GatewayCore
import GatewayPolicies
import Testing

@Suite struct NonceTableTests {
  private let start = Instant(nanoseconds: 1_000_000_000_000)
  private let window: Duration = .seconds(60)

  @Test func aNonceIsFreshOnce() {
    var table = NonceTable()
    #expect(table.take("a", of: "k", window: window, now: start) == .fresh)
    #expect(table.take("a", of: "k", window: window, now: start) == .seen)
    #expect(table.take("b", of: "k", window: window, now: start) == .fresh)
    #expect(table.take("a", of: "l", window: window, now: start) == .fresh)
  }

  @Test(arguments: [0, 1, 59, 100, 119])
  func itIsKnownForAsLongAsItsTimestampCouldBeGood(_ offset: Int) {
    var table = NonceTable()
    _ = table.take("first", of: "k", window: window, now: start)
    let taken = start + .seconds(offset)
    #expect(table.take("a", of: "k", window: window, now: taken) == .fresh)
    #expect(table.take("a", of: "k", window: window, now: taken + .seconds(120)) == .seen)
  }

  @Test func itIsForgottenInTheEnd() {
    var table = NonceTable(capacity: 1)
    #expect(table.take("a", of: "k", window: window, now: start) == .fresh)
    #expect(table.take("b", of: "k", window: window, now: start) == .full)
    #expect(table.take("b", of: "k", window: window, now: start + .seconds(120)) == .fresh)
    #expect(table.take("a", of: "k", window: window, now: start + .seconds(500)) == .fresh)
  }
}
