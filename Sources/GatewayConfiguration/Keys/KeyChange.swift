package import GatewayCore

/// What is to be put in the place of what an issued key has; nil stays.
package struct KeyChange: Sendable {
  /// What can be taken away.
  package enum Part: String, CaseIterable, Sendable {
    case note, models, surfaces, ips, limits, retries, timeout, expires, cache
    case cacheTTL = "cache-ttl"
  }

  package var note: String?
  package var models: [String]?
  package var surfaces: [SurfaceSelection]?
  package var addresses: [NetworkRange]?
  package var limits: [KeyLimit]?
  package var retries: Int?
  package var timeout: Duration?
  package var cache: Bool?
  /// For how long answers to the key are kept; switches the cache on.
  package var cacheTTL: Duration?
  package var expiresAt: WallTime?
  private var cleared: Set<Part> = []

  package init() {}

  package mutating func clear(_ parts: [Part]) throws(KeyRuleFault) {
    let given: [(part: Part, isGiven: Bool)] = [
      (.note, note != nil), (.models, models != nil), (.surfaces, surfaces != nil), (.ips, addresses != nil),
      (.limits, limits != nil), (.retries, retries != nil), (.timeout, timeout != nil), (.expires, expiresAt != nil),
      (.cache, cache != nil || cacheTTL != nil), (.cacheTTL, cacheTTL != nil),
    ]
    for (part, isGiven) in given where isGiven && parts.contains(part) {
      throw KeyRuleFault("'\(part.rawValue)' is to be set and to be taken away: name one of both")
    }
    cleared = Set(parts)
  }

  package func apply(to settings: inout KeySettings) {
    settings.note = cleared.contains(.note) ? nil : note ?? settings.note
    settings.expiresAt = cleared.contains(.expires) ? nil : expiresAt ?? settings.expiresAt
    settings.rules.models = cleared.contains(.models) ? [] : models ?? settings.rules.models
    settings.rules.surfaces = cleared.contains(.surfaces) ? [] : surfaces ?? settings.rules.surfaces
    settings.rules.addresses = cleared.contains(.ips) ? [] : addresses ?? settings.rules.addresses
    settings.rules.limits = cleared.contains(.limits) ? [] : limits ?? settings.rules.limits
    settings.rules.retries = cleared.contains(.retries) ? nil : retries ?? settings.rules.retries
    settings.rules.timeout = cleared.contains(.timeout) ? nil : timeout ?? settings.rules.timeout
    settings.rules.cache = cleared.contains(.cache) ? nil : changed(settings.rules.cache)
  }

  private func changed(_ rule: CacheRule?) -> CacheRule? {
    guard cache != nil || cacheTTL != nil || cleared.contains(.cacheTTL) else { return rule }
    guard let isOn = cache ?? (cacheTTL == nil ? rule?.isOn : true) else { return nil }
    let kept = isOn && !cleared.contains(.cacheTTL) ? rule?.ttl : nil
    return CacheRule(isOn: isOn, ttl: cacheTTL ?? kept)
  }
}
