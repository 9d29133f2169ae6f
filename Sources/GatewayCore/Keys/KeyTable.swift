/// Keys by keyed hash, some 100 bytes a key. It names consumers and has rules as they were
/// written, so that it outlives configurations.
package final class KeyTable: Sendable {
  let index: KeyIndex
  /// By name, of all keys.
  let consumers: [String]
  let rules: [ActiveKey.Rules]
  /// Keys of a consumer, in the order of `consumers`.
  let counts: [Int32]
  /// Keys whose rules name this model or pattern.
  let models: [String: Int]
  /// In `consumers`.
  let places: [String: Int32]
  /// Of them, those that are not gone.
  let liveCount: Int

  fileprivate init(_ builder: Builder) {
    index = KeyIndex(builder.entries)
    consumers = builder.consumers
    rules = builder.rules
    counts = builder.counts
    var models: [String: Int] = [:]
    for (rules, uses) in zip(builder.rules, builder.uses) {
      for name in rules.rules.models { models[name, default: 0] += uses }
    }
    self.models = models
    places = builder.places
    liveCount = builder.liveCount
  }

  package convenience init(_ keys: [ActiveKey]) {
    var builder = Builder(capacity: keys.count)
    for key in keys { builder.append(key) }
    self.init(builder)
  }

  package static let empty = Builder(capacity: 0).table()

  var entries: [KeyIndex.Entry] { index.entries }
  var isEmpty: Bool { entries.isEmpty }

  func place(of hash: KeyDigest) -> Int? { index.place(of: hash) }
}

extension KeyTable {
  /// Makes a table of keys that come one after the other, each once.
  package struct Builder {
    fileprivate var entries: [KeyIndex.Entry] = []
    fileprivate var consumers: [String] = []
    fileprivate var rules: [ActiveKey.Rules] = []
    fileprivate var counts: [Int32] = []
    /// Keys with these rules, in the order of `rules`.
    fileprivate var uses: [Int] = []
    fileprivate var places: [String: Int32] = [:]
    fileprivate var liveCount = 0
    private var placesOfRules: [KeyRules: Int32] = [:]
    /// Objects that were seen; they are kept in `rules` of this or of another table for as long.
    private var seenRules: [ObjectIdentifier: (rules: ActiveKey.Rules, place: Int32)] = [:]

    package init(capacity: Int) { entries.reserveCapacity(capacity) }

    package mutating func append(_ key: ActiveKey) {
      let consumer = place(ofConsumer: key.consumer)
      let rules = key.rules.map { place(of: $0) } ?? -1
      append(
        KeyIndex.Entry(
          hash: key.hash, id: key.id, lineage: key.lineage, label: key.label, consumer: consumer, rules: rules,
          expiresAt: key.expiresAt?.milliseconds ?? .max, isDisabled: key.isDisabled))
    }

    /// Notes that a key of the table below is no more.
    mutating func append(gone hash: KeyDigest) {
      append(
        KeyIndex.Entry(
          hash: hash, id: 0, lineage: 0, label: "", consumer: -1, rules: -1, expiresAt: .max, isDisabled: true))
    }

    /// Takes over what another table has.
    mutating func append(_ table: KeyTable, where isWanted: (KeyIndex.Entry) -> Bool) {
      // -1: not needed yet.
      var consumers = [Int32](repeating: -1, count: table.consumers.count)
      var rules = [Int32](repeating: -1, count: table.rules.count)
      for entry in table.entries where isWanted(entry) {
        guard !entry.isGone else {
          append(gone: entry.hash)
          continue
        }
        let (consumer, rule) = (Int(entry.consumer), Int(entry.rules))
        if consumers[consumer] < 0 { consumers[consumer] = place(ofConsumer: table.consumers[consumer]) }
        if rule >= 0, rules[rule] < 0 { rules[rule] = place(of: table.rules[rule]) }
        append(
          KeyIndex.Entry(
            hash: entry.hash, id: entry.id, lineage: entry.lineage, label: entry.label, consumer: consumers[consumer],
            rules: rule < 0 ? -1 : rules[rule], expiresAt: entry.expiresAt, isDisabled: entry.isDisabled))
      }
    }

    package consuming func table() -> KeyTable { KeyTable(self) }

    private mutating func append(_ entry: KeyIndex.Entry) {
      entries.append(entry)
      guard !entry.isGone else { return }
      liveCount += 1
      counts[Int(entry.consumer)] += 1
      if entry.rules >= 0 { uses[Int(entry.rules)] += 1 }
    }

    private mutating func place(ofConsumer name: String) -> Int32 {
      if let place = places[name] { return place }
      let place = Int32(consumers.count)
      places[name] = place
      consumers.append(name)
      counts.append(0)
      return place
    }

    /// Of several objects with the same rules, the first stands for all.
    private mutating func place(of shared: ActiveKey.Rules) -> Int32 {
      if let seen = seenRules[ObjectIdentifier(shared)] { return seen.place }
      let place = placesOfRules[shared.rules] ?? Int32(rules.count)
      if place == rules.count {
        placesOfRules[shared.rules] = place
        rules.append(shared)
        uses.append(0)
      }
      seenRules[ObjectIdentifier(shared)] = (shared, place)
      return place
    }
  }
}
