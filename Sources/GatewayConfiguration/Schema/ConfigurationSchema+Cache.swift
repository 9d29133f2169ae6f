import GatewayCore

extension ConfigurationSchema {
  static let cache = SchemaObject(
    "Answers that are given again, wherever the cache is switched on. See [cache.md](cache.md).",
    [
      SchemaField(
        "ttl", .duration(kept), default: "10m", "How long an answer serves, where nobody inside says otherwise."),
      SchemaField(
        "memory", .size(1 << 20...1 << 40), default: "64MiB",
        "All answers in the memory of this gateway; those that were asked for longest ago go first. With a Redis in `storage.shared` it "
          + "keeps none.", alsoCalled: ["size", "capacity"]),
      SchemaField(
        "maximum", .size(1 << 10...64 << 20), default: "1MiB", "The largest answer that is kept.",
        alsoCalled: ["maxSize", "limit"]),
      SchemaField(
        "scope", .choice(CacheSettings.Scope.allCases.map(\.rawValue)), default: "consumer",
        "Who shares answers: callers of one consumer, of one team, of one organisation, or all."),
    ])

  static let cacheRule = SchemaObject(
    "`true` and `false` for short. What is off for one of organisation, team, consumer, key and model is off; the time of the innermost counts.",
    [
      SchemaField("ttl", .duration(kept), "How long an answer serves. Naming it switches the cache on.").required()
    ])

  private static let kept: ClosedRange<Duration> = .seconds(1)...CacheSettings.longest
}
