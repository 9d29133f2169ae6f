import Synchronization

/// What a pool has done, for metrics; read from any thread.
package final class PostgresCounters: Sendable {
  private let connectedCount = Atomic<Int>(0)
  private let workCount = Atomic<Int>(0)
  private let errorCount = Atomic<Int>(0)
  private let connectCount = Atomic<Int>(0)
  private let waitingCount = Atomic<Int>(0)

  /// Open connections.
  package var connected: Int { connectedCount.load(ordering: .relaxed) }
  /// Pieces of work given to the pool: statements and transactions.
  package var work: Int { workCount.load(ordering: .relaxed) }
  /// Those of them that failed.
  package var errors: Int { errorCount.load(ordering: .relaxed) }
  /// Connections that were ever made.
  package var connects: Int { connectCount.load(ordering: .relaxed) }
  /// Pieces of work that wait for a connection or are under way.
  package var inFlight: Int { waitingCount.load(ordering: .relaxed) }

  /// - Returns: how many there are with it.
  func began() -> Int {
    workCount.add(1, ordering: .relaxed)
    return waitingCount.add(1, ordering: .relaxed).newValue
  }

  func ended(failed: Bool) {
    waitingCount.subtract(1, ordering: .relaxed)
    if failed { errorCount.add(1, ordering: .relaxed) }
  }

  func connectionOpened() {
    connectedCount.add(1, ordering: .relaxed)
    connectCount.add(1, ordering: .relaxed)
  }

  func connectionClosed() { connectedCount.subtract(1, ordering: .relaxed) }
}
