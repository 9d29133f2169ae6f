package import Synchronization

/// What one event loop knows of itself; written by the loop alone, read by scrapers at any time. `relaxed` ordering is
/// enough.
package final class LoopGauges: Sendable {
  package let openConnections = Atomic<Int>(0)
  package let exchangesInFlight = Atomic<Int>(0)
  package let openStreams = Atomic<Int>(0)
  package let upstreamIdle = Atomic<Int>(0)
  package let upstreamBusy = Atomic<Int>(0)
  /// Counts up.
  package let upstreamConnects = Atomic<Int>(0)
  /// Counts up.
  package let upstreamReuses = Atomic<Int>(0)
  /// How late the loop's last timer ran.
  package let loopLagNanoseconds = Atomic<Int>(0)

  package init() {}
}
