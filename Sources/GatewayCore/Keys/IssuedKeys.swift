/// The keys of the database, which holds no plain digest of them: a table of open addressing that takes some 100 bytes a key.
package struct IssuedKeys: Sendable {
  /// A key that somebody holds, whether it is good or not.
  package struct Found: Sendable {
    package let caller: Caller
    package let isDisabled: Bool
    /// nil: never.
    package let expiresAt: WallTime?
  }

  private struct Entry {
    let hash: KeyDigest
    let id: Int64
    let lineage: Int64
    // 15 bytes at most lie within the string itself.
    let label: String
    let consumer: Int32
    /// -1: none.
    let policy: Int32
    /// `Int64.max`: never.
    var expiresAt: Int64
    var isDisabled: Bool
  }

  /// HMAC-SHA-256 of a key's digest with the installation's pepper.
  package let keyedHash: @Sendable (KeyDigest) -> KeyDigest
  private var entries: [Entry] = []
  /// By consumer.
  private var counts: [String: Int] = [:]
  /// Places in `entries` from 1 on, by the first bits of the hash; 0: free. A power of two, at most three quarters full.
  private var slots: [UInt32] = []
  private let consumers: [Consumer]
  private var policies: [KeyPolicy] = []

  /// - Parameters:
  ///   - keys: those of other consumers are left out.
  ///   - zone: in which limits of days, weeks and months are counted.
  package init(
    _ keys: [ActiveKey], consumers: [Consumer], zone: ZoneOffsets = .utc,
    keyedHash: @escaping @Sendable (KeyDigest) -> KeyDigest
  ) {
    self.keyedHash = keyedHash
    self.consumers = consumers
    let places = Dictionary(consumers.enumerated().map { ($1.name, Int32($0)) }) { first, _ in first }
    var known: [ObjectIdentifier: Int32] = [:]
    entries.reserveCapacity(keys.count)
    for key in keys {
      guard let consumer = places[key.consumer] else { continue }
      var policy: Int32 = -1
      if let rules = key.rules {
        let place = known[ObjectIdentifier(rules)] ?? Int32(policies.count)
        if place == policies.count { policies.append(KeyPolicy(rules.rules, zone: zone)) }
        known[ObjectIdentifier(rules)] = place
        policy = place
      }
      entries.append(
        Entry(
          hash: key.hash, id: key.id, lineage: key.lineage, label: key.label, consumer: consumer, policy: policy,
          expiresAt: key.expiresAt?.milliseconds ?? .max, isDisabled: key.isDisabled))
    }
    index()
  }

  package var count: Int { entries.count }

  package func find(_ hash: KeyDigest) -> Found? {
    place(of: hash).map { place in
      let entry = entries[place]
      let key = GatewayKey(
        id: entry.id, lineage: entry.lineage, label: entry.label,
        policy: entry.policy < 0 ? nil : policies[Int(entry.policy)])
      return Found(
        caller: Caller(consumer: consumers[Int(entry.consumer)], key: key), isDisabled: entry.isDisabled,
        expiresAt: entry.expiresAt == .max ? nil : WallTime(milliseconds: entry.expiresAt))
    }
  }

  /// Keys of a consumer.
  package func count(of consumer: String) -> Int { counts[consumer] ?? 0 }

  /// The same keys as far as they are among `keys`, expired and disabled as they are there.
  package func restricted(to keys: [ActiveKey]) -> IssuedKeys {
    let now = Dictionary(keys.map { ($0.hash, $0) }) { first, _ in first }
    var kept = self
    kept.entries = entries.compactMap { entry in
      guard let key = now[entry.hash] else { return nil }
      var entry = entry
      entry.isDisabled = key.isDisabled
      entry.expiresAt = key.expiresAt?.milliseconds ?? .max
      return entry
    }
    kept.index()
    return kept
  }

  /// Whether a key has gone, or whether it is good has changed.
  package func hasChanged(from other: IssuedKeys) -> Bool {
    entries.count != other.entries.count
      || !entries.elementsEqual(other.entries) {
        $0.hash == $1.hash && $0.isDisabled == $1.isDisabled && $0.expiresAt == $1.expiresAt
      }
  }

  // MARK: The table

  private mutating func index() {
    var numbers = [Int](repeating: 0, count: consumers.count)
    for entry in entries { numbers[Int(entry.consumer)] += 1 }
    counts = Dictionary(zip(consumers.map(\.name), numbers)) { first, _ in first }
    var size = 8
    while size * 3 < entries.count * 4 { size *= 2 }
    slots = [UInt32](repeating: 0, count: size)
    for place in entries.indices {
      var slot = Int(truncatingIfNeeded: entries[place].hash.firstWord) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(place + 1)
    }
  }

  private func place(of hash: KeyDigest) -> Int? {
    guard !entries.isEmpty else { return nil }
    var slot = Int(truncatingIfNeeded: hash.firstWord) & (slots.count - 1)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if entries[place].hash == hash { return place }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }
}
