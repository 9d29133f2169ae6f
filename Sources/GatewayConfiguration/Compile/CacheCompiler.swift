import GatewayCore

/// `cache:` of the file, and of all who switch it on or off.
enum CacheCompiler {
  static func settings(_ setting: Setting?) -> CacheSettings {
    var cache = CacheSettings()
    guard let setting else { return cache }
    setting.set("ttl", &cache.ttl)
    cache.memory = setting["memory"]?.integer ?? cache.memory
    cache.maximum = setting["maximum"]?.integer ?? cache.maximum
    if let name = setting["scope"]?.text, let scope = CacheSettings.Scope(rawValue: name) { cache.scope = scope }
    return cache
  }

  /// `true`, `false` or `{ ttl: 1h }`.
  static func rule(_ setting: Setting?) -> CacheRule? {
    guard let setting, !setting.isInvalid else { return nil }
    if let isOn = setting.flag { return CacheRule(isOn: isOn) }
    return CacheRule(isOn: true, ttl: setting["ttl"]?.duration)
  }

  /// What would not do what it says.
  static func check(_ setting: Setting?, _ snapshot: CacheSettings, log: ProblemLog) {
    guard let maximum = setting?["maximum"], snapshot.maximum > snapshot.memory else { return }
    log.warning(
      "the largest answer (\(SizeLiteral.format(snapshot.maximum))) is larger than 'memory' (\(SizeLiteral.format(snapshot.memory)))",
      at: maximum, advice: "raise 'memory'")
  }
}
