/// Who holds the keys that were presented lately: who comes again costs neither a second HMAC nor a search. One loop's own, and of one
/// configuration.
package struct KnownKeys {
  private struct Entry {
    let digest: KeyDigest
    /// Under the installation's pepper; nil: a key of the file.
    let hash: KeyDigest?
    var found: IssuedKeys.Found?
  }

  // 100 KiB once a key is kept. A power of two.
  private static let capacity = 1024

  /// By the first bits of the digest; the last one stays.
  private var entries: [Entry?] = []
  /// In which the holders were found: any other has to be asked itself, since keys may have been revoked in between.
  private var snapshot: GatewaySnapshot?

  package init() {}

  /// Whom `snapshot` has found before.
  func found(_ digest: KeyDigest, in snapshot: GatewaySnapshot) -> IssuedKeys.Found? {
    guard self.snapshot === snapshot, let entry = entries[Self.place(of: digest)], entry.digest == digest else {
      return nil
    }
    return entry.found
  }

  /// What the key hashes to; asks nothing of whether it is good, or still there.
  func hash(of digest: KeyDigest) -> KeyDigest? {
    guard !entries.isEmpty, let entry = entries[Self.place(of: digest)], entry.digest == digest else { return nil }
    return entry.hash
  }

  /// Of keys that were found only: strangers must not displace anybody.
  mutating func keep(_ found: IssuedKeys.Found, _ hash: KeyDigest?, of digest: KeyDigest, in snapshot: GatewaySnapshot)
  {
    if entries.isEmpty { entries = Array(repeating: nil, count: Self.capacity) }
    if self.snapshot !== snapshot {
      forgetHolders()
      self.snapshot = snapshot
    }
    entries[Self.place(of: digest)] = Entry(digest: digest, hash: hash, found: found)
  }

  /// Keys have been issued or revoked; what they hash to stays.
  package mutating func forgetHolders() {
    guard snapshot != nil else { return }
    snapshot = nil
    for place in entries.indices { entries[place]?.found = nil }
  }

  private static func place(of digest: KeyDigest) -> Int { Int(truncatingIfNeeded: digest.firstWord) & (capacity - 1) }
}
