import GatewayCore
import Synchronization

/// Keys, counters and kept objects in a database: one SQLite file, or PostgreSQL, which several gateways share.
package final class DatabaseStore: Sendable {
  let database: any SQLDatabase
  let pepper: Pepper
  /// Of several gateways that share the database, this one; nil: it serves no calls, or has the database to itself.
  private let identity: NodeIdentity?
  /// Of several gateways that share the database, the one whose files these are; nil: it has the database to itself, or never
  /// served.
  package let node: String?
  /// Changes made through this store, which SQLite's own counter does not see.
  let ownChanges = Atomic<Int64>(0)
  let objectChanges = Mutex(ObjectChanges())
  let onEvent: (@Sendable (StoreEvent) -> Void)?
  private let lock = Mutex<ServingLock?>(nil)

  private init(
    _ database: any SQLDatabase, _ pepper: Pepper, identity: NodeIdentity?, node: String?,
    onEvent: (@Sendable (StoreEvent) -> Void)?
  ) {
    self.database = database
    self.pepper = pepper
    self.identity = identity
    self.node = node
    self.onEvent = onEvent
    database.whenBack { [weak self] in self?.writeObjects() }
  }

  /// Opens the database, creates what is missing and brings it to the present version.
  /// - Parameters:
  ///   - serves: whether a gateway runs on it: then changes by others are listened to, and this node's counters are its own.
  ///   - onEvent: called on any thread.
  package static func open(
    _ location: DatabaseLocation, serves: Bool, onEvent: (@Sendable (StoreEvent) -> Void)? = nil
  ) async throws(StorageError) -> DatabaseStore {
    switch location.place {
    case .sqlite(let path):
      let store = try DatabaseStore(sqlite: path, pepper: location.pepper, onEvent: onEvent)
      if serves {
        let lock = ServingLock(beside: path)
        store.lock.withLock { $0 = lock }
        if lock == nil { onEvent?(.servedByAnother) }
      }
      return store
    case .postgres(let settings):
      let database = try await PostgresDatabase.open(settings, listens: serves, onEvent: onEvent)
      do throws(StorageError) {
        let pepper = try await pepper(from: location.pepper, for: database)
        let identity = serves ? try NodeIdentity(beside: location.files) : nil
        let node = identity?.name ?? NodeIdentity.known(beside: location.files)
        let store = DatabaseStore(database, pepper, identity: identity, node: node, onEvent: onEvent)
        try await store.registerNode()
        return store
      } catch {
        try? await database.close()
        throw error
      }
    }
  }

  /// Opens the SQLite file at `path`. Blocks.
  package init(
    sqlite path: String, pepper: DatabaseLocation.PepperSource? = nil,
    onEvent: (@Sendable (StoreEvent) -> Void)? = nil
  ) throws(StorageError) {
    let file = SQLiteFile(path: path)
    let source = pepper ?? .file(path: file.pepperPath)
    do {
      (self.database, self.pepper) = try file.alone {
        let database = try SQLiteDatabase(file)
        let known = try database.transactionNow(Self.knownCheck)
        let pepper = try Pepper(source, mayCreate: database.isNew || known == nil)
        let stored = try database.transactionNow { try Self.claim($0, for: pepper) }
        guard stored == SQLValue(pepper.check) else {
          throw StorageError.pepperMismatch(path: path, pepper: source.name)
        }
        return (database, pepper)
      }
    } catch {
      throw StorageError(error, path: path)
    }
    identity = nil
    node = nil
    self.onEvent = onEvent
  }

  var serves: Bool { identity != nil }

  /// Closes the database when running work is done.
  package func close() async throws(StorageError) {
    defer {
      identity?.release()
      lock.withLock { $0?.release() }
    }
    try await database.close()
  }

  /// Remembers which pepper the database belongs to, or refuses one that it does not.
  private static func pepper(
    from source: DatabaseLocation.PepperSource, for database: PostgresDatabase
  ) async throws(StorageError) -> Pepper {
    let known = try await database.transaction(knownCheck)
    let pepper: Pepper
    do throws(StorageError) {
      pepper = try Pepper(source, mayCreate: known == nil)
    } catch {
      guard case .pepperMissing(let path) = error else { throw error }
      throw .sharedPepperMissing(path: path, database: database.name)
    }
    let stored = try await database.transaction { try claim($0, for: pepper) }
    guard stored == SQLValue(pepper.check) else {
      throw .pepperMismatch(path: database.name, pepper: source.name)
    }
    return pepper
  }

  private static func knownCheck(_ session: any SQLSession) throws -> SQLValue? {
    try session.first("SELECT pepper_check FROM installation") { SQLValue.bytes($0.bytes(0) ?? []) }
  }

  private static func claim(_ session: any SQLSession, for pepper: Pepper) throws -> SQLValue? {
    try session.run(
      "INSERT INTO installation (singleton, pepper_check) VALUES (1, ?) ON CONFLICT DO NOTHING",
      [SQLValue(pepper.check)])
    return try knownCheck(session)
  }
}
