/// The health of what is never set aside.
package final class UnwatchedHealth: HealthCell {
  package static let shared = UnwatchedHealth()

  private init() {}

  package func admit(now: Instant) -> HealthAdmission { .granted }
  package func peek(now: Instant) -> HealthAdmission { .granted }
  package func succeeded(now: Instant) {}
  package func failed(_ failure: UpstreamFailure, now: Instant) {}
  package func abandoned(now: Instant) {}
}
