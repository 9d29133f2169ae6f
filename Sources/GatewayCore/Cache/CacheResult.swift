/// What the cache did for a call, as `x-sluice-cache` tells it.
package enum CacheResult: String, CaseIterable, Hashable, Sendable {
  /// The answer is one that was kept.
  case hit
  /// There was none.
  case miss
  /// The cache is on, but it was not asked: the call can have no kept answer, or wants none.
  case skip
}
