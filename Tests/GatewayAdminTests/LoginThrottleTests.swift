import GatewayCore
import Testing

@testable import GatewayAdmin

@Suite struct LoginThrottleTests {
  private func at(_ seconds: Int64) -> WallTime { WallTime(milliseconds: seconds * 1000) }

  @Test func waitsDoubleUpToAQuarterOfAnHour() {
    var throttle = LoginThrottle()
    var now: Int64 = 0
    var waits: [Int64] = []
    for _ in 1...30 {
      while let wait = throttle.attempt(["a"], now: at(now)) {
        waits.append(wait)
        now += wait
      }
    }
    #expect(waits.prefix(10) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
    #expect(waits.dropFirst(10).allSatisfy { $0 == 900 })
  }

  @Test func anAddressIsSlowedDownWhateverNamesItTries() {
    var throttle = LoginThrottle()
    for number in 1...10 { #expect(throttle.attempt(["name\(number)", "address"], now: at(0)) == nil) }
    #expect(throttle.attempt(["name11", "address"], now: at(0)) == 1)
    #expect(throttle.attempt(["name1", "elsewhere"], now: at(0)) == nil)
  }

  @Test func manyAtOnceAreNoWayAround() {
    var throttle = LoginThrottle()
    let admitted = (1...100).count { _ in throttle.attempt(["a"], now: at(0)) == nil }
    #expect(admitted == 10)
  }

  @Test func successAndAnHourForget() {
    var throttle = LoginThrottle()
    for _ in 1...9 { _ = throttle.attempt(["a"], now: at(0)) }
    throttle.succeeded(["a"])
    for _ in 1...10 { #expect(throttle.attempt(["a"], now: at(0)) == nil) }
    #expect(throttle.attempt(["a"], now: at(0)) == 1)
    for _ in 1...10 { #expect(throttle.attempt(["a"], now: at(3603)) == nil) }
  }

  @Test func theTableHasABound() {
    var throttle = LoginThrottle(capacity: 100)
    for _ in 1...10 { _ = throttle.attempt(["kept"], now: at(0)) }
    for number in 1...5000 { _ = throttle.attempt(["\(number)"], now: at(0)) }
    #expect(throttle.attempt(["kept"], now: at(0)) == 1)
  }
}
