import Synchronization

/// What a client has done, for metrics; read from any thread.
package final class RedisCounters: Sendable {
  private let connectedCount = Atomic<Int>(0)
  private let commandCount = Atomic<Int>(0)
  private let errorCount = Atomic<Int>(0)
  private let reconnectCount = Atomic<Int>(0)
  private let inFlightCount = Atomic<Int>(0)

  package init() {}

  /// Connections that take commands now; more than one only in a cluster.
  package var connected: Int { connectedCount.load(ordering: .relaxed) }
  /// Commands given to the client.
  package var commands: Int { commandCount.load(ordering: .relaxed) }
  /// Commands without an answer, or answered with an error. A redirection within a cluster is no error.
  package var errors: Int { errorCount.load(ordering: .relaxed) }
  /// Connections made after a loss.
  package var reconnects: Int { reconnectCount.load(ordering: .relaxed) }
  /// Commands that wait for their answers.
  package var inFlight: Int { inFlightCount.load(ordering: .relaxed) }

  func began() {
    commandCount.add(1, ordering: .relaxed)
    inFlightCount.add(1, ordering: .relaxed)
  }

  func ended(_ result: Result<RedisValue, RedisError>) {
    inFlightCount.subtract(1, ordering: .relaxed)
    if case .failure = result { errorCount.add(1, ordering: .relaxed) }
  }

  func connected(again: Bool) {
    connectedCount.add(1, ordering: .relaxed)
    if again { reconnectCount.add(1, ordering: .relaxed) }
  }

  func disconnected() { connectedCount.subtract(1, ordering: .relaxed) }
}
