import Foundation
import GRDB
import GatewayCore

/// A connection to the database of the ledger, in the hands of one thread. Its calls block.
protocol LedgerConnection: AnyObject {
  /// For messages: a path, or an address without credentials.
  var name: String { get }
  /// Rows that are moved in one transaction.
  var batch: Int { get }

  /// One transaction: what it has changed stays when `work` returns, and is taken back when it throws.
  func perform<Result>(_ work: (any SQLSession) throws -> Result) throws(StorageError) -> Result

  func close()
}

extension DatabaseLocation {
  /// Opens the ledger's tables, creates what is missing and brings it to the present version.
  func openLedger() throws(StorageError) -> any LedgerConnection {
    switch place {
    case .sqlite: try SQLiteLedgerConnection(creating: ledgerFile)
    case .postgres(let settings): try PostgresLedgerConnection(settings, mayCreate: true)
    }
  }

  /// Opens them to be read.
  func readLedger() throws(StorageError) -> any LedgerConnection {
    switch place {
    case .sqlite: try SQLiteLedgerConnection(reading: ledgerFile)
    case .postgres(let settings): try PostgresLedgerConnection(settings, mayCreate: false)
    }
  }

  /// The ledger of SQLite is a file of its own: keys and counters neither wait for its transactions, nor are its commits taken for
  /// changes of keys.
  var ledgerFile: String { files + ".ledger" }
}

/// The file of a ledger.
final class SQLiteLedgerConnection: LedgerConnection {
  // Another process may hold the lock; the journal keeps what comes meanwhile, and the next second is another chance.
  private static let busyTimeout: TimeInterval = 2

  let name: String
  // KiB of pages: the ends of the tables and the sums of this hour and day.
  private static let cache = 2048

  // Some 10 ms of work: that long a reader waits for the database at most.
  let batch = 1000
  private let database: DatabaseQueue

  /// Opens the file, creates it if needed and brings it to the present version.
  init(creating path: String) throws(StorageError) {
    name = path
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

  /// Opens the file beside a running gateway, and without its locks.
  init(reading path: String) throws(StorageError) {
    name = path
    do {
      guard FileManager.default.fileExists(atPath: path) else {
        throw StorageError.noLedger(path: path)
      }
      var configuration = Configuration()
      configuration.readonly = true
      configuration.label = "sluice.ledger.read"
      configuration.busyMode = .timeout(5)
      database = try DatabaseQueue(path: path, configuration: configuration)
      // Somebody is about to make them, or to bring them to this version.
      guard try database.read(LedgerSchema.migrator.hasCompletedMigrations) else {
        throw StorageError.noLedger(path: path)
      }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  func perform<Result>(_ work: (any SQLSession) throws -> Result) throws(StorageError) -> Result {
    do {
      if database.configuration.readonly { return try database.read { try work(SQLiteSession(database: $0)) } }
      return try database.write { try work(SQLiteSession(database: $0)) }
    } catch {
      throw StorageError(error, path: name)
    }
  }

  func close() { try? database.close() }
}

/// A ledger in PostgreSQL, beside keys and counters, on a connection of its own.
final class PostgresLedgerConnection: LedgerConnection {
  // Times that a transaction is run again when other nodes got in its way.
  private static let repetitions = 5

  // A round trip takes as long as some 100 rows.
  let batch = 4000
  private let settings: PostgresSettings
  private var connection: PostgresConnection?

  var name: String { settings.server }

  /// - Parameter mayCreate: whether missing tables are made.
  init(_ settings: PostgresSettings, mayCreate: Bool) throws(StorageError) {
    self.settings = settings
    do {
      let connection = try PostgresConnection.open(settings, try PostgresLibrary.load())
      try connection.transaction(.readCommitted) {
        let migrations = PostgresSchema.migrations
        if mayCreate { return try migrations.run(in: connection) }
        let (found, known) = (try migrations.version(connection), migrations.steps.count)
        if found > known { throw PostgresError.newerVersion(found: found, known: known) }
        if found < known { throw StorageError.noLedger(path: settings.server) }
      }
      self.connection = connection
    } catch {
      throw StorageError(error, server: settings.server)
    }
  }

  func perform<Result>(_ work: (any SQLSession) throws -> Result) throws(StorageError) -> Result {
    guard let connection else { throw .server(.closed) }
    var attempt = 0
    while true {
      do {
        return try connection.transaction(.readCommitted) { try work(PostgresSession(connection: connection)) }
      } catch {
        attempt += 1
        guard attempt < Self.repetitions, (error as? PostgresError)?.isWorthRepeating == true else {
          throw StorageError(error, server: name)
        }
      }
    }
  }

  func close() { connection = nil }
}
