import NIOCore
import Testing

@testable import GatewayStorage

/// How often the operator hears that Redis does not answer.
@Suite struct RedisFaultTests {
  private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
  private let away = RedisError.unreachable(reason: "refused")
  private let wrong = RedisError.refused(message: "WRONGPASS invalid username-password pair or user is disabled.")

  @Test func aRedisThatIsAwayIsToldOnce() {
    var outage = RedisOutage()
    let told = (0..<10_000).filter { outage.failed(away, now: Self.start + .seconds($0)) }
    #expect(told == [0])
    #expect(!outage.isMisconfigured)
  }

  @Test func aWrongPasswordIsToldAgainAfterPausesThatGrowToAnHour() {
    var outage = RedisOutage()
    let told = (0..<20_000).filter { outage.failed(wrong, now: Self.start + .seconds($0)) }
    #expect(told == [0, 60, 180, 420, 900, 1860, 3780, 7380, 10980, 14580, 18180])
    #expect(outage.isMisconfigured)
  }

  @Test func aWrongPasswordBehindABreakIsToldAndTheNextBreakAnew() {
    var outage = RedisOutage()
    var told = [(away, 0), (wrong, 0), (away, 2)].map { outage.failed($0, now: Self.start + .hours($1)) }
    #expect(told == [true, true, false])
    outage.ended()
    #expect(!outage.isMisconfigured)
    told = [outage.failed(away, now: Self.start + .hours(3))]
    #expect(told == [true])
  }

  @Test(
    arguments: [
      ("WRONGPASS x", "the user or the password in storage.shared is wrong"),
      ("NOAUTH Authentication required.", "it wants a password, and storage.shared has none"),
      (
        "ERR AUTH <password> called without any password configured for the default user. Are you sure?",
        "storage.shared has a password, and this Redis wants none"
      ),
      ("ERR DB index is out of range", "it has no database of the number in storage.shared"),
      ("LOADING Redis is loading the dataset in memory", nil), ("READONLY x", nil),
    ] as [(String, String?)])
  func faultsOfTheSettingsAreSentences(_ message: String, _ fault: String?) {
    #expect(RedisError.refused(message: message).fault == fault)
  }
}
