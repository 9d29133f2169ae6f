import Foundation
import GRDB
import GatewayCore

/// The ledger's database: a file beside that of keys and counters, which neither wait for its transactions nor take their
/// commits for changes of keys. Lives on the ledger's moving thread and blocks it.
final class SQLiteLedger {
  // Another process may hold the lock; the journal keeps what comes meanwhile, and the next second is another chance.
  private static let busyTimeout: TimeInterval = 2
  // Subjects whose numbers are remembered.
  private static let knownLimit = 100_000
  // KiB of pages: the ends of the tables and the sums of this hour and day.
  private static let cache = 4096

  let path: String
  let zone: ZoneOffsets
  private let database: DatabaseQueue
  private var known: [UsageSubject: Int64] = [:]

  /// The file of the ledger that belongs to a database.
  static func path(beside database: String) -> String { database + ".ledger" }

  /// Opens the file at `path`, creates it if needed and brings it to the present version.
  init(path: String, zone: ZoneOffsets) throws(StorageError) {
    self.path = path
    self.zone = zone
    do {
      var configuration = Configuration()
      configuration.label = "sluice.ledger"
      configuration.journalMode = .wal
      configuration.busyMode = .timeout(Self.busyTimeout)
      configuration.prepareDatabase { database in
        // A segment of the journal is removed when its rows are committed: they must survive a loss of power by then.
        try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = \(-Self.cache)")
      }
      let file = SQLiteFile(path: path)
      database = try file.alone {
        _ = try file.prepare()
        let database = try DatabaseQueue(path: path, configuration: configuration)
        let migrator = LedgerSchema.migrator
        if try database.read(migrator.hasBeenSuperseded) { throw StorageError.newerVersion(path: path) }
        try migrator.migrate(database)
        return database
      }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// How far the segments of the journal are moved.
  func positions() throws(StorageError) -> [String: Int] {
    try perform { database in
      let rows = try Row.fetchAll(database, sql: "SELECT segment, position FROM ledger_position")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["segment"], $0["position"]) })
    }
  }

  /// Writes a batch with its sums and its position, all or nothing.
  ///
  /// - Returns: rows that were not there before.
  func move(_ batch: JournalReader.Batch, forget finished: [String]) throws(StorageError) -> Int {
    do {
      return try perform { database in
        var sums = UsageSums(zone: self.zone)
        let new = try self.insert(batch.rows, in: database, &sums)
        try self.add(sums.hours, to: "usage_hour", "hour", in: database)
        try self.add(sums.days, to: "usage_day", "day", in: database)
        try database.cachedStatement(
          sql: """
            INSERT INTO ledger_position (segment, position) VALUES (?, ?)
            ON CONFLICT DO UPDATE SET position = excluded.position
            """
        ).execute(arguments: [batch.segment, batch.end])
        for name in finished {
          try database.execute(sql: "DELETE FROM ledger_position WHERE segment = ?", arguments: [name])
        }
        return new
      }
    } catch {
      // Subjects of a transaction that was taken back are not there.
      known = [:]
      throw error
    }
  }

  func close() { try? database.close() }

  func perform<Result>(_ work: (Database) throws -> Result) throws(StorageError) -> Result {
    do { return try database.write(work) } catch { throw StorageError(error, path: path) }
  }

  private func insert(_ rows: [LedgerRow], in database: Database, _ sums: inout UsageSums) throws -> Int {
    let statement = try database.cachedStatement(sql: LedgerColumns.insert)
    var new = 0
    for row in rows {
      try statement.execute(arguments: LedgerColumns.arguments(row))
      guard database.changesCount > 0 else { continue }
      new += 1
      sums.add(row)
    }
    return new
  }

  private func add(
    _ sums: [UsageSums.Key: UsageSum], to table: String, _ span: String, in database: Database
  ) throws {
    let columns = UsageSum.columns
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO \(table) (\(span), subject, \(columns.joined(separator: ", ")))
        VALUES (?, ?, \(columns.map { _ in "?" }.joined(separator: ", ")))
        ON CONFLICT DO UPDATE SET \(columns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", "))
        """)
    for (key, sum) in sums {
      let subject = try number(of: key.subject, in: database)
      try statement.execute(arguments: StatementArguments([key.span, subject] + sum.values))
    }
  }

  private func number(of subject: UsageSubject, in database: Database) throws -> Int64 {
    if let number = known[subject] { return number }
    let names = UsageSubject.columns.joined(separator: ", ")
    let marks = UsageSubject.columns.map { _ in "?" }.joined(separator: ", ")
    let arguments = StatementArguments(subject.values)
    try database.cachedStatement(sql: "INSERT INTO usage_subject (\(names)) VALUES (\(marks)) ON CONFLICT DO NOTHING")
      .execute(arguments: arguments)
    let number = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT id FROM usage_subject WHERE (\(names)) = (\(marks))"),
      arguments: arguments)
    if known.count >= Self.knownLimit { known = [:] }
    known[subject] = number
    return number ?? 0
  }
}
