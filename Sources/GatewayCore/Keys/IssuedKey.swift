/// One issued key, as it may be shown.
package struct IssuedKey: Hashable, Sendable {
  package enum State: String, CaseIterable, Sendable {
    case active, disabled, expired, revoked
    /// Good until its grace time ends; its successor is good, too.
    case rotating
    /// Refused: its rules were written by another version.
    case unreadable
  }

  package let id: Int64
  /// The beginning of the key, enough to recognise it and too little to guess it: `sk-sluice-AbCd`.
  package let label: String
  package let consumer: String
  /// nil: they cannot be read.
  package let settings: KeySettings?
  package let createdAt: WallTime
  package let disabledAt: WallTime?
  package let revokedAt: WallTime?
  /// The first key of those that rotation has put one in another's place.
  package let lineage: Int64
  /// The key that has taken its place.
  package let successor: Int64?

  package init(
    id: Int64, label: String, consumer: String, settings: KeySettings?, createdAt: WallTime,
    disabledAt: WallTime? = nil,
    revokedAt: WallTime? = nil, lineage: Int64, successor: Int64? = nil
  ) {
    self.id = id
    self.label = label
    self.consumer = consumer
    self.settings = settings
    self.createdAt = createdAt
    self.disabledAt = disabledAt
    self.revokedAt = revokedAt
    self.lineage = lineage
    self.successor = successor
  }

  package func state(now: WallTime) -> State {
    if revokedAt != nil { return .revoked }
    guard let settings else { return .unreadable }
    if disabledAt != nil { return .disabled }
    if let end = settings.expiresAt, end <= now { return .expired }
    return successor == nil ? .active : .rotating
  }
}

/// A key that is not revoked, as the data plane looks it up.
package struct ActiveKey: Sendable {
  /// One object for all keys that have them.
  package final class Rules: Sendable {
    package let rules: KeyRules

    package init(_ rules: KeyRules) { self.rules = rules }
  }

  package let id: Int64
  package let lineage: Int64
  package let label: String
  /// `KeyDirectory.keyedHash` of the key's SHA-256.
  package let hash: KeyDigest
  package let consumer: String
  package let isDisabled: Bool
  package let expiresAt: WallTime?
  /// nil: none.
  package let rules: Rules?

  package init(
    id: Int64, lineage: Int64? = nil, label: String, hash: KeyDigest, consumer: String, isDisabled: Bool = false,
    expiresAt: WallTime? = nil, rules: Rules? = nil
  ) {
    self.id = id
    self.lineage = lineage ?? id
    self.label = label
    self.hash = hash
    self.consumer = consumer
    self.isDisabled = isDisabled
    self.expiresAt = expiresAt
    self.rules = rules
  }
}
