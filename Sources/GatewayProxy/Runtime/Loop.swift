import GatewayCore
import GatewayPolicies
import GatewayTelemetry
import NIOCore
import Synchronization

/// Everything that one event loop owns: its snapshot, idle connections, timers, counters and ids. No locks, no hops; touched
/// on the loop only.
final class Loop {
  let eventLoop: any EventLoop
  let shard: TelemetryShard
  let shared: SharedState
  let counters: any CounterStore
  let answers: any AnswerStore
  private(set) var snapshot: GatewaySnapshot
  /// For new connections; nil: they are plain.
  private(set) var listenerContext: ListenerContext?
  let pools: UpstreamPools
  /// What it knows of tokens; made when it is first needed.
  private var currentAuthenticator: Authenticator?
  var knownKeys: KnownKeys
  let clock = LoopClock()
  let outbox: Outbox
  /// Deadlines of attempts: 20 ms.
  let attemptSweep: Sweep
  /// Deadlines of connections, which are in seconds: 200 ms.
  let connectionSweep: Sweep
  /// Chooses keys, arms and jitter: nothing that must be secret.
  var random = RandomSequence(seed: .random(in: .min ... .max))
  private(set) var isDraining = false
  private var clients: [ObjectIdentifier: ClientConnection] = [:]
  private let idOrigin: UInt64
  private var idNumber: UInt32 = 0
  private let clockOrigin = ClockOrigin.current()
  private var dateLine = DateLine()
  /// Prices that were looked up, by target.
  private var prices: [PriceKey: PriceEntry?] = [:]
  /// The one that was asked for last: nearly always the next.
  private var recentPrice: (key: PriceKey, entry: PriceEntry?)?
  private static let priceLimit = 10_000
  /// Of models of the snapshot for which the cache was asked.
  private var definitions: [ObjectIdentifier: String] = [:]

  private struct PriceKey: Hashable {
    /// Of the snapshot.
    let provider: ObjectIdentifier
    let model: String
  }

  init(
    eventLoop: any EventLoop, shared: SharedState, counters: any CounterStore, answers: any AnswerStore,
    snapshot: GatewaySnapshot, shard: TelemetryShard
  ) throws(ListenerTLSFault) {
    self.eventLoop = eventLoop
    outbox = Outbox(eventLoop: eventLoop)
    self.counters = counters
    self.answers = answers
    self.shared = shared
    self.snapshot = snapshot
    knownKeys = KnownKeys(of: snapshot)
    self.shard = shard
    attemptSweep = Sweep(eventLoop: eventLoop, clock: clock, interval: .milliseconds(20))
    connectionSweep = Sweep(eventLoop: eventLoop, clock: clock, interval: .milliseconds(200))
    pools = UpstreamPools(
      eventLoop: eventLoop, gauges: shard.gauges, sweep: connectionSweep, tlsContexts: shared.tlsContexts,
      names: shared.names, clock: clock, outbox: outbox)
    idOrigin = UInt64.random(in: .min ... .max)
    if let tls = snapshot.server.tls { listenerContext = try shared.listenerContexts.context(for: tls) }
  }

  var gauges: LoopGauges { shard.gauges }

  func adopt(_ snapshot: GatewaySnapshot) {
    self.snapshot = snapshot
    pools.adopt(snapshot)
    prices = [:]
    recentPrice = nil
    definitions = [:]
    answers.adopt(snapshot.cacheSettings)
    knownKeys = KnownKeys(of: snapshot)
    currentAuthenticator = nil
    // `GatewayServer.prepare` has made it. Were it gone, the old one would stay: never plain text instead.
    if let tls = snapshot.server.tls {
      listenerContext = (try? shared.listenerContexts.context(for: tls)) ?? listenerContext
    } else {
      listenerContext = nil
    }
  }

  /// Nothing else than issued keys has changed: what was made of the rest stays.
  func adopt(keysOf snapshot: GatewaySnapshot) {
    self.snapshot = snapshot
    knownKeys.follow(snapshot)
  }

  /// Of the snapshot.
  var authenticator: Authenticator {
    if let currentAuthenticator { return currentAuthenticator }
    let made = Authenticator(snapshot, on: self)
    currentAuthenticator = made
    return made
  }

  /// Puts the handlers of a client's connection into its channel.
  func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
    let connection = ClientConnection(loop: self)
    try listenerContext?.addHandlers(before: connection, to: pipeline)
    try pipeline.addHandler(connection)
  }

  /// What a model costs at a provider; nil: nobody knows.
  func price(of model: String, at provider: Provider) -> PriceEntry? {
    let key = PriceKey(provider: ObjectIdentifier(provider), model: model)
    if recentPrice?.key == key { return recentPrice?.entry }
    let entry: PriceEntry?
    if let known = prices[key] {
      entry = known
    } else {
      entry = snapshot.prices.price(provider: provider.name, kind: provider.kind, model: model)
      if prices.count >= Self.priceLimit { prices = [:] }
      prices[key] = .some(entry)
    }
    recentPrice = (key, entry)
    return entry
  }

  /// See `RouteDefinition`.
  func definition(of route: ModelRoute) -> String {
    if let known = definitions[ObjectIdentifier(route)] { return known }
    let text = RouteDefinition.text(route)
    definitions[ObjectIdentifier(route)] = text
    return text
  }

  /// Of those that have any.
  func prices(of targets: [PlannedTarget], for model: String) -> [PriceEntry] {
    targets.compactMap { price(of: $0.target.upstreamModel(for: model), at: $0.target.provider) }
  }

  func nextExchangeID() -> ExchangeID {
    idNumber &+= 1
    return ExchangeID(
      origin: idOrigin, second: clockOrigin.unixNanoseconds(at: clock.now) / 1_000_000_000, number: idNumber)
  }

  func settle(_ record: consuming ExchangeRecord) {
    gauges.loopLagNanoseconds.store(Int(attemptSweep.lag.wholeNanoseconds), ordering: .relaxed)
    shard.settled(record)
  }

  /// `date: …` with its line end (RFC 9110 §6.6.1), made once a second.
  func date(now: Instant) -> ByteBuffer { dateLine.bytes(now: now) }

  // MARK: Clients

  func clientOpened(_ client: ClientConnection) {
    clients[ObjectIdentifier(client)] = client
    gauges.openConnections.add(1, ordering: .relaxed)
    connectionSweep.add(client)
    let open = shared.openConnections.add(1, ordering: .relaxed).newValue
    if open > snapshot.server.limits.connections || isDraining { client.turnAway() }
  }

  func clientClosed(_ client: ClientConnection) {
    guard clients.removeValue(forKey: ObjectIdentifier(client)) != nil else { return }
    connectionSweep.remove(client)
    gauges.openConnections.subtract(1, ordering: .relaxed)
    shared.openConnections.subtract(1, ordering: .relaxed)
  }

  // MARK: Drain

  func drain() {
    isDraining = true
    for client in clients.values { client.drain() }
  }

  /// - Returns: how many exchanges were cut.
  func cut() -> Int {
    var count = 0
    for client in Array(clients.values) where client.cut() { count += 1 }
    pools.close()
    return count
  }

  var isQuiet: Bool { clients.isEmpty }
}
