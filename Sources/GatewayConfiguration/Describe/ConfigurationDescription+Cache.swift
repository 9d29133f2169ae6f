import GatewayCore

extension ConfigurationDescription {
  static func cache(_ snapshot: GatewaySnapshot) -> JSONValue {
    let cache = snapshot.cacheSettings
    return .object([
      ("isOn", .bool(snapshot.cache != nil)), ("ttl", .duration(cache.ttl)), ("memory", .size(cache.memory)),
      ("maximum", .size(cache.maximum)), ("scope", .string(cache.scope.rawValue)),
    ])
  }

  static func cache(_ rule: CacheRule?) -> JSONValue {
    guard let rule else { return .null }
    guard let ttl = rule.ttl else { return .bool(rule.isOn) }
    return .object([("ttl", .duration(ttl))])
  }
}
