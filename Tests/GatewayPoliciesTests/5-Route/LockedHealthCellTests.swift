import GatewayCore
import GatewayPolicies
import Testing

@Suite struct LockedHealthCellTests {
  private let down = UpstreamFailure(.connect, reason: "connection refused")
  private func at(_ seconds: Int) -> Instant { Instant(nanoseconds: UInt64(seconds) * 1_000_000_000) }

  @Test func followsTheMachineThroughAWholeLife() {
    let cell = LockedHealthCell()
    for _ in 0..<5 {
      #expect(cell.admit(now: at(1)) == .granted)
      cell.failed(down, now: at(1))
    }
    #expect(cell.admit(now: at(2)) == .setAside(until: at(6), isFirm: false))
    #expect(cell.peek(now: at(6)) == .granted)
    #expect(cell.admit(now: at(6)) == .granted)
    #expect(cell.status(now: at(6)) == .probing)
    cell.abandoned(now: at(6))
    #expect(cell.admit(now: at(6)) == .granted)
    cell.succeeded(now: at(7))
    #expect(cell.status(now: at(7)) == .well(failures: 0))
    #expect(cell.admit(now: at(7)) == .granted)
    #expect(cell.admit(now: at(7)) == .granted)
  }

  @Test func aSuccessForgetsEarlierFailures() {
    let cell = LockedHealthCell()
    for _ in 0..<4 { cell.failed(down, now: at(1)) }
    cell.succeeded(now: at(1))
    for _ in 0..<4 { cell.failed(down, now: at(1)) }
    #expect(cell.admit(now: at(1)) == .granted)
  }

  @Test func ofManyThreadsExactlyOneProbes() async {
    let cell = LockedHealthCell()
    for round in 0..<20 {
      let start = at(1000 * (round + 1))
      cell.failed(UpstreamFailure(.rateLimit, status: 429, retryAfter: .seconds(1), reason: "429"), now: start)
      let due = start + .seconds(1)
      let granted = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask { (0..<50).count { _ in cell.admit(now: due) == .granted } }
        }
        return await group.reduce(0, +)
      }
      #expect(granted == 1)
      cell.succeeded(now: due)
    }
  }
}
