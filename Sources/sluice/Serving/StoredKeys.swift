import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// The keys, secrets and objects of the database as a configuration needs them, and up to which change they were read.
struct StoredKeys: Sendable {
  private(set) var keys: StoredKeySet
  /// nil: the database is not open yet.
  var secrets: StoredSecrets?
  let keyedHash: (@Sendable (KeyDigest) -> KeyDigest)?
  /// The last revision of the configuration; 0: there is none.
  var revision: Int64 = 0
  var objects = StoredObjects() {
    didSet { text = .objects(objects) }
  }
  /// `objects` as they are read.
  var text: StoredText?
  /// Of the database just before it was read; nil: it is not followed.
  private(set) var version: KeyDirectoryVersion?
  /// Secrets or objects could not be read: they are those of before.
  private(set) var isPartial = false
  /// Of the last change of `keys`.
  private var number: Int64

  static let none = StoredKeys(keys: .empty)

  /// As they are, of no moment.
  init(
    keys: StoredKeySet, keyedHash: (@Sendable (KeyDigest) -> KeyDigest)? = nil, secrets: StoredSecrets? = nil
  ) {
    self.keys = keys
    self.keyedHash = keyedHash
    self.secrets = secrets
    (version, number) = (nil, 0)
  }

  /// Keys and objects as they are now, for who calls no provider and follows nothing.
  init(reading store: DatabaseStore) async throws {
    self.init(keys: StoredKeySet(try await store.keyTable().table)) { store.keyedHash(of: $0) }
    try await readObjects(of: store)
  }

  /// Only the objects.
  static func objects(of store: DatabaseStore) async throws -> StoredKeys {
    var stored = StoredKeys.none
    try await stored.readObjects(of: store)
    return stored
  }

  /// All of them.
  init(of store: DatabaseStore, masterKeys: MasterKeys) async throws {
    // Asked first: what changes while the rows are read is a change.
    let version = try await store.version()
    let (table, number) = try await store.keyTable()
    self.init(keys: StoredKeySet(table)) { store.keyedHash(of: $0) }
    (self.version, self.number) = (version, number)
    try await readRest(of: store, masterKeys)
  }

  /// The same database later.
  struct Later {
    /// With the keys as they are now, whatever became of the rest.
    var stored: StoredKeys
    /// How many keys have changed; nil: all were read.
    var changedKeys: Int?
    /// Why secrets or objects could not be read.
    var fault: (any Error)?
  }

  /// Reads what has changed; of the keys only changes, unless the connection was lost.
  /// - Throws: why the keys could not be read.
  func next(of store: DatabaseStore, masterKeys: MasterKeys) async throws -> Later {
    var next = self
    // Not the text that somebody has sent.
    next.objects = objects
    let now = try await store.version()
    var changedKeys: Int?
    if let version, now.isWithoutBreak(since: version), let changes = try await store.changes(since: number) {
      if changes.count > 0 { next.keys = keys.applying(changes) }
      (next.number, changedKeys) = (changes.number, changes.count)
    } else {
      let (table, number) = try await store.keyTable()
      (next.keys, next.number) = (StoredKeySet(table), number)
    }
    next.version = now
    do {
      try await next.readRest(of: store, masterKeys)
      next.isPartial = false
      return Later(stored: next, changedKeys: changedKeys)
    } catch {
      next.isPartial = true
      return Later(stored: next, changedKeys: changedKeys, fault: error)
    }
  }

  /// Nothing has changed where it throws.
  private mutating func readRest(of store: DatabaseStore, _ masterKeys: MasterKeys) async throws {
    let secrets = StoredSecrets(try await store.secrets(), keys: masterKeys)
    try await readObjects(of: store)
    self.secrets = secrets
  }

  private mutating func readObjects(of store: DatabaseStore) async throws {
    let latest = try await store.latestRevision()
    guard latest != revision || latest == 0 else { return }
    guard latest > 0, let found = try await store.revision(latest) else {
      (objects, revision) = (StoredObjects(), 0)
      return
    }
    (objects, revision) = (try StoredObjects(document: found.content.document), latest)
  }

  /// The same without one of the sealed secrets.
  func without(_ secret: String) -> StoredKeys {
    var stored = self
    stored.secrets = secrets?.without(secret)
    return stored
  }

  /// With its changes in one table.
  func merged() -> StoredKeys {
    var stored = self
    stored.keys = keys.merged()
    return stored
  }
}
