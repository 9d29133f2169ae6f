import Foundation
import GRDB

/// One end of a copy. Its work blocks.
protocol CopyEnd {
  /// For messages.
  var name: String { get }
  /// Whether it has a ledger, or will have one.
  var hasLedger: Bool { get }
  /// Runs `body` with a session for each area, in one transaction of each: of a source it sees one state, of a target all is
  /// written or nothing.
  func run(_ body: ([CopiedTable.Area: any SQLSession]) throws -> Void) throws
}

/// PostgreSQL at one end.
struct PostgresCopyEnd: CopyEnd {
  // A statement of a copy may count or read millions of rows.
  private static let patience: Duration = .seconds(3600)

  let settings: PostgresSettings
  let isSource: Bool

  var name: String { settings.server }
  var hasLedger: Bool { true }

  func run(_ body: ([CopiedTable.Area: any SQLSession]) throws -> Void) throws {
    let connection = try PostgresConnection.open(settings, try PostgresLibrary.load())
    try connection.transaction(isSource ? .repeatableRead : .readCommitted) {
      try connection.extendTransaction(to: Self.patience)
      let migrations = PostgresSchema.migrations
      if isSource {
        let (found, known) = (try migrations.version(connection), migrations.steps.count)
        if found > known { throw PostgresError.newerVersion(found: found, known: known) }
        guard found == known else { throw StorageError.notCopied(reason: "'\(name)' has no tables of this version") }
        try refuseOthers(connection)
      } else {
        try migrations.run(in: connection)
        try connection.extendTransaction(to: Self.patience)
      }
      let session = PostgresSession(connection: connection)
      try body([.store: session, .ledger: session])
    }
  }

  // A server may still show a session for a moment that has just ended.
  private static let looks = 10

  private func refuseOthers(_ connection: PostgresConnection) throws {
    for look in 1...Self.looks {
      // Within a transaction the view stays as it was first read.
      _ = try connection.query("SELECT pg_stat_clear_snapshot(), pg_sleep(\(look == 1 ? 0 : 0.2))")
      let others = try connection.query(
        """
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sluice'
        AND pid <> pg_backend_pid()
        """)
      if others[0, 0].integer == 0 { return }
    }
    throw StorageError.notCopied(reason: "'\(name)' is in use by sluice; stop its gateways first")
  }
}

/// A file, and that of the ledger beside it.
struct SQLiteCopyEnd: CopyEnd {
  let path: String
  let isSource: Bool

  var name: String { path }
  private var location: DatabaseLocation { .sqlite(path: path) }
  var hasLedger: Bool { !isSource || FileManager.default.fileExists(atPath: location.ledgerFile) }

  func run(_ body: ([CopiedTable.Area: any SQLSession]) throws -> Void) throws {
    do { try isSource ? read(body) : write(body) } catch { throw StorageError(error, path: path) }
  }

  private func read(_ body: ([CopiedTable.Area: any SQLSession]) throws -> Void) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StorageError.cannotOpen(path: path, reason: "there is no such file")
    }
    let store = try Self.alone(path, SQLiteSchema.migrator)
    defer { try? store.close() }
    let ledger = hasLedger ? try Self.alone(location.ledgerFile, LedgerSchema.migrator) : nil
    defer { try? ledger?.close() }
    // Nobody adds to it any more.
    let journal = JournalDirectory(path: location.journal)
    if journal.segments().contains(where: { journal.size(of: $0) > 0 }) {
      throw StorageError.notCopied(
        reason: "'\(journal.path)' has exchanges that are not in the ledger yet; start the gateway once and stop it")
    }
    try store.write { database in
      guard let ledger else { return try body([.store: SQLiteSession(database: database)]) }
      try ledger.write {
        try body([.store: SQLiteSession(database: database), .ledger: SQLiteSession(database: $0)])
      }
    }
  }

  /// Opens a file that nobody else has open, and keeps others out of it.
  private static func alone(_ path: String, _ migrator: DatabaseMigrator) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .immediateError
    // SQLite: in this mode the first read of a file in WAL mode needs it for itself, also from idle connections.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      if try queue.read(migrator.hasBeenSuperseded) { throw StorageError.newerVersion(path: path) }
      guard try queue.read(migrator.hasCompletedMigrations) else {
        throw StorageError.notCopied(
          reason: "'\(path)' is of an earlier version; start this version's gateway on it once")
      }
      return queue
    } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
      throw StorageError.notCopied(reason: "'\(path)' is in use; stop the gateway first")
    }
  }

  /// Into files of other names, which get theirs when all is there.
  private func write(_ body: ([CopiedTable.Area: any SQLSession]) throws -> Void) throws {
    let files = [path, location.ledgerFile]
    for file in files where FileManager.default.fileExists(atPath: file) {
      throw StorageError.notCopied(reason: "'\(file)' is there already; name another file, or move it away")
    }
    let drafts = files.map { $0 + ".copying" }
    func clear() {
      for file in drafts.flatMap({ [$0, $0 + "-wal", $0 + "-shm"] }) {
        try? FileManager.default.removeItem(atPath: file)
      }
    }
    clear()
    defer { clear() }
    let store = try SQLiteDatabase(SQLiteFile(path: drafts[0]))
    let ledger = try SQLiteLedgerConnection(creating: drafts[1])
    try store.transactionNow { stored in
      try ledger.perform { ledgered in try body([.store: stored, .ledger: ledgered]) }
    }
    try store.close()
    ledger.close()
    for (draft, file) in zip(drafts, files) { try FileManager.default.moveItem(atPath: draft, toPath: file) }
  }
}
