/// Where gateway keys that were issued at run time live. Only keyed hashes are kept; a key itself is shown once, to
/// whoever issued it. Methods that name a key return nil when there is none with this id.
package protocol KeyDirectory: Sendable {
  /// Makes and stores a new key for `consumer`.
  func issue(to consumer: String, _ settings: KeySettings) async throws -> NewGatewayKey
  /// All keys, also those that are revoked, oldest first.
  func list() async throws -> [IssuedKey]
  func key(id: Int64) async throws -> IssuedKey?
  /// Changes note, expiry or rules. Throws `KeyRefusal`.
  func update(id: Int64, _ change: @escaping @Sendable (inout KeySettings) -> Void) async throws -> IssuedKey?
  /// Until it is enabled again. Throws `KeyRefusal`.
  func disable(id: Int64) async throws -> IssuedKey?
  /// Throws `KeyRefusal`.
  func enable(id: Int64) async throws -> IssuedKey?
  /// Makes a successor with the same settings; the key itself ends after `grace`, at the latest. Throws `KeyRefusal`.
  func rotate(id: Int64, grace: Duration) async throws -> NewGatewayKey?
  /// Ends the key for good.
  func revoke(id: Int64) async throws -> IssuedKey?
  /// What a caller may present now or later: all keys but those that are revoked.
  func activeKeys() async throws -> [ActiveKey]
  /// The same keys as a table, and the number of the last change that is in it.
  func keyTable() async throws -> (table: KeyTable, number: Int64)
  /// What has changed after the change with this number.
  ///
  /// - Returns: nil where all keys must be read anew: there are too many changes, or the database is not the one that it was.
  func changes(since number: Int64) async throws -> KeyChanges?
  /// Changes whenever keys or secrets may have changed, by this process or another one. Cheap enough to ask every second.
  func version() async throws -> KeyDirectoryVersion
  /// What the directory stores of a key: an HMAC of its SHA-256 under a secret of this installation.
  func keyedHash(of digest: KeyDigest) -> KeyDigest
}

extension KeyDirectory {
  /// A key that may do all that its consumer may.
  package func issue(to consumer: String) async throws -> NewGatewayKey {
    try await issue(to: consumer, KeySettings())
  }
}

/// What of an issued key can be changed.
package struct KeySettings: Hashable, Sendable {
  /// For people; at most 1,000 bytes.
  package var note: String?
  /// From then on it is refused; nil: never.
  package var expiresAt: WallTime?
  package var rules: KeyRules

  package init(note: String? = nil, expiresAt: WallTime? = nil, rules: KeyRules = KeyRules()) {
    self.note = note
    self.expiresAt = expiresAt
    self.rules = rules
  }
}

/// Why a key cannot be changed in this way.
package enum KeyRefusal: Error, Hashable, CustomStringConvertible {
  case revoked(id: Int64)
  case notEnabled(id: Int64)
  case expired(id: Int64)
  case rotated(id: Int64, successor: Int64)
  /// Its rules were written by another version.
  case unreadable(id: Int64)

  package var description: String {
    switch self {
    case .revoked(let id): "key \(id) is revoked, for good; create another one"
    case .notEnabled(let id): "key \(id) is disabled; enable it first"
    case .expired(let id): "key \(id) has expired; give it a later expiry first, or create another one"
    case .rotated(let id, let successor): "key \(id) was rotated already: key \(successor) has taken its place"
    case .unreadable(let id): "the rules of key \(id) cannot be read by this version; revoke it, or run the newer one"
    }
  }
}

/// A key that was just made, with its only copy.
package struct NewGatewayKey: Sendable {
  package let key: Secret
  package let issued: IssuedKey

  package init(key: Secret, issued: IssuedKey) {
    self.key = key
    self.issued = issued
  }
}

/// Compared for equality only.
package struct KeyDirectoryVersion: Hashable, Sendable {
  /// Commits of other processes.
  private let foreign: Int64
  /// Changes made by this process.
  private let own: Int64
  /// How often the connection to the database was lost.
  private let breaks: Int64

  package init(foreign: Int64, own: Int64, breaks: Int64 = 0) {
    self.foreign = foreign
    self.own = own
    self.breaks = breaks
  }

  /// Whether changes are all that is between the two. After a break the database may be another one, of another past.
  package func isWithoutBreak(since other: Self) -> Bool { breaks == other.breaks }
}
