/// What keys hash to under the installation's pepper, of those that were presented lately: who comes again costs no second HMAC. One
/// loop's own, and of one snapshot.
///
/// It says nothing of whether a key is good, or still there: that is looked up each time.
package struct KeyedHashes {
  private struct Entry {
    let digest: KeyDigest
    let hash: KeyDigest
  }

  // 64 KiB once a key is kept. A power of two.
  private static let capacity = 1024

  /// By the first bits of the digest; the last one stays.
  private var entries: [Entry?] = []

  package init() {}

  package subscript(digest: KeyDigest) -> KeyDigest? {
    guard !entries.isEmpty, let entry = entries[Self.place(of: digest)], entry.digest == digest else { return nil }
    return entry.hash
  }

  /// Of keys that were found only: strangers must not displace anybody.
  package mutating func keep(_ hash: KeyDigest, of digest: KeyDigest) {
    if entries.isEmpty { entries = Array(repeating: nil, count: Self.capacity) }
    entries[Self.place(of: digest)] = Entry(digest: digest, hash: hash)
  }

  private static func place(of digest: KeyDigest) -> Int { Int(truncatingIfNeeded: digest.firstWord) & (capacity - 1) }
}
