import GatewayCore

/// The time of the event that a loop is handling. The clock is read once an event, not at each of the dozen places that want to
/// know; an event takes microseconds, and every timer is coarser than that.
final class LoopClock {
  private(set) var now: Instant = .current

  /// An event begins: bytes, a timer, a finished look-up.
  func tick() { now = .current }
}
