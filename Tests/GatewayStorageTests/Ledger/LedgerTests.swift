import Foundation
import GatewayCore
import Synchronization
import Testing

@testable import GatewayStorage

@Suite struct LedgerTests {
  private func ledger(_ fixture: LedgerFixture, _ pending: RecordQueue) -> Ledger {
    Ledger(
      database: fixture.database, cores: 2, settings: fixture.settings,
      clocks: Ledger.Clocks(
        now: { WallTime(milliseconds: ledgerMoment) },
        wallClock: { { ledgerMoment * 1_000_000 + Int64($0.nanoseconds) } }),
      source: { pending.take(&$0) }, onEvent: fixture.events.add)
  }

  @Test func whatWasSettledBeforeTheEndIsInTheDatabase() throws {
    let fixture = try LedgerFixture()
    let pending = RecordQueue()
    let ledger = ledger(fixture, pending)
    ledger.start()
    pending.add((1...5000).map { LedgerRows.record($0) })
    #expect(ledger.stop(within: .seconds(60)))
    #expect(ledger.readings.rows == 5000 && ledger.readings.lost == 0 && ledger.readings.lagMilliseconds == 0)
    #expect(try fixture.usage().map(\.requests) == [5000])
  }

  @Test func theNextStartMovesWhatTheLastProcessLeft() throws {
    let fixture = try LedgerFixture()
    fixture.write([LedgerRows.row(1)])
    let ledger = ledger(fixture, RecordQueue())
    ledger.start()
    #expect(ledger.stop(within: .seconds(60)))
    #expect(try fixture.usage().map(\.requests) == [1])
    #expect(fixture.events.all.contains { if case .replaying = $0 { true } else { false } })
  }
}

/// Stands for the shards of the event loops.
private final class RecordQueue: Sendable {
  private let records = Mutex<[ExchangeRecord]>([])

  func add(_ more: [ExchangeRecord]) { records.withLock { $0 += more } }

  func take(_ batch: inout [SettledExchange]) {
    let taken = records.withLock { records in
      defer { records = [] }
      return records
    }
    batch += taken.map { SettledExchange($0) }
  }
}
