import Foundation
import GRDB
import GatewayCore
import Synchronization

/// The embedded store: one SQLite file in WAL mode, so that `sluice keys` may change it while a gateway runs. Its work
/// is done on the queue of the connection, never on an event loop.
package final class SQLiteStore: Sendable {
  // 5 s: many times the longest transaction of ours; beyond it a process hangs with the lock.
  private static let busyTimeout: TimeInterval = 5

  let path: String
  let database: DatabaseQueue
  let pepper: Pepper
  /// Changes made through this store, which SQLite's own counter does not see.
  let ownChanges = Atomic<Int64>(0)
  let objectChanges = Mutex(ObjectChanges())
  /// Told of what could not be written after its caller had gone on.
  let onFailure: (@Sendable (StorageError) -> Void)?

  /// Opens the file at `path`, creates it if needed and brings it to the present version. Blocks.
  package init(path: String, onFailure: (@Sendable (StorageError) -> Void)? = nil) throws(StorageError) {
    self.path = path
    self.onFailure = onFailure
    do {
      let file = SQLiteFile(path: path)
      (database, pepper) = try file.alone { try Self.open(file) }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  private static func open(_ file: SQLiteFile) throws -> (DatabaseQueue, Pepper) {
    let isNew = try file.prepare()
    let database = try DatabaseQueue(path: file.path, configuration: configuration)
    try migrate(database, path: file.path)
    let known = try database.read { try Data.fetchOne($0, sql: "SELECT pepper_check FROM installation") }
    let pepper = try Pepper(path: file.pepperPath, mayCreate: isNew || known == nil)
    try match(pepper, with: database, of: file)
    return (database, pepper)
  }

  /// Closes the file. Blocks until running work is done.
  package func close() throws(StorageError) {
    do { try database.close() } catch { throw StorageError(error, path: path) }
  }

  /// One transaction.
  func perform<Result: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Result
  ) async throws(StorageError) -> Result {
    do { return try await database.write(work) } catch { throw StorageError(error, path: path) }
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

  /// Remembers which pepper the database belongs to, or refuses one that it does not.
  private static func match(_ pepper: Pepper, with database: DatabaseQueue, of file: SQLiteFile) throws {
    let check = withUnsafeBytes(of: pepper.check) { Data($0) }
    let stored = try database.write { database in
      try database.execute(
        sql: "INSERT INTO installation (singleton, pepper_check) VALUES (1, ?) ON CONFLICT DO NOTHING",
        arguments: [check])
      return try Data.fetchOne(database, sql: "SELECT pepper_check FROM installation")
    }
    guard stored == check else { throw StorageError.pepperMismatch(path: file.path, pepper: file.pepperPath) }
  }
}
