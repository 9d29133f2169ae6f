package import GatewayCore
import Synchronization

/// The telemetry of one event loop: counts each settled exchange at once and keeps its record for the access log.
/// Nothing here builds a string; the lock is shared only with scrapers and the log's thread, which hold it for an
/// instant.
package final class TelemetryShard: ExchangeSink {
  /// Updated by the loop that owns this shard.
  package let gauges = LoopGauges()

  private struct State {
    var table: SeriesTable
    var pending: [ExchangeRecord] = []
    var dropped = 0
  }

  private let state: Mutex<State>
  private let capacity: Int
  private let watermark: Int
  private let isLogging: Bool
  private let bell: LogBell

  /// - Parameter capacity: records that wait for the access log before further ones are dropped; 0: no access log.
  init(seriesLimit: Int, capacity: Int, bell: LogBell) {
    state = Mutex(State(table: SeriesTable(limit: seriesLimit)))
    self.capacity = capacity
    self.isLogging = capacity > 0
    // An eighth: the log's thread wakes early enough to empty a full loop's batch long before it overflows.
    self.watermark = max(1, capacity / 8)
    self.bell = bell
  }

  package func settled(_ record: consuming ExchangeRecord) {
    var held: ExchangeRecord? = consume record
    let isDue = state.withLock { state in
      guard let record = held.take() else { return false }
      state.table.count(record)
      guard isLogging else { return false }
      guard state.pending.count < capacity else {
        state.dropped += 1
        return false
      }
      state.pending.append(record)
      return state.pending.count == watermark
    }
    if isDue { bell.ring() }
  }

  /// Counts so far.
  var table: SeriesTable { state.withLock { $0.table } }

  /// Records that never reached the access log because it was full.
  var dropped: Int { state.withLock { $0.dropped } }

  /// Hands over what waits for the access log and takes the empty array `batch`, with its storage, in exchange.
  func swapPending(_ batch: inout [ExchangeRecord]) {
    var other = batch
    batch = []
    state.withLock { swap(&$0.pending, &other) }
    batch = other
  }
}
