import GatewayCore
import GatewayTelemetry
import NIOCore

/// The pools of one loop: one for each origin, and for each provider of the snapshot a link to its pool with the parts of
/// a request head that never change.
final class UpstreamPools {
  private let eventLoop: any EventLoop
  private let gauges: LoopGauges
  private let sweep: Sweep
  private let tlsContexts: TLSContexts
  private let names: NameResolver
  private let clock: LoopClock
  private let outbox: Outbox
  private var pools: [UpstreamOrigin: UpstreamPool] = [:]
  private var links: [ObjectIdentifier: ProviderLink] = [:]

  init(
    eventLoop: any EventLoop, gauges: LoopGauges, sweep: Sweep, tlsContexts: TLSContexts, names: NameResolver,
    clock: LoopClock, outbox: Outbox
  ) {
    self.eventLoop = eventLoop
    self.gauges = gauges
    self.sweep = sweep
    self.tlsContexts = tlsContexts
    self.names = names
    self.clock = clock
    self.outbox = outbox
  }

  func link(to provider: Provider) -> ProviderLink {
    if let link = links[ObjectIdentifier(provider)] { return link }
    let link = ProviderLink(provider: provider, pool: pool(for: UpstreamOrigin(provider)))
    links[ObjectIdentifier(provider)] = link
    return link
  }

  /// Where the provider's tokens are issued, reached as the provider itself is.
  func tokenPool(for grant: TokenGrant, of provider: Provider) -> UpstreamPool {
    pool(for: UpstreamOrigin(provider, endpoint: grant.endpoint))
  }

  /// For connections that become WebSockets: through a proxy always in a tunnel (RFC 6455 §4.1).
  func socketPool(for provider: Provider) -> UpstreamPool {
    pool(for: UpstreamOrigin(provider, isTunnelled: provider.proxy != nil && !provider.endpoint.isTLS))
  }

  /// For one request to a host that a caller names.
  ///
  /// - Parameter mayBePrivate: whether it may be elsewhere than in the Internet.
  func mediaPool(for url: MediaURL, mayBePrivate: Bool, names: NameResolver) -> UpstreamPool {
    UpstreamPool(
      origin: UpstreamOrigin(url.endpoint), eventLoop: eventLoop, gauges: gauges, sweep: sweep,
      tlsContexts: tlsContexts, names: names, clock: clock, outbox: outbox,
      admits: mayBePrivate ? nil : PrivateAddress.isPublic)
  }

  /// For one question to an issuer of tokens.
  func issuerPool(for server: IssuerServer) -> UpstreamPool {
    UpstreamPool(
      origin: UpstreamOrigin(server.endpoint, privateCA: server.privateCA), eventLoop: eventLoop, gauges: gauges,
      sweep: sweep, tlsContexts: tlsContexts, names: names, clock: clock, outbox: outbox)
  }

  private func pool(for origin: UpstreamOrigin) -> UpstreamPool {
    if let pool = pools[origin] { return pool }
    let pool = UpstreamPool(
      origin: origin, eventLoop: eventLoop, gauges: gauges, sweep: sweep, tlsContexts: tlsContexts, names: names,
      clock: clock, outbox: outbox)
    pools[origin] = pool
    return pool
  }

  /// Keeps the connections whose origin the new snapshot still names.
  func adopt(_ snapshot: GatewaySnapshot) {
    let current = Set(
      snapshot.providers.flatMap { provider in
        [UpstreamOrigin(provider)]
          + (provider.tokenGrant.map { [UpstreamOrigin(provider, endpoint: $0.endpoint)] } ?? [])
      })
    for (origin, pool) in pools where !current.contains(origin) {
      pool.close()
      pools[origin] = nil
    }
    links = [:]
  }

  func close() {
    for pool in pools.values { pool.close() }
  }
}
