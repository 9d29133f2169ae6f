import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// The keys, secrets and objects of the database as a configuration needs them, and up to which change they were read.
struct StoredKeys: Sendable {
  let keys: StoredKeySet
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
  let version: KeyDirectoryVersion?
  /// Of the last change of `keys`.
  private let number: Int64

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

  private init(
    _ keys: StoredKeySet, _ number: Int64, _ version: KeyDirectoryVersion, _ store: DatabaseStore,
    _ masterKeys: MasterKeys
  ) async throws {
    self.keys = keys
    self.number = number
    self.version = version
    keyedHash = { store.keyedHash(of: $0) }
    secrets = StoredSecrets(try await store.secrets(), keys: masterKeys)
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
    try await self.init(StoredKeySet(table), number, version, store, masterKeys)
    try await readObjects(of: store)
  }

  /// The same database later. Of the keys only changes are read, unless the connection was lost.
  ///
  /// - Returns: also how many keys have changed; nil: all were read.
  func next(of store: DatabaseStore, masterKeys: MasterKeys) async throws -> (stored: StoredKeys, changedKeys: Int?) {
    let now = try await store.version()
    guard let version, now.isWithoutBreak(since: version), let changes = try await store.changes(since: number) else {
      return (try await StoredKeys(of: store, masterKeys: masterKeys), nil)
    }
    let keys = changes.count == 0 ? self.keys : self.keys.applying(changes)
    var next = try await StoredKeys(keys, changes.number, now, store, masterKeys)
    (next.objects, next.revision) = (objects, revision)
    try await next.readObjects(of: store)
    return (next, changes.count)
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
  func merged() -> StoredKeys { StoredKeys(self, keys.merged()) }

  private init(_ other: StoredKeys, _ keys: StoredKeySet) {
    self.keys = keys
    (secrets, keyedHash, version, number) = (other.secrets, other.keyedHash, other.version, other.number)
    (objects, revision, text) = (other.objects, other.revision, other.text)
  }
}
