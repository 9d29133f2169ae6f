import GatewayCore
import NIOCore

/// Something with deadlines that a `Sweep` looks at now and then.
protocol Sweepable: AnyObject {
  /// Its place in the sweep; `-1` outside. Only the sweep writes it.
  var sweepIndex: Int { get set }
  func sweep(now: Instant)
}

/// One coarse timer for all members: a task scheduled for each exchange would cost 6–10k instructions. A deadline fires at
/// most one `interval` late. No timer runs while there are no members.
final class Sweep {
  private let eventLoop: any EventLoop
  private let clock: LoopClock
  private let interval: Duration
  private var members: [any Sweepable] = []
  private var isArmed = false
  private var expectedAt = Instant(nanoseconds: 0)
  /// How late the last tick ran: the loop's lag.
  private(set) var lag: Duration = .zero

  init(eventLoop: any EventLoop, clock: LoopClock, interval: Duration) {
    self.eventLoop = eventLoop
    self.clock = clock
    self.interval = interval
  }

  func add(_ member: some Sweepable) {
    member.sweepIndex = members.count
    members.append(member)
    if !isArmed { arm() }
  }

  func remove(_ member: some Sweepable) {
    let index = member.sweepIndex
    guard index >= 0 else { return }
    member.sweepIndex = -1
    let last = members.removeLast()
    if index < members.count {
      members[index] = last
      last.sweepIndex = index
    }
  }

  private func arm() {
    isArmed = true
    expectedAt = .current + interval
    eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(interval.wholeNanoseconds)) { self.tick() }
  }

  private func tick() {
    isArmed = false
    clock.tick()
    let now = clock.now
    lag = now - expectedAt
    // Backwards: a member that leaves is replaced by the last one, which has been visited already.
    var index = members.count - 1
    while index >= 0 {
      if index < members.count { members[index].sweep(now: now) }
      index -= 1
    }
    if !members.isEmpty && !isArmed { arm() }
  }
}

extension Instant {
  /// Reads the monotonic clock (about 25 ns).
  static var current: Instant { Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds) }
}
