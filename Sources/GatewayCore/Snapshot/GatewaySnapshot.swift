/// The compiled configuration that the data plane reads: immutable, swapped whole.
package final class GatewaySnapshot: Sendable {
  /// Counts up with every accepted configuration of this process, from 1.
  package let revision: Int
  /// When it was compiled, in seconds since 1970: `created` of the models that it lists.
  package let createdAt: Int
  package let server: ServerSettings
  package let media: MediaSettings
  package let conversations: ConversationSettings
  /// nil: nothing is traced.
  package let traces: TraceSettings?
  package let providers: [Provider]
  package let models: ModelTable
  package let consumers: [Consumer]
  package let tenants: Tenants
  /// Keys of the file, by plain SHA-256.
  package let keys: [KeyDigest: Consumer]
  /// How consumers name the certificates of their clients.
  package let certificates: [CertificateName: Consumer]
  /// Keys that were issued into the database, by keyed hash.
  package let issuedKeys: IssuedKeys?
  package let authentication: Authentication
  /// No consumer and no key is configured and none was issued: every caller is let in as `anonymous`. Never true in no-file mode.
  package let isOpen: Bool
  /// For everyone, of calls.
  package let limits: [Limit]
  /// For everyone, of stored bytes.
  package let stored: [Limit]
  /// Whether the configuration limits stored bytes; keys may have limits of their own.
  package let limitsStored: Bool
  /// Of all calls that go there, by provider.
  package let providerLimits: [String: [Limit]]
  /// Whether anything is counted for the provider that a call goes to.
  package let countsByProvider: Bool
  package let prices: PriceList
  /// Limits of all owners that are quotas.
  package let quotas: [Limit]
  /// Whether a consumer reaches nothing of what providers keep for another. With one consumer there is nobody to keep out.
  package let separatesObjects: Bool
  /// `cache:`, whether it is in use or not.
  package let cacheSettings: CacheSettings
  /// nil: nobody switches the cache on.
  package let cache: CacheSettings?

  package init(
    revision: Int, createdAt: Int = 0, server: ServerSettings, media: MediaSettings = MediaSettings(),
    conversations: ConversationSettings = ConversationSettings(), traces: TraceSettings? = nil, providers: [Provider],
    models: ModelTable, consumers: [Consumer],
    tenants: Tenants = Tenants(),
    keys: [KeyDigest: Consumer], certificates: [CertificateName: Consumer] = [:], issuedKeys: IssuedKeys? = nil,
    isOpen: Bool, limits: [Limit] = [], providerLimits: [String: [Limit]] = [:],
    prices: PriceList = PriceList(), quotas: [Limit] = [], authentication: Authentication = .keysOnly,
    cache: CacheSettings = CacheSettings()
  ) {
    self.revision = revision
    self.createdAt = createdAt
    self.server = server
    self.media = media
    self.conversations = conversations
    self.traces = traces
    self.providers = providers
    self.models = models
    self.consumers = consumers
    self.tenants = tenants
    self.keys = keys
    self.certificates = certificates
    self.issuedKeys = issuedKeys
    self.authentication = authentication
    self.isOpen = isOpen
    self.limits = limits.ofCalls
    stored = limits.ofStored
    limitsStored =
      !stored.isEmpty || consumers.contains { !$0.stored.isEmpty } || tenants.teams.contains { !$0.stored.isEmpty }
      || tenants.organisations.contains { !$0.stored.isEmpty }
    self.providerLimits = providerLimits
    self.prices = prices
    countsByProvider =
      !providerLimits.isEmpty || Self.countByProvider(limits)
      || consumers.contains { Self.countByProvider($0.limits) } || Self.countByProvider(models.limits)
      || tenants.teams.contains { Self.countByProvider($0.limits) }
      || tenants.organisations.contains { Self.countByProvider($0.limits) }
    self.quotas = quotas
    separatesObjects = server.objects == .consumer && consumers.count > 1 && !isOpen
    cacheSettings = cache
    let isCached =
      models.usesCache || consumers.contains { $0.cache?.isOn == true } || issuedKeys?.usesCache == true
      || tenants.teams.contains { $0.cache?.isOn == true } || tenants.organisations.contains { $0.cache?.isOn == true }
    self.cache = isCached ? cache : nil
  }

  private static func countByProvider(_ limits: [Limit]) -> Bool { limits.contains(where: \.isByProvider) }

  /// Who holds the key with this SHA-256.
  package func find(holding digest: KeyDigest) -> IssuedKeys.Found? {
    if let found = holder(inFile: digest) { return found }
    guard let issuedKeys, !issuedKeys.isEmpty else { return nil }
    return issuedKeys.find(issuedKeys.keyedHash(digest))
  }

  /// The same.
  /// - Parameter known: one that is found is added. Requests that came before a change find theirs without it.
  package func find(holding digest: KeyDigest, remembering known: inout KnownKeys) -> IssuedKeys.Found? {
    guard known.snapshot === self else { return find(holding: digest) }
    if let found = known.found(digest) ?? holder(inFile: digest) { return found }
    guard let issuedKeys, !issuedKeys.isEmpty else { return nil }
    let hash = known.hash(of: digest) ?? issuedKeys.keyedHash(digest)
    guard let found = issuedKeys.find(hash) else { return nil }
    known.keep(found, hash, of: digest)
    return found
  }

  private func holder(inFile digest: KeyDigest) -> IssuedKeys.Found? {
    guard let consumer = keys[digest] else { return nil }
    let caller = Caller(consumer: consumer, fileKey: digest.firstBits)
    return IssuedKeys.Found(caller: caller, isDisabled: false, expiresAt: nil)
  }
}

extension GatewaySnapshot {
  /// The same configuration with these issued keys.
  package func with(issuedKeys: IssuedKeys) -> GatewaySnapshot {
    GatewaySnapshot(
      revision: revision, createdAt: createdAt, server: server, media: media,
      conversations: conversations, traces: traces, providers: providers, models: models, consumers: consumers,
      tenants: tenants, keys: keys, certificates: certificates, issuedKeys: issuedKeys, isOpen: isOpen,
      limits: limits + stored, providerLimits: providerLimits, prices: prices, quotas: quotas,
      authentication: authentication, cache: cacheSettings)
  }
}

/// `server:` as far as it can change while serving.
package struct ServerSettings: Hashable, Sendable {
  package struct Limits: Hashable, Sendable {
    /// Bytes of a request body.
    package var body: Int = 64 << 20
    /// Bytes of a request or response head.
    package var head: Int = 64 << 10
    /// Open client connections.
    package var connections: Int = 10_000
    /// Bytes of an answer that is held until it is complete (a plain call's).
    package var answer: Int = 64 << 20
    /// Bytes of one event of a stream.
    package var event: Int = 1 << 20
    /// Bytes of one message of a WebSocket session.
    package var message: Int = 16 << 20
    /// Counters of limits in memory.
    package var counters: Int = 1_000_000

    package init() {}
  }

  /// `server.timeouts`: how slow a client may be.
  package struct ClientTimeouts: Hashable, Sendable {
    package var head: Duration = .seconds(10)
    /// Between two reads of a body.
    package var body: Duration = .seconds(30)
    /// Between two requests of a connection.
    package var idle: Duration = .seconds(75)
    /// Without any progress of a write.
    package var write: Duration = .seconds(60)

    package init() {}
  }

  /// `server.objects`: who reaches what providers keep.
  package enum ObjectSharing: String, CaseIterable, Hashable, Sendable {
    /// Callers of the consumer that it was made for.
    case consumer
    /// Everybody who may call a model of that provider.
    case shared
  }

  package var limits = Limits()
  package var timeouts = ClientTimeouts()
  package var retryBudget = RetryBudgetPolicy()
  package var health = HealthPolicy()
  /// `server.gateway.url`, without a `/` at its end: what callers write before `/v1`; nil: nobody has said.
  package var url: String?
  /// Origins that browsers may call from; `*` for all.
  package var cors: [String] = []
  package var drain: Duration = .seconds(30)
  package var objects = ObjectSharing.consumer
  /// nil: the client of a call is the peer of its connection.
  package var trustedProxies: TrustedProxies?
  /// nil: the gateway speaks plain HTTP.
  package var tls: ListenerTLS?

  package init() {}
}
