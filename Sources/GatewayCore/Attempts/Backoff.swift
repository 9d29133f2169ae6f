/// How long to wait before another try of the same target.
package enum Backoff {
  /// `backoff × factor^retry`, at most `maximum`.
  /// - Parameter retry: 0 before the first retry.
  package static func nominal(_ policy: RetryPolicy, retry: Int) -> Duration {
    let ceiling = Double(max(policy.maximum, .zero).wholeNanoseconds)
    let factor = policy.factor.isFinite && policy.factor > 0 ? policy.factor : 1
    var wait = min(Double(max(policy.backoff, .zero).wholeNanoseconds), ceiling)
    // 64 doublings of one nanosecond are longer than any ceiling.
    for _ in 0..<min(max(retry, 0), 64) where wait < ceiling { wait = min(wait * factor, ceiling) }
    return .nanoseconds(Int64(wait))
  }

  /// Between half and the whole of the nominal wait, so that callers who failed together do not come back together.
  /// - Parameter random: uniform over all of `UInt64`.
  package static func jittered(_ policy: RetryPolicy, retry: Int, random: UInt64) -> Duration {
    let nominal = UInt64(max(Self.nominal(policy, retry: retry).wholeNanoseconds, 0))
    let half = nominal / 2
    return .nanoseconds(Int64(nominal - half + random.multipliedFullWidth(by: half + 1).high))
  }
}
