import Dispatch
import GatewayCore

/// Wakes the access log's thread before its time.
final class LogBell: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func ring() { semaphore.signal() }

  /// Returns when rung or when `interval` is over.
  func wait(atMost interval: Duration) {
    _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(interval.wholeNanoseconds)))
  }
}
