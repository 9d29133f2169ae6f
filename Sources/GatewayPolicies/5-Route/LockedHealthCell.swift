package import GatewayCore
import Synchronization

/// The health of one target or provider key, shared by all event loops. While it is well, admissions and successes take no lock.
package final class LockedHealthCell: HealthCell {
  private let health: Mutex<Health>
  /// What `health.isWell` was when the lock was last held. A reader that is late acts as if it had come a moment earlier.
  private let isWell = Atomic<Bool>(true)

  package init(policy: HealthPolicy = HealthPolicy()) { health = Mutex(Health(policy: policy)) }

  package func admit(now: Instant) -> HealthAdmission {
    if isWell.load(ordering: .relaxed) { return .granted }
    return health.withLock { $0.admit(now: now) }
  }

  package func peek(now: Instant) -> HealthAdmission {
    if isWell.load(ordering: .relaxed) { return .granted }
    return health.withLock { $0.peek(now: now) }
  }

  package func succeeded(now: Instant) {
    if isWell.load(ordering: .relaxed) { return }
    change { $0.succeeded(now: now) }
  }

  package func failed(_ failure: UpstreamFailure, now: Instant) {
    change { $0.failed(failure, now: now) }
  }

  package func abandoned(now: Instant) {
    if isWell.load(ordering: .relaxed) { return }
    change { $0.abandoned() }
  }

  /// For the admin plane and metrics.
  package func status(now: Instant) -> Health.Status { health.withLock { $0.status(now: now) } }

  /// Takes over a reloaded policy; the state stays.
  package func adopt(_ policy: HealthPolicy) { health.withLock { $0.policy = policy } }

  private func change(_ body: (inout Health) -> Void) {
    health.withLock { health in
      body(&health)
      isWell.store(health.isWell, ordering: .relaxed)
    }
  }
}
