/// The keys of the database as a configuration takes them: with its consumers, and their rules compiled.
package final class IssuedKeys: Sendable {
  /// A key that somebody holds, whether it is good or not.
  package struct Found: Sendable {
    package let caller: Caller
    package let isDisabled: Bool
    /// nil: never.
    package let expiresAt: WallTime?
  }

  /// A table with what its places stand for.
  private struct Bound: Sendable {
    let index: KeyIndex
    /// nil: the configuration has no consumer of this name.
    let consumers: [Consumer?]
    let policies: [KeyPolicy]

    init(_ table: KeyTable, _ consumers: [String: Consumer], _ zone: ZoneOffsets) {
      index = table.index
      self.consumers = table.consumers.map { consumers[$0] }
      policies = table.rules.map { KeyPolicy($0.rules, zone: zone) }
    }

    func found(_ place: Int) -> Found? {
      let entry = index.entries[place]
      guard !entry.isGone, let consumer = consumers[Int(entry.consumer)] else { return nil }
      let key = GatewayKey(
        id: entry.id, lineage: entry.lineage, label: entry.label,
        policy: entry.rules < 0 ? nil : policies[Int(entry.rules)])
      return Found(
        caller: Caller(consumer: consumer, key: key), isDisabled: entry.isDisabled,
        expiresAt: entry.expiresAt == .max ? nil : WallTime(milliseconds: entry.expiresAt))
    }
  }

  /// HMAC-SHA-256 of a key's digest with the installation's pepper.
  package let keyedHash: @Sendable (KeyDigest) -> KeyDigest
  /// All of them, also of consumers that the configuration does not have.
  package let keys: StoredKeySet
  private let base: Bound
  private let changes: Bound
  private let hasChanges: Bool
  private let consumers: [String: Consumer]
  private let zone: ZoneOffsets

  /// - Parameters:
  ///   - keys: those of other consumers are not found.
  ///   - zone: in which limits of days, weeks and months are counted.
  package init(
    _ keys: StoredKeySet, consumers: [Consumer], zone: ZoneOffsets = .utc,
    keyedHash: @escaping @Sendable (KeyDigest) -> KeyDigest
  ) {
    self.keyedHash = keyedHash
    self.keys = keys
    self.zone = zone
    self.consumers = Dictionary(consumers.map { ($0.name, $0) }) { first, _ in first }
    base = Bound(keys.base, self.consumers, zone)
    changes = Bound(keys.changes, self.consumers, zone)
    hasChanges = !keys.changes.isEmpty
  }

  private init(
    _ keys: StoredKeySet, after other: IssuedKeys, keyedHash: @escaping @Sendable (KeyDigest) -> KeyDigest
  ) {
    self.keyedHash = keyedHash
    self.keys = keys
    (zone, consumers) = (other.zone, other.consumers)
    base = keys.base === other.keys.base ? other.base : Bound(keys.base, other.consumers, other.zone)
    changes = Bound(keys.changes, other.consumers, other.zone)
    hasChanges = !keys.changes.isEmpty
  }

  /// Other keys for the same configuration. What both have in common is not made again.
  package func replaced(
    by keys: StoredKeySet, keyedHash: @escaping @Sendable (KeyDigest) -> KeyDigest
  ) -> IssuedKeys {
    IssuedKeys(keys, after: self, keyedHash: keyedHash)
  }

  package var isEmpty: Bool { keys.isEmpty }

  /// Whether one of them switches the cache on.
  package var usesCache: Bool {
    base.policies.contains { $0.cache?.isOn == true } || changes.policies.contains { $0.cache?.isOn == true }
  }

  package func find(_ hash: KeyDigest) -> Found? {
    if hasChanges, let place = changes.index.place(of: hash) { return changes.found(place) }
    guard let place = base.index.place(of: hash) else { return nil }
    return base.found(place)
  }
}
