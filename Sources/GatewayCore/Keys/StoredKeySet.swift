/// The keys of the database at one moment: a large table, and a small one of what has changed since it was made, so that a change
/// costs little among a million keys.
package struct StoredKeySet: Sendable {
  // Up to so many keys are put in order again with each change: less than a millisecond, and nothing to look at twice.
  private static let mergedAtOnce = 10_000
  // A change copies those before it; one in 128 keys keeps that to a millisecond or two among a million.
  private static let shareOfChanges = 128

  /// All keys but for changes.
  let base: KeyTable
  /// Keys in place of those of `base` with the same hash, or new.
  let changes: KeyTable
  /// Keys of `base` that `changes` hides, by place in its `consumers`.
  private let hiddenOfConsumer: [Int32: Int32]
  /// The same by the models that their rules name.
  private let hiddenOfModel: [String: Int]
  package let count: Int

  package static let empty = StoredKeySet(KeyTable.empty)

  package init(_ table: KeyTable) { self.init(table, KeyTable.empty) }

  package init(_ keys: [ActiveKey]) { self.init(KeyTable(keys)) }

  private init(_ base: KeyTable, _ changes: KeyTable) {
    self.base = base
    self.changes = changes
    var (ofConsumer, ofModel): ([Int32: Int32], [String: Int]) = ([:], [:])
    var hidden = 0
    for entry in changes.entries {
      guard let place = base.place(of: entry.hash) else { continue }
      let below = base.entries[place]
      hidden += 1
      ofConsumer[below.consumer, default: 0] += 1
      guard below.rules >= 0 else { continue }
      for name in base.rules[Int(below.rules)].rules.models { ofModel[name, default: 0] += 1 }
    }
    hiddenOfConsumer = ofConsumer
    hiddenOfModel = ofModel
    count = base.liveCount - hidden + changes.liveCount
  }

  package var isEmpty: Bool { count == 0 }

  /// The keys after these changes.
  package func applying(_ later: KeyChanges) -> StoredKeySet {
    let gone = Set(later.gone)
    let renewed = gone.union(later.keys.map(\.hash))
    var builder = KeyTable.Builder(capacity: changes.entries.count + renewed.count)
    builder.append(changes) { !renewed.contains($0.hash) }
    for key in later.keys { builder.append(key) }
    for hash in gone where base.place(of: hash) != nil { builder.append(gone: hash) }
    let changed = StoredKeySet(base, builder.table())
    return base.entries.count <= Self.mergedAtOnce ? changed.merged() : changed
  }

  /// Whether there are so many changes that they had better be merged.
  package var isMergingDue: Bool { changes.entries.count * Self.shareOfChanges > base.entries.count }

  /// The same keys in one table. With a million of them it takes a good part of a second.
  package func merged() -> StoredKeySet {
    guard !changes.isEmpty else { return self }
    var builder = KeyTable.Builder(capacity: count)
    builder.append(base) { changes.place(of: $0.hash) == nil }
    builder.append(changes) { !$0.isGone }
    return StoredKeySet(builder.table())
  }

  /// Keys of a consumer.
  package func count(of consumer: String) -> Int {
    let below = base.places[consumer].map { Int(base.counts[Int($0)] - (hiddenOfConsumer[$0] ?? 0)) } ?? 0
    return below + (changes.places[consumer].map { Int(changes.counts[Int($0)]) } ?? 0)
  }

  /// Those that have a key.
  package var consumers: Set<String> {
    var names = Set(changes.consumers)
    for (place, name) in base.consumers.enumerated()
    where base.counts[place] > hiddenOfConsumer[Int32(place)] ?? 0 { names.insert(name) }
    return names
  }

  /// Models and patterns that the rules of some key name.
  package var models: Set<String> {
    var names = Set(changes.models.keys)
    for (name, count) in base.models where count > hiddenOfModel[name] ?? 0 { names.insert(name) }
    return names
  }

  /// The keyed hash of the key with this id. Looks at all keys.
  package func hash(ofKey id: Int64) -> KeyDigest? {
    if let found = changes.entries.first(where: { !$0.isGone && $0.id == id }) { return found.hash }
    guard let found = base.entries.first(where: { $0.id == id }) else { return nil }
    return changes.place(of: found.hash) == nil ? found.hash : nil
  }
}

/// What has become of keys since a moment.
package struct KeyChanges: Sendable {
  /// How far they go: see `KeyDirectory.changes(since:)`.
  package let number: Int64
  /// New ones, and those that are no longer as they were.
  package let keys: [ActiveKey]
  /// By keyed hash, those that nobody may present any more.
  package let gone: [KeyDigest]

  package init(number: Int64, keys: [ActiveKey] = [], gone: [KeyDigest] = []) {
    self.number = number
    self.keys = keys
    self.gone = gone
  }

  package var count: Int { keys.count + gone.count }
}
