/// Who holds the issued keys that were presented lately: who comes again costs neither a second HMAC nor a search. One loop's own, and
/// of its snapshot only: in any other, keys may have been issued or revoked.
package struct KnownKeys {
  private struct Entry {
    let digest: KeyDigest
    /// Under the installation's pepper.
    let hash: KeyDigest
    var found: IssuedKeys.Found?
  }

  // 100 KiB once a key is kept. A power of two.
  private static let capacity = 1024

  private(set) var snapshot: GatewaySnapshot
  /// By the first bits of the digest; the last one stays.
  private var entries: [Entry?] = []

  package init(of snapshot: GatewaySnapshot) { self.snapshot = snapshot }

  /// Nothing else than issued keys has changed: who holds them is asked anew, what they hash to stays.
  package mutating func follow(_ snapshot: GatewaySnapshot) {
    self.snapshot = snapshot
    for place in entries.indices { entries[place]?.found = nil }
  }

  func found(_ digest: KeyDigest) -> IssuedKeys.Found? { entry(of: digest)?.found }

  /// What the key hashes to; says nothing of whether it is good, or still there.
  func hash(of digest: KeyDigest) -> KeyDigest? { entry(of: digest)?.hash }

  /// Of keys that were found only: strangers must not displace anybody.
  mutating func keep(_ found: IssuedKeys.Found, _ hash: KeyDigest, of digest: KeyDigest) {
    if entries.isEmpty { entries = Array(repeating: nil, count: Self.capacity) }
    entries[Self.place(of: digest)] = Entry(digest: digest, hash: hash, found: found)
  }

  private func entry(of digest: KeyDigest) -> Entry? {
    guard !entries.isEmpty, let entry = entries[Self.place(of: digest)], entry.digest == digest else { return nil }
    return entry
  }

  private static func place(of digest: KeyDigest) -> Int { Int(truncatingIfNeeded: digest.firstWord) & (capacity - 1) }
}
