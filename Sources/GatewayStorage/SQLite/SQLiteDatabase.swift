import Foundation
import GRDB
import GatewayCore

/// One SQLite file in WAL mode, so that `sluice keys` may change it while a gateway runs. Its work is done on the queue of the
/// connection, never on an event loop.
final class SQLiteDatabase: SQLDatabase {
  // 5 s: many times the longest transaction of ours; beyond it a process hangs with the lock.
  private static let busyTimeout: TimeInterval = 5

  let name: String
  /// The file was made, or was empty.
  let isNew: Bool
  private let queue: DatabaseQueue

  var dialect: SQLDialect { .sqlite }

  /// Opens the file, creates it if needed and brings it to the present version. Call it within `SQLiteFile.alone`. Blocks.
  init(_ file: SQLiteFile) throws {
    name = file.path
    isNew = try file.prepare()
    queue = try DatabaseQueue(path: file.path, configuration: Self.configuration)
    try Self.migrate(queue, path: file.path)
  }

  func transaction<Result: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Result
  ) async throws(StorageError) -> Result {
    do { return try await queue.write { try work(SQLiteSession(database: $0)) } } catch {
      throw StorageError(error, path: name)
    }
  }

  /// The same. Blocks.
  func transactionNow<Result>(_ work: (any SQLSession) throws -> Result) throws -> Result {
    try queue.write { try work(SQLiteSession(database: $0)) }
  }

  func submit<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value,
    completion: @escaping @Sendable (Result<Value, StorageError>) -> Void
  ) {
    queue.asyncWrite {
      try work(SQLiteSession(database: $0))
    } completion: { [name] _, result in
      completion(result.mapError { StorageError($0, path: name) })
    }
  }

  func foreignVersion() async throws(StorageError) -> (changes: Int64, breaks: Int64) {
    // Outside a transaction: within one, `data_version` would not move.
    do {
      let changes = try await queue.writeWithoutTransaction { database in
        try Int64.fetchOne(database, sql: "PRAGMA data_version") ?? 0
      }
      return (changes, 0)
    } catch {
      throw StorageError(error, path: name)
    }
  }

  func whenBack(_ action: @escaping @Sendable () -> Void) {}

  func close() throws(StorageError) {
    do { try queue.close() } catch { throw StorageError(error, path: name) }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "sluice.sqlite"
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(busyTimeout)
    configuration.prepareDatabase { database in
      // In WAL mode a commit survives a crash of the process either way; `FULL` makes it survive a loss of power too.
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    return configuration
  }

  private static func migrate(_ database: DatabaseQueue, path: String) throws {
    let migrator = SQLiteSchema.migrator
    if try database.read(migrator.hasBeenSuperseded) { throw StorageError.newerVersion(path: path) }
    do {
      try migrator.migrate(database)
    } catch {
      // Another process may have migrated the file between our look and our step; then there is nothing left to do.
      guard try database.read(migrator.hasCompletedMigrations) else { throw error }
    }
  }
}
