import Foundation
import GatewayCore
import Synchronization

@testable import GatewayStorage

/// 2026-11-21T10:00:00Z.
let ledgerMoment: Int64 = 1_795_255_200_000

/// Exchanges to keep.
enum LedgerRows {
  static func row(_ number: UInt64, consumer: String = "app", endedAt: Int64 = ledgerMoment) -> LedgerRow {
    var row = LedgerRow(id: ExchangeID(origin: 7, sequence: number))
    row.startedAt = endedAt - 900
    row.endedAt = endedAt
    row.durationMicroseconds = 900_000
    row.firstTokenMicroseconds = 200_000
    row.outcome = "success"
    row.status = 200
    row.surface = "chat.completions"
    row.isStream = true
    row.consumer = consumer
    row.model = "fast"
    row.route = "fast"
    row.target = "a/m"
    row.provider = "a"
    row.attempts = #"[{"target":"a/m","status":200,"ms":900}]"#
    row.tokens = [10, 5, 0, 0, 6, 2, 0]
    row.costBillionths = 1_500_000
    row.currency = "CNY"
    row.priceVersion = "2026-01"
    return row
  }

  static func record(_ number: UInt64) -> ExchangeRecord {
    var record = ExchangeRecord(id: ExchangeID(origin: 9, sequence: number), startedAt: Instant(nanoseconds: 1_000_000))
    record.endedAt = Instant(nanoseconds: 901_000_000)
    record.outcome = .success
    record.consumer = "app"
    record.route = "fast"
    record.usage = TokenUsage(inputUncached: 10, output: 3)
    return record
  }
}

extension LedgerRow {
  /// nil: not what `encode` writes.
  init?(decoding payload: UnsafeRawBufferPointer) {
    var rows = SQLRows.ofLedger
    guard rows.append(payload: payload) else { return nil }
    self.init(rows, 0)
  }

  static func of(
    _ record: ExchangeRecord, withAddress: Bool = false, wallClock: (Instant) -> Int64
  ) -> LedgerRow {
    var row = LedgerRow(id: record.id)
    row.take(record, withAddress: withAddress, wallClock: wallClock)
    return row
  }

  /// As the journal has it.
  var frame: [UInt8] {
    var bytes = ByteWriter()
    LedgerFrame.append(self, to: &bytes)
    return bytes.withBytes { Array($0) }
  }

  var payload: [UInt8] { Array(frame.dropFirst(LedgerFrame.headLength)) }
}

extension SQLRows {
  var read: [LedgerRow] { (0..<count).map { LedgerRow(self, $0) } }

  /// As the journal brings them.
  static func of(_ list: [LedgerRow]) -> SQLRows {
    var rows = SQLRows.ofLedger
    for row in list {
      precondition(row.payload.withUnsafeBytes { rows.append(payload: $0) })
    }
    return rows
  }
}

/// A ledger's files in a directory of the test, without threads.
final class LedgerFixture {
  let directory: TemporaryDirectory
  let journal: JournalDirectory
  var settings = LedgerSettings()
  let events = LedgerEvents()
  /// Of several nodes, the one that moves.
  var node: String? { if case .postgres = database.place { "node" } else { nil } }

  let database: DatabaseLocation
  var ledgerPath: String { database.ledgerFile }

  convenience init() throws {
    let directory = try TemporaryDirectory()
    try self.init(directory, .sqlite(path: directory.path("sluice.db")))
  }

  init(_ directory: TemporaryDirectory, _ database: DatabaseLocation) throws {
    self.directory = directory
    self.database = database
    journal = JournalDirectory(path: database.journal)
    try journal.prepare()
  }

  /// Of a new process.
  func reopenedJournal() throws -> JournalDirectory {
    let journal = JournalDirectory(path: journal.path)
    try journal.prepare()
    return journal
  }

  func write(_ rows: [LedgerRow], named milliseconds: Int64 = 1) {
    var writer = JournalWriter(journal, limit: 1 << 30) { milliseconds }
    for row in rows { writer.append(row) }
    writer.flush()
    writer.end()
  }

  func mover(
    _ journal: JournalDirectory? = nil, audit: AuditDirectory? = nil, now: Int64 = ledgerMoment
  ) -> LedgerMover {
    LedgerMover(
      journal ?? self.journal, database: database, node: node, settings: settings, audit: audit,
      now: WallTime(milliseconds: now), onEvent: events.add)
  }

  @discardableResult
  func move(_ mover: inout LedgerMover, now: Int64 = ledgerMoment) -> Bool {
    mover.move(now: { WallTime(milliseconds: now) })
  }

  func usage(_ dimensions: [UsageQuery.Dimension] = [.consumer]) throws -> [UsageLine] {
    let reader = try LedgerReader(database)
    defer { reader.close() }
    return try reader.usage(UsageQuery(span: .days(0..<100_000), dimensions: dimensions))
  }

  func exported() throws -> [String] {
    let reader = try LedgerReader(database)
    defer { reader.close() }
    var lines: [String] = []
    try reader.exportObjects(ended: 0..<Int64.max) { lines.append($0) }
    return lines
  }
}

/// What a ledger has told.
final class LedgerEvents: Sendable {
  private let list = Mutex<[LedgerEvent]>([])

  var all: [LedgerEvent] { list.withLock { $0 } }

  func add(_ event: LedgerEvent) { list.withLock { $0.append(event) } }
}
