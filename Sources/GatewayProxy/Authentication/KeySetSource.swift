import GatewayCore
import GatewayPolicies
import GatewayProviders
import GatewayTelemetry
import NIOCore
import Synchronization

/// The keys of one issuer, for all loops. A loop keeps those that it was given, looks at `version` to see whether there are others,
/// and asks here when it needs one that it does not have.
final class KeySetSource: Sendable {
  /// Told of each fetch that failed, and of the first that succeeds after one.
  typealias Report = @Sendable (IssuerServer, _ failure: String?) -> Void

  /// A call that waits on its loop.
  private struct Waiter: Sendable {
    let eventLoop: any EventLoop
    let resume: LoopConfined<() -> Void>

    func tell() { eventLoop.execute { resume.value() } }
  }

  let address: KeySetAddress
  /// Changes with the keys; 0: there are none yet.
  let version = Atomic(0)
  private let report: Report
  private let refresh: Mutex<KeySetRefresh<Waiter>>
  private let isFailing = Atomic(false)

  init(_ address: KeySetAddress, report: @escaping Report) {
    self.address = address
    self.report = report
    refresh = Mutex(KeySetRefresh(interval: address.refresh))
  }

  var keys: KeySet? { refresh.withLock { $0.keys } }

  /// - Parameter resume: called later, on the loop, when this returns `true`; else never.
  func seek(on loop: Loop, resume: @escaping () -> Void) -> Bool {
    let now = loop.clock.now
    let waiter = Waiter(eventLoop: loop.eventLoop, resume: LoopConfined(resume))
    switch refresh.withLock({ $0.seek(now: now, waiter: waiter) }) {
    case .decided: return false
    case .wait(let startsFetch):
      if startsFetch { fetch(on: loop) }
      return true
    }
  }

  /// Fetches what is due.
  func tick(on loop: Loop) {
    let now = loop.clock.now
    if refresh.withLock({ $0.tick(now: now) }) { fetch(on: loop) }
  }

  private func fetch(on loop: Loop) {
    KeySetFetch(address: address, loop: loop).start { [self] result in
      let now = loop.clock.now
      let waiters: [Waiter]
      switch result {
      case .success(let keys):
        waiters = refresh.withLock { $0.fetched(keys, now: now) }
        version.add(1, ordering: .releasing)
        if isFailing.exchange(false, ordering: .relaxed) { report(address.server, nil) }
      case .failure(let failure):
        waiters = refresh.withLock { $0.failed(now: now) }
        isFailing.store(true, ordering: .relaxed)
        report(address.server, failure.reason)
      }
      loop.shard.keysFetched(isSuccess: (try? result.get()) != nil)
      for waiter in waiters { waiter.tell() }
    }
  }
}
