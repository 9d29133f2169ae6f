package import GatewayCore

/// What was found out about tokens, by their SHA-256, for a while. One loop's own.
package struct TokenCache<Value> {
  private struct Entry {
    let value: Value
    let until: WallTime
  }

  private let capacity: Int
  private var entries: [KeyDigest: Entry] = [:]

  package init(capacity: Int = 10_000) { self.capacity = capacity }

  package subscript(digest: KeyDigest, now now: WallTime) -> Value? {
    guard let entry = entries[digest], now < entry.until else { return nil }
    return entry.value
  }

  package mutating func keep(_ value: Value, for digest: KeyDigest, until: WallTime, now: WallTime) {
    guard until > now else { return }
    if entries.count >= capacity, entries[digest] == nil {
      entries = entries.filter { $0.value.until > now }
      // Still full of good ones: they cost a verification each, and nobody has to be preferred.
      if entries.count >= capacity { entries.removeAll(keepingCapacity: true) }
    }
    entries[digest] = Entry(value: value, until: until)
  }

  package mutating func forget(_ digest: KeyDigest) { entries[digest] = nil }

  package var count: Int { entries.count }
}
