import GatewayCore
import GatewayProviders

/// Attempts at providers whose credential is an access token.
extension Attempt {
  /// Who gets a request: one provider, but for lists of what several keep.
  var receivers: [Provider] { if case .object(let request) = passage { request.providers } else { [provider] } }

  var needsTokens: Bool {
    if case .object(let request) = passage, request.isList { return true }
    return provider.tokenGrant != nil
  }

  /// Goes on at once where there is a current token, as there is all but once an hour; else as soon as there is one.
  func authorize(_ link: ProviderLink) {
    guard let needing = receivers.first(where: { $0.tokenGrant != nil && token(of: $0) == nil }),
      let grant = needing.tokenGrant
    else { return open(link) }
    if let token = loop.pools.link(to: needing).token, loop.clock.now < token.refreshAt {
      keep(token, of: needing)
      return authorize(link)
    }
    timers.authorizing()
    let asked = loop.shared.tokens.source(for: grant).ask(for: needing, on: loop) { [self] result in
      loop.clock.tick()
      // The exchange may have ended meanwhile.
      guard case .connecting = state else { return }
      authorized(result, needing, link)
    }
    if let asked { authorized(asked, needing, link) }
  }

  private func authorized(
    _ result: Result<AccessToken, TokenFailure>, _ provider: Provider, _ link: ProviderLink
  ) {
    switch result {
    case .success(let token):
      loop.pools.link(to: provider).token = token
      keep(token, of: provider)
      authorize(link)
    case .failure(let failure):
      fail(UpstreamFailure(.auth, reason: "no access token: \(failure.reason)"), nil)
    }
  }

  /// All that were sent, to be hidden in what comes back.
  var allTokens: [AccessToken?] { [token] + otherTokens.values.map(Optional.some) }

  private func token(of provider: Provider) -> AccessToken? {
    provider === self.provider ? token : otherTokens[ObjectIdentifier(provider)]
  }

  private func keep(_ token: AccessToken, of provider: Provider) {
    if provider === self.provider { self.token = token } else { otherTokens[ObjectIdentifier(provider)] = token }
  }

  /// The provider would not have the token: the next call fetches another.
  func tokenRefused() {
    for provider in receivers {
      guard let token = token(of: provider), let grant = provider.tokenGrant else { continue }
      loop.shared.tokens.source(for: grant).refused(token, now: loop.clock.now)
      loop.pools.link(to: provider).token = nil
    }
  }
}
