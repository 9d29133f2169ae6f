package import GatewayCore
import Synchronization

/// The counters of this node, shared by its loops. What is done under the lock takes less than a microsecond.
package final class SharedCounters: CounterStore, Sendable {
  private let table: Mutex<CounterTable>

  /// - Parameter capacity: see `CounterTable`.
  package init(capacity: Int = 1_000_000) { table = Mutex(CounterTable(capacity: capacity)) }

  package func reserveNow(_ demands: [Demand], now: WallTime) -> Result<Reservation, LimitDenial>? {
    table.withLock { table in
      do throws(LimitRefusal) {
        return .success(try table.reserve(demands, now: now))
      } catch {
        return .failure(.refused(error))
      }
    }
  }

  package func reserve(
    _ demands: [Demand], now: WallTime, then: @escaping (Result<Reservation, LimitDenial>) -> Void
  ) {
    if let answer = reserveNow(demands, now: now) { then(answer) }
  }

  /// - Returns: see `CounterTable.settle`.
  package func settle(_ reservation: Reservation, spent: Spent, now: WallTime) -> [BudgetNotice] {
    table.withLock { $0.settle(reservation, spent: spent, now: now) }
  }

  /// What is to be stored since the last time; counters that count nothing any more are forgotten beside it.
  package func takeChanges(now: WallTime) -> [CounterTable.Record] {
    table.withLock { table in
      let changes = table.takeChanges(now: now)
      table.sweep(256, now: now)
      return changes
    }
  }

  /// What a limit has counted.
  package func used(of limit: Limit, subject: String, now: WallTime) -> Int64 {
    table.withLock { $0.used(of: limit, subject: subject, now: now) }
  }

  /// See `CounterTable.standing`.
  package func standing(of limit: Limit, subject: String, now: WallTime) -> (used: Int64, reset: Duration?) {
    table.withLock { $0.standing(of: limit, subject: subject, now: now) }
  }

  /// Puts something into a quota, or takes it out.
  package func change(_ limit: Limit, subject: String, by amount: QuotaChange.Amount, now: WallTime) {
    table.withLock { $0.change(limit, subject: subject, by: amount, now: now) }
  }

  package func restore(_ records: [CounterTable.Record]) { table.withLock { $0.restore(records) } }
}
