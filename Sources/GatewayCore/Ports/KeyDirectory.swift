/// Where gateway keys that were issued at run time live. Only keyed hashes are kept; a key itself is shown once, to
/// whoever issued it.
package protocol KeyDirectory: Sendable {
  /// Makes and stores a new key for `consumer`.
  func issue(to consumer: String) async throws -> NewGatewayKey
  /// All keys, also disabled ones, oldest first.
  func list() async throws -> [IssuedKey]
  /// Disables the key for good.
  ///
  /// - Returns: the key as it is now; `nil` when there is none with this id.
  func revoke(id: Int64) async throws -> IssuedKey?
  /// What a caller may present now.
  func activeKeys() async throws -> [ActiveKey]
  /// Changes whenever keys may have changed, by this process or another one. Cheap enough to ask every second.
  func version() async throws -> KeyDirectoryVersion
  /// What the directory stores of a key: an HMAC of its SHA-256 under a secret of this installation.
  func keyedHash(of digest: KeyDigest) -> KeyDigest
}

/// One issued key, as it may be shown.
package struct IssuedKey: Hashable, Sendable {
  package let id: Int64
  /// The beginning of the key, enough to recognise it and too little to guess it: `sk-sluice-AbCd`.
  package let label: String
  package let consumer: String
  /// Since 1970-01-01T00:00:00Z.
  package let createdAt: Duration
  /// Since 1970-01-01T00:00:00Z; `nil` while the key is good.
  package let disabledAt: Duration?

  package init(id: Int64, label: String, consumer: String, createdAt: Duration, disabledAt: Duration?) {
    self.id = id
    self.label = label
    self.consumer = consumer
    self.createdAt = createdAt
    self.disabledAt = disabledAt
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

/// A key that is good, as the data plane looks it up.
package struct ActiveKey: Hashable, Sendable {
  package let id: Int64
  /// `KeyDirectory.keyedHash` of the key's SHA-256.
  package let hash: KeyDigest
  package let consumer: String

  package init(id: Int64, hash: KeyDigest, consumer: String) {
    self.id = id
    self.hash = hash
    self.consumer = consumer
  }
}

/// Compared for equality only.
package struct KeyDirectoryVersion: Hashable, Sendable {
  /// Commits of other processes.
  private let foreign: Int64
  /// Changes made by this process.
  private let own: Int64

  package init(foreign: Int64, own: Int64) {
    self.foreign = foreign
    self.own = own
  }
}
