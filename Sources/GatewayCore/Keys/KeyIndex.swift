/// Where keys are by their hashes: a table of open addressing.
struct KeyIndex: Sendable {
  struct Entry: Sendable {
    let hash: KeyDigest
    let id: Int64
    let lineage: Int64
    // 15 bytes at most lie within the string itself.
    let label: String
    /// In `KeyTable.consumers`; -1: the key is gone, and hides one of the table below.
    let consumer: Int32
    /// In `KeyTable.rules`; -1: none.
    let rules: Int32
    /// `Int64.max`: never.
    let expiresAt: Int64
    let isDisabled: Bool

    var isGone: Bool { consumer < 0 }
  }

  let entries: [Entry]
  /// Places in `entries` from 1 on, by the first bits of the hash; 0: free. A power of two, at most three quarters full.
  private let slots: [UInt32]

  init(_ entries: [Entry]) {
    self.entries = entries
    var size = 8
    while size * 3 < entries.count * 4 { size *= 2 }
    var slots = [UInt32](repeating: 0, count: size)
    for place in entries.indices {
      var slot = Int(truncatingIfNeeded: entries[place].hash.firstWord) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt32(place + 1)
    }
    self.slots = slots
  }

  func place(of hash: KeyDigest) -> Int? {
    var slot = Int(truncatingIfNeeded: hash.firstWord) & (slots.count - 1)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if entries[place].hash == hash { return place }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }
}
