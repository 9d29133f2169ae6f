import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage
import GatewayTelemetry
import Logging

/// Ties the ledger to the telemetry that feeds it and to the log that tells of it.
struct LedgerService {
  /// Records of one event loop that may wait for the journal.
  static let capacity = 16_384

  private let ledger: Ledger

  /// Starts the ledger that the configuration asks for. nil: none.
  init?(_ start: StartSettings, node: String?, telemetry: Telemetry, logger: Logger) throws {
    guard start.ledger.isOn else { return nil }
    ledger = Ledger(
      database: try start.database.location(), node: node, cores: LoopCount.available, settings: start.ledger,
      audit: start.audit.exchanges ? AuditDirectory(path: start.audit.directory) : nil,
      clocks: Ledger.Clocks(
        now: { .now },
        wallClock: {
          let origin = ClockOrigin.current()
          return { origin.unixNanoseconds(at: $0) }
        }),
      source: { telemetry.takeUnledgered(&$0) }, onEvent: { Self.tell($0, logger) })
    telemetry.readLedger { [ledger] in
      let readings = ledger.readings
      return Telemetry.LedgerState(
        rows: readings.rows, lost: readings.lost, lagSeconds: Double(readings.lagMilliseconds) / 1000,
        journalBytes: readings.journalBytes)
    }
    ledger.start()
  }

  /// Moves what is left into the database. Call after the last exchange. Blocks.
  func stop(_ logger: Logger) {
    if !ledger.stop() {
      logger.warning("the journal of the ledger is not empty; the next start moves what is left into the database")
    }
  }

  private static func tell(_ event: LedgerEvent, _ logger: Logger) {
    switch event {
    case .journalFull(let limit):
      logger.error(
        "the journal of the ledger is full: new exchanges are not recorded until the database takes the old ones",
        metadata: ["bytes": "\(limit)"])
    case .journalUnwritable(let path, let reason):
      logger.error(
        "the journal of the ledger cannot be written: exchanges wait in memory and are lost beyond 16 MiB",
        metadata: ["path": "\(path)", "reason": "\(reason)"])
    case .journalWorks(let lost):
      logger.notice("the journal of the ledger is written again", metadata: ["lost": "\(lost)"])
    case .databaseUnavailable(let error):
      logger.error("the ledger cannot reach the database: its journal grows", metadata: ["problem": "\(error)"])
    case .databaseWorks:
      logger.notice("the ledger reaches the database again")
    case .auditUnwritable(let error):
      logger.error(
        "calls cannot be recorded for the audit: the ledger takes none until they are, and its journal grows",
        metadata: ["problem": "\(error)"])
    case .auditWorks: logger.notice("calls are recorded for the audit again")
    case .replaying(let bytes):
      logger.info("the ledger takes up the journal of an earlier process", metadata: ["bytes": "\(bytes)"])
    case .damaged(let segment, let bytes):
      logger.warning(
        "a segment of the ledger's journal has bytes that are no exchanges, such as the end of a killed process",
        metadata: ["segment": "\(segment)", "bytes": "\(bytes)"])
    }
  }
}

extension WallTime {
  /// The system's clock.
  static var now: WallTime { WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
