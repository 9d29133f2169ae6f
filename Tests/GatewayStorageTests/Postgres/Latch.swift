import Foundation

/// Holds up a thread of a pool until a test lets it go.
final class Latch: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func open() { semaphore.signal() }

  /// Blocks.
  func wait() { semaphore.wait() }
}
