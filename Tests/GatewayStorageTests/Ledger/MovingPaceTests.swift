import Testing

@testable import GatewayStorage

@Suite struct MovingPaceTests {
  private let backlog = MovingPace.Backlog(milliseconds: 1000, bytes: 1 << 20, limit: 64 << 20)

  private func clocks(second: Int64, process: Double, mover: Double = 0) -> MovingPace.Clocks {
    MovingPace.Clocks(
      process: Int64(process * 1e9), mover: Int64(mover * 1e9), wall: second * 1_000_000_000)
  }

  @Test func `the first look never waits`() {
    var pace = MovingPace(cores: 1)
    let waits = pace.waits(clocks(second: 0, process: 100), backlog)
    #expect(!waits)
  }

  @Test(arguments: [(0.4, false), (0.6, true), (1, true)])
  func `requests that need more than half of the cores come first`(_ used: Double, _ waits: Bool) {
    for cores in [1, 4] {
      var pace = MovingPace(cores: cores)
      _ = pace.waits(clocks(second: 0, process: 0), backlog)
      let answer = pace.waits(clocks(second: 1, process: used * Double(cores)), backlog)
      #expect(answer == waits)
    }
  }

  @Test func `what the mover itself has used does not hold it up`() {
    var pace = MovingPace(cores: 1)
    _ = pace.waits(clocks(second: 0, process: 0), backlog)
    let waits = pace.waits(clocks(second: 1, process: 1, mover: 0.9), backlog)
    #expect(!waits)
  }

  @Test func `an old or a large journal waits no longer`() {
    for full in [
      MovingPace.Backlog(milliseconds: 15_000, bytes: 0, limit: 64 << 20),
      MovingPace.Backlog(milliseconds: 0, bytes: 16 << 20, limit: 64 << 20),
    ] {
      var pace = MovingPace(cores: 1)
      _ = pace.waits(clocks(second: 0, process: 0), backlog)
      let waits = pace.waits(clocks(second: 1, process: 1), full)
      #expect(!waits)
    }
  }
}
