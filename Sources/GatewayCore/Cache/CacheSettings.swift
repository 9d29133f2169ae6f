/// `cache:` of the file: what holds wherever the cache is switched on.
package struct CacheSettings: Hashable, Sendable {
  /// Who shares answers. Whoever lacks the team or organisation shares with the next smaller group.
  package enum Scope: String, CaseIterable, Hashable, Sendable {
    case consumer, team, organisation, everyone
  }

  /// 30 days.
  package static let longest: Duration = .seconds(30 * 86_400)

  package var ttl: Duration = .seconds(600)
  /// Bytes of all answers in memory.
  package var memory = 64 << 20
  /// Bytes of the largest answer that is kept.
  package var maximum = 1 << 20
  package var scope = Scope.consumer

  package init() {}
}
