import GatewayCore
import GatewayProviders
import NIOCore
import Synchronization

/// The access token of one identity, for all loops. A loop keeps the token that it was given (`ProviderLink.token`) and asks here
/// when there is none, or a newer one is due.
final class AccessTokenSource: Sendable {
  /// Told of each fetch that failed.
  typealias Report = @Sendable (_ provider: String, TokenFailure) -> Void

  /// A call that waits on its loop.
  private struct Waiter: Sendable {
    let eventLoop: any EventLoop
    let deliver: LoopConfined<(Result<AccessToken, TokenFailure>) -> Void>

    func tell(_ result: Result<AccessToken, TokenFailure>) { eventLoop.execute { deliver.value(result) } }
  }

  private let grant: TokenGrant
  private let report: Report
  private let cache = Mutex(AccessTokenCache<Waiter>())

  init(_ grant: TokenGrant, report: @escaping Report) {
    self.grant = grant
    self.report = report
  }

  /// A call of `provider` on `loop` wants a token.
  ///
  /// - Parameter deliver: called later, on the loop, when this returns `nil`; else never.
  func ask(
    for provider: Provider, on loop: Loop, deliver: @escaping (Result<AccessToken, TokenFailure>) -> Void
  ) -> Result<AccessToken, TokenFailure>? {
    let now = loop.clock.now
    let waiter = Waiter(eventLoop: loop.eventLoop, deliver: LoopConfined(deliver))
    let (answer, startsFetch) = cache.withLock { $0.ask(now: now) { waiter } }
    if startsFetch { fetch(for: provider, on: loop) }
    switch answer {
    case .token(let token): return .success(token)
    case .wait: return nil
    case .failure(let failure): return .failure(failure)
    }
  }

  /// The provider answered 401 to `token`.
  func refused(_ token: AccessToken, now: Instant) { cache.withLock { $0.refused(token, now: now) } }

  private func fetch(for provider: Provider, on loop: Loop) {
    TokenFetch(grant, provider: provider, loop: loop) { [self] result in
      let now = loop.clock.now
      let waiters = cache.withLock { cache in
        switch result {
        case .success(let token): cache.fetched(token)
        case .failure(let failure): cache.failed(failure, now: now)
        }
      }
      for waiter in waiters { waiter.tell(result) }
      if case .failure(let failure) = result { report(provider.name, failure) }
    }.start()
  }
}
