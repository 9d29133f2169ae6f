import AsyncHTTPClient
import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayStorage
import GatewayTelemetry
import Logging
import NIOCore
import ServiceLifecycle

/// Puts the parts together and runs them until the process is told to end.
enum GatewayApplication {
  static func run(_ source: ConfigurationSource) async throws {
    let logger = Logger(label: "sluice")
    ProcessLimits.set()
    // Taken before the file is read: a change from then on is a change.
    let stamp = source.file.flatMap(FileStamp.init)
    let watch = DatabaseWatch(logger)
    let (result, store, stored) = try await load(source, watch)
    guard let snapshot = result.snapshot, let start = result.start else {
      throw StartFailure(ConfigurationSource.summary(of: result))
    }
    for problem in result.problems { logger.warning("configuration warning", metadata: ["problem": "\(problem)"]) }

    let access = AdminAccess(store: store, logger: logger) { .now }
    let administration = try await adminSettings(start, access, result.entrance)

    var observed = Telemetry.Settings(version: Version.current)
    observed.ledgerCapacity = start.ledger.isOn ? LedgerService.capacity : 0
    let telemetry = Telemetry(observed)
    watch.report(to: telemetry)
    let accessLog = try AccessLog(telemetry, to: .standardOutput, logger: logger)
    accessLog.start()
    let ledger = try LedgerService(start, node: store.node, telemetry: telemetry, logger: logger)
    let counters = SharedCounters(capacity: snapshot.server.limits.counters)
    let shown = RunningConfiguration(result, stored)
    let keeper = CounterKeeper(
      counters, store: store, quotas: { shown.snapshot?.quotas ?? [] }, logger: logger)
    await keeper.restore()
    let limits = try sharedLimits(start, snapshot, telemetry, logger)
    let answers = try KeptAnswers(start.shared, snapshot.cacheSettings)
    answers.report(to: telemetry)
    let conversations = ConversationRecorder(store, logger: logger) { [masterKeys = source.masterKeys] in
      try masterKeys.ring(naming: shown.masterKey)
    }
    telemetry.readConversations { conversations.readings }
    let server = try await listen(
      start.gateway, snapshot: snapshot, counters: stores(limits, counters), answers: answers, objects: store,
      conversations: conversations, telemetry: telemetry, logger: logger)
    try prepareCertificates(server, snapshot)
    telemetry.configurationRuns(revision: snapshot.revision, isReload: false)
    telemetry.readSetAside { shown.setAside(now: Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds)) }
    let bounds = BoundsReading(
      running: shown, counters: limits == nil ? counters : nil,
      journalBytes: start.ledger.isOn ? start.ledger.journal : nil, stored: StoredReading(store))
    telemetry.readBounds { bounds.current }
    let controller = ConfigurationController(
      source: source, store: store, server: server, telemetry: telemetry, logger: logger, started: start, shown: shown,
      stored: stored)
    let address = server.address.map(Self.text) ?? start.gateway.description
    logger.info("listening", metadata: ["plane": "gateway", "address": "\(address)"])
    if source.file == nil { try await greet(source, store: store, gateway: snapshot.server.url ?? "http://\(address)") }

    let backend = RunningBackend(running: shown, telemetry: telemetry, controller: controller)
    let nodes = NodeReporter(store: store, shown: shown)
    let caller = GatewayCaller(server.address, isTLS: snapshot.server.tls != nil)
    let audit = Self.audit(store, logger)
    let desk = start.ledger.isOn ? LedgerDesk(try start.database.location()) : nil
    let sampler = TrafficSampler(telemetry, ledger: desk)
    let traceLog = TraceLog(logger)
    let view = ServingView(
      running: shown, telemetry: telemetry, sampler: sampler, controller: controller, counters: counters,
      keeper: keeper, shared: start.shared, store: store, traceLog: traceLog)
    let routes: [any AdminRoutes] =
      [
        ObjectRoutes(controller, audit: audit), RevisionRoutes(controller, backend: backend, audit: audit),
        ProviderRoutes(ProviderTester(controller: controller, shown: shown)), PlaygroundRoutes(caller),
        NodeRoutes(nodes),
        CacheRoutes(store, gateway: view, state: { answers.state(of: shown.snapshot) }) {
          try await answers.forget($0)
        },
        SignInRoutes(
          access: access, settings: administration, backend: backend, client: IssuerCaller(), logger: logger),
      ] + ReadingRoutes.all(view, store: store, desk: desk, zone: start.ledger.zone, masterKeys: source.masterKeys)
    let encryption = PlaneEncryption(logger: logger) { shown.result.entrance.tls }
    let plane = try AdminPlane(
      administration, backend: backend, access: access, routes: routes, logger: logger,
      onConnection: { try encryption.addHandlers(to: $0) },
      onListening: onListening(administration, access, result.entrance, logger))
    // Shut down from the last to the first: the data plane drains while the admin plane still says so.
    var services: [any Service] = [
      plane,
      ConfigurationWatcher(source: source, stamp: stamp, controller: controller),
    ]
    services.append(nodes)
    services.append(AuditKeeper(AuditArchivist(store, start.audit), logger: logger))
    if source.file == nil {
      services.append(DiscoveryService(controller: controller, providers: snapshot.providers, logger: logger))
    }
    // Before the data plane in this list, so that it outlives it by the last settled calls.
    services.append(
      TraceExporter(
        sender: TraceSender(telemetry, shown: shown, instance: store.node ?? UUID().uuidString, log: traceLog)))
    services.append(ConversationKeeper(store: store, shown: shown, logger: logger))
    services.append(ConversationService(recorder: conversations))
    services.append(sampler)
    services.append(keeper)
    services.append(DataPlaneService(server: server, shown: shown, logger: logger))
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map { .init(service: $0) }, logger: Self.quiet(logger)))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await SignalHandling(group: group, controller: controller, logger: logger).run() }
      do {
        try await group.run()
      } catch let error as AdminError {
        throw StartFailure("\(error)")
      }
      tasks.cancelAll()
    }
    accessLog.stop()
    desk?.close()
    ledger?.stop(logger)
    await limits?.stop()
    answers.close()
    try? await server.shutDown()
    try? await store.close()
    logger.info("ended")
  }

  /// Changes of the configuration, in the audit trail and in the log.
  private static func audit(_ store: DatabaseStore, _ logger: Logger) -> ConfigurationAudit {
    { entry, author in
      logger.notice(
        "configuration changed",
        metadata: [
          "by": "\(author.name)", "action": "\(entry.action)", "object": "\(entry.object ?? "")",
          "revision": "\(entry.revision ?? 0)",
        ])
      do {
        try await store.audit(entry, by: author, now: .now)
      } catch {
        logger.error("the audit trail lacks a change of the configuration", metadata: ["reason": "\(error)"])
      }
    }
  }

  /// - Throws: `StartFailure` for an address where anybody could come in.
  private static func adminSettings(
    _ start: StartSettings, _ access: AdminAccess, _ entrance: AdminEntrance
  ) async throws -> AdminSettings {
    var settings = AdminSettings(host: start.admin.host, port: start.admin.port, token: start.adminToken)
    let hasAdministrator = try await access.hasAdministrator()
    settings.isAdministered = hasAdministrator || entrance.provider != nil
    do throws(AdminError) { try AdminPlane.check(settings) } catch { throw StartFailure("\(error)") }
    return settings
  }

  /// Says where the admin plane listens, and while there is no administrator how to make one.
  private static func onListening(
    _ settings: AdminSettings, _ access: AdminAccess, _ entrance: AdminEntrance, _ logger: Logger
  ) -> AdminPlane.ListeningHandler {
    { host, port in
      let address = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
      logger.info("listening", metadata: ["plane": "admin", "address": "\(address)"])
      guard !settings.isAdministered else { return }
      SetUpGreeting(url: entrance.url?.text ?? "\(entrance.scheme)://\(address)", token: access.setUpToken).write()
    }
  }

  private static func sharedLimits(
    _ start: StartSettings, _ snapshot: GatewaySnapshot, _ telemetry: Telemetry, _ logger: Logger
  ) throws -> RedisLimits? {
    guard let storage = start.shared else {
      if case .postgres = start.database.place {
        logger.notice(
          "each gateway counts limits for itself, also of one database: name a Redis in storage.shared to count together"
        )
      }
      return nil
    }
    let limits = try SharedLimits.open(storage, capacity: snapshot.server.limits.counters, logger)
    telemetry.readLimitStore {
      var store = Telemetry.LimitStore()
      store.isUp = limits.isUp
      store.isMisconfigured = limits.isMisconfigured
      store.errors = limits.errors
      store.nodes = limits.nodes
      return store
    }
    return limits
  }

  /// Where each event loop counts.
  private static func stores(
    _ limits: RedisLimits?, _ memory: SharedCounters
  ) -> GatewayServer.CounterStoreMaker {
    { loop, onBudget in
      guard let limits else { return memory }
      return limits.store(on: loop, onBudget: onBudget)
    }
  }

  private static func load(
    _ source: ConfigurationSource, _ watch: DatabaseWatch
  ) async throws -> (LoadResult, DatabaseStore, StoredKeys) {
    // Once for the place of the database, then with the keys in it.
    let first = source.load(revision: 1, stored: .none)
    guard let start = first.start else { throw StartFailure(ConfigurationSource.summary(of: first)) }
    let store = try await source.openStore(at: start.database, serves: true) { watch.take($0) }
    if source.file == nil { _ = try await FirstKey(in: source.dataDirectory, store: store) }
    if let masterKey = first.masterKey { try source.masterKeys.check(masterKey) }
    let stored = try await StoredKeys(of: store, masterKeys: source.masterKeys)
    guard first.masterKey == nil, stored.revision == 0, !first.mustBeCompiled(for: stored.keys),
      let keyedHash = stored.keyedHash
    else { return (source.load(revision: 1, stored: stored), store, stored) }
    return (first.with(stored.keys, keyedHash: keyedHash), store, stored)
  }

  private static func listen(
    _ address: ListenAddress, snapshot: GatewaySnapshot,
    counters: @escaping GatewayServer.CounterStoreMaker, answers: KeptAnswers, objects: any ObjectDirectory,
    conversations: ConversationRecorder, telemetry: Telemetry, logger: Logger
  ) async throws -> GatewayServer {
    do {
      return try await GatewayServer.start(
        GatewayServer.Settings(host: address.host, port: address.port, loops: LoopCount.available), snapshot: snapshot,
        retryBudget: SharedRetryBudget(policy: snapshot.server.retryBudget), counters: counters,
        answers: answers.stores, objects: objects, conversations: conversations, telemetry: telemetry, logger: logger)
    } catch let error as IOError {
      let reason = error.errnoCode == EADDRINUSE ? "the port is taken" : String(cString: strerror(error.errnoCode))
      throw StartFailure("cannot listen on \(address): \(reason)")
    } catch {
      throw StartFailure("cannot listen on \(address): \(error)")
    }
  }

  /// Reads the system's roots beside the first requests: it takes tens of milliseconds, and only HTTPS needs them.
  private static func prepareCertificates(_ server: GatewayServer, _ snapshot: GatewaySnapshot) throws {
    guard snapshot.providers.contains(where: { $0.endpoint.isTLS || $0.tokenGrant?.endpoint.isTLS == true }) else {
      return
    }
    if snapshot.providers.contains(where: { $0.privateCA != nil }) {
      do {
        return try server.prepare(snapshot)
      } catch {
        throw StartFailure("a certificate authority cannot be used: \(error)")
      }
    }
    DispatchQueue.global().async { try? server.prepare(snapshot) }
  }

  private static func greet(_ source: ConfigurationSource, store: DatabaseStore, gateway: String) async throws {
    let key = try await FirstKey(in: source.dataDirectory, store: store)
    ErrorOutput.write(
      "\nNo configuration file: try the built-in model, which answers without any provider.\n\n  \(key.curlLine(gateway: gateway))\n\n"
    )
  }

  private static func text(_ address: SocketAddress) -> String {
    let host = address.ipAddress ?? ""
    return "\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"
  }

  /// The library's own messages would only repeat ours.
  private static func quiet(_ logger: Logger) -> Logger {
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    return quiet
  }
}
