/// `cache:` of a model, an organisation, a team, a consumer or a key: `true`, `false` or `{ ttl: 1h }`.
package struct CacheRule: Hashable, Sendable {
  package var isOn: Bool
  /// nil: that of the next one outside.
  package var ttl: Duration?

  package init(isOn: Bool, ttl: Duration? = nil) {
    self.isOn = isOn
    self.ttl = ttl
  }

  /// From the innermost to the outermost: an answer is remembered where at least one switches the cache on and none switches it
  /// off; the innermost that names a time decides for how long.
  ///
  /// - Returns: for how long; nil: the cache is off.
  package static func ttl(of rules: [CacheRule?], default standard: Duration) -> Duration? {
    var ttl: Duration?
    var isOn = false
    for rule in rules {
      guard let rule else { continue }
      guard rule.isOn else { return nil }
      isOn = true
      ttl = ttl ?? rule.ttl
    }
    return isOn ? ttl ?? standard : nil
  }
}
