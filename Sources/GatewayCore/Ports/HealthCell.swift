/// The health of one target or one provider key, shared by all loops and kept across reloads. The implementation wraps the
/// pure `Health` machine in a lock.
package protocol HealthCell: AnyObject, Sendable {
  /// Asks to use it. `.granted` when it is well, or when its pause is over and this call is the one live probe; whoever was
  /// granted must report exactly one of `succeeded`, `failed` or `abandoned`.
  func admit(now: Instant) -> HealthAdmission
  /// Looks without taking the probe.
  func peek(now: Instant) -> HealthAdmission
  func succeeded(now: Instant)
  func failed(_ failure: UpstreamFailure, now: Instant)
  /// The attempt ended without a verdict (the client went away).
  func abandoned(now: Instant)
}

package enum HealthAdmission: Hashable, Sendable {
  case granted
  /// Set aside until then. `isFirm`: the provider itself named the time (`Retry-After`), so nothing is sent before it.
  case setAside(until: Instant, isFirm: Bool)
}
