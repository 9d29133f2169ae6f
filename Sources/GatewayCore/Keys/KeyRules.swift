/// What an issued key may do, beside what its consumer may. What is empty or nil restricts nothing.
package struct KeyRules: Hashable, Sendable {
  /// Names and `prefix*` patterns in order: those behind the one that a call names take its place when it fails for good.
  package var models: [String] = []
  package var surfaces: [SurfaceSelection] = []
  package var addresses: [NetworkRange] = []
  package var limits: [KeyLimit] = []
  /// More tries of one target after the first; in place of the model's `retry.attempts`.
  package var retries: Int?
  /// Of a whole call, all of its tries included; in place of the model's `timeouts.total` and `timeouts.deadline`.
  package var timeout: Duration?
  /// nil: that of its consumer.
  package var cache: CacheRule?

  package init() {}

  package var isEmpty: Bool { self == KeyRules() }
}

/// Why a rule of a key cannot be taken: a sentence for whoever wrote it.
package struct KeyRuleFault: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

extension KeyRules {
  /// More tries than this only add to an outage.
  package static let mostRetries = 10
  /// A day: longer than any call of a model.
  package static let longestTimeout: Duration = .seconds(86_400)
  private static let most = 100

  /// What is wrong with the rules as they stand together.
  package func check() throws(KeyRuleFault) {
    for (what, count, distinct) in [
      ("models", models.count, Set(models).count), ("surfaces", surfaces.count, Set(surfaces).count),
      ("IP ranges", addresses.count, Set(addresses).count),
    ] {
      guard count <= Self.most else { throw KeyRuleFault("\(count) \(what) are too many: at most \(Self.most)") }
      guard count == distinct else { throw KeyRuleFault("one of the \(what) is named twice") }
    }
    var counted: [String: KeyLimit] = [:]
    for limit in limits {
      if let other = counted.updateValue(limit, forKey: limit.id) {
        throw KeyRuleFault("'\(other)' and '\(limit)' count the same: keep one of them")
      }
    }
    for name in models where name.isEmpty || name.utf8.count > 256 {
      throw KeyRuleFault("a model's name has 1 to 256 bytes")
    }
    if let retries, !(0...Self.mostRetries).contains(retries) {
      throw KeyRuleFault("\(retries) retries: name 0 to \(Self.mostRetries)")
    }
    if let timeout, timeout <= .zero || timeout > Self.longestTimeout {
      throw KeyRuleFault("a time-out lasts longer than 0 s and at most 24 h")
    }
    guard let cache, let ttl = cache.ttl else { return }
    if !cache.isOn { throw KeyRuleFault("the cache is off for the key: it has no time to keep answers for") }
    if ttl <= .zero || ttl > CacheSettings.longest {
      throw KeyRuleFault("answers are kept longer than 0 s and at most 30 d")
    }
  }
}
