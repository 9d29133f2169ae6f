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
    var pending: [SettledExchange] = []
    var dropped = 0
    var unledgered: [SettledExchange] = []
    var lost = 0
    var traced: [SettledExchange] = []
    var droppedSpans = 0
  }

  /// Traced exchanges that may wait for the collector: some 8 MiB in all.
  static let traceCapacity = 4096

  private let state: Mutex<State>
  private let capacity: Int
  private let watermark: Int
  private let isLogging: Bool
  private let ledgerCapacity: Int
  private let bell: LogBell

  /// - Parameters:
  ///   - capacity: records that wait for the access log before further ones are dropped; 0: no access log.
  ///   - ledgerCapacity: records that wait for the ledger's journal before further ones are lost; 0: no ledger.
  init(seriesLimit: Int, capacity: Int, ledgerCapacity: Int, bell: LogBell) {
    state = Mutex(State(table: SeriesTable(limit: seriesLimit)))
    self.capacity = capacity
    self.isLogging = capacity > 0
    self.ledgerCapacity = ledgerCapacity
    // An eighth: the log's thread wakes early enough to empty a full loop's batch long before it overflows.
    self.watermark = max(1, capacity / 8)
    self.bell = bell
  }

  package func settled(_ record: consuming ExchangeRecord) {
    let exchange = SettledExchange(record)
    let isDue = state.withLock { state in
      state.table.count(exchange.record)
      if ledgerCapacity > 0, Self.belongsInLedger(exchange.record) {
        if state.unledgered.count < ledgerCapacity { state.unledgered.append(exchange) } else { state.lost += 1 }
      }
      if let trace = exchange.record.trace, trace.isExported(callerIsKnown: exchange.record.consumer != nil) {
        if state.traced.count < Self.traceCapacity {
          state.traced.append(exchange)
        } else {
          state.droppedSpans += exchange.record.spans
        }
      }
      guard isLogging else { return false }
      guard state.pending.count < capacity else {
        state.dropped += 1
        return false
      }
      state.pending.append(exchange)
      return state.pending.count == watermark
    }
    if isDue { bell.ring() }
  }

  /// Not what was refused before anybody was recognised or any target was called: strangers could fill the disk.
  private static func belongsInLedger(_ record: borrowing ExchangeRecord) -> Bool {
    record.outcome != .rejected || record.consumer != nil
  }

  /// Keys of an issuer of tokens were asked for.
  package func keysFetched(isSuccess: Bool) { state.withLock { $0.table.authentication.keysFetched(isSuccess) } }

  /// An issuer was asked about a token.
  package func introspected(isSuccess: Bool) { state.withLock { $0.table.authentication.introspected(isSuccess) } }

  /// Counts so far.
  var table: SeriesTable { state.withLock { $0.table } }

  /// Records that never reached the access log because it was full.
  var dropped: Int { state.withLock { $0.dropped } }

  /// Records that never reached the ledger because too many waited.
  var lost: Int { state.withLock { $0.lost } }

  /// Spans that never left because too many exchanges waited.
  var droppedSpans: Int { state.withLock { $0.droppedSpans } }

  /// Adds what waits for the collector of traces to `batch`.
  func takeTraced(_ batch: inout [SettledExchange]) { take(\.traced, &batch) }

  /// Adds what waits for the ledger to `batch`.
  func takeUnledgered(_ batch: inout [SettledExchange]) { take(\.unledgered, &batch) }

  private func take(_ waiting: WritableKeyPath<State, [SettledExchange]>, _ batch: inout [SettledExchange]) {
    var taken: [SettledExchange] = []
    state.withLock { swap(&$0[keyPath: waiting], &taken) }
    batch.append(contentsOf: taken)
  }

  /// Hands over what waits for the access log and takes the empty array `batch`, with its storage, in exchange.
  func swapPending(_ batch: inout [SettledExchange]) {
    var other = batch
    batch = []
    state.withLock { swap(&$0.pending, &other) }
    batch = other
  }
}
