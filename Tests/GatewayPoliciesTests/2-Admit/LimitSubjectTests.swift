import GatewayCore
import GatewayPolicies
import Testing

/// Values of callers become names of counters.
@Suite struct LimitSubjectTests {
  private func subject(_ value: String?) throws -> String {
    let limit = Limit(id: "l", unit: .requests, amount: 1, period: .day, key: .query("user"))
    let snapshot = GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [], models: ModelTable(routes: []), consumers: [], keys: [:],
      isOpen: false, limits: [limit])
    let call = LimitCheck.Call(caller: Caller(consumer: Consumer(name: "c", models: nil)), route: nil)
    return try #require(try LimitCheck(call, in: snapshot).demands({ nil }) { _ in value }.first?.subject)
  }

  @Test func nobodyCanTakeTheCounterOfThoseWithoutAValue() throws {
    let missing = try subject(nil)
    #expect(try subject(missing) != missing)
    #expect(try subject("\u{1}none") != missing)
    #expect(try subject("none") == "none")
  }

  @Test func aLongValueIsToldApartByItsHash() throws {
    let long = String(repeating: "x", count: 129)
    #expect(try subject(long).utf8.count == 65)
    #expect(try subject(long) != subject(long + "y"))
  }
}
