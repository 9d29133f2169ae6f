import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayPolicies
import GatewayProxy
import GatewayStorage
import GatewayTelemetry
import NIOCore

/// The gateway of this process as the admin API shows it.
struct ServingView: RunningGateway {
  let running: RunningConfiguration
  let telemetry: Telemetry
  let sampler: TrafficSampler
  let controller: ConfigurationController
  let counters: SharedCounters
  let keeper: CounterKeeper
  /// Where several nodes count together; nil: this one counts in memory.
  let shared: SharedStorage?
  let store: DatabaseStore
  let traceLog: TraceLog

  var snapshot: GatewaySnapshot? { running.snapshot }
  var findings: [AdminFinding] { running.findings }
  var traffic: TrafficHistory { sampler.current }
  var openStreams: Int { telemetry.traffic().openStreams }
  var ledger: Telemetry.LedgerState? { telemetry.ledger }
  var health: [HealthState] { running.health(now: instant) }
  var certificateExpiry: Int? { running.certificateEnds.map(\.at).min() }
  var now: WallTime { .now }

  var traces: TraceStanding {
    let standing = traceLog.standing
    var spans = Dictionary(telemetry.spans.all.map { ($0.result, $0.count) }) { first, _ in first }
    spans["dropped"] = telemetry.droppedSpans
    return TraceStanding(
      isFailing: standing.isFailing, failure: standing.failure?.reason, failedAt: standing.failure?.at,
      takenAt: standing.takenAt, spans: spans)
  }

  func isSetAside(_ target: Target) -> Bool { target.health.peek(now: instant) != .granted }

  private var instant: Instant { Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds) }

  func standings(of demands: [Demand]) async -> [LimitStanding?] {
    let (stored, counted) = (demands.filter { $0.limit.unit == .stored }, demands.filter { $0.limit.unit != .stored })
    var ofStored = await standings(ofStored: stored)[...]
    var ofCounted = await standings(ofCounted: counted)[...]
    return demands.map { $0.limit.unit == .stored ? ofStored.removeFirst() : ofCounted.removeFirst() }
  }

  private func standings(ofStored demands: [Demand]) async -> [LimitStanding?] {
    guard let used = try? await store.stored(by: demands, now: now) else { return demands.map { _ in nil } }
    return used.map { LimitStanding(used: $0, reset: nil) }
  }

  private func standings(ofCounted demands: [Demand]) async -> [LimitStanding?] {
    if demands.isEmpty { return [] }
    let now = now
    guard let shared else {
      return demands.map { demand in
        let standing = counters.standing(of: demand.limit, subject: demand.subject, now: now)
        return LimitStanding(used: standing.used, reset: standing.reset)
      }
    }
    do {
      let used = try await RedisLimits.used(
        by: demands, try SharedLimits.dialer(shared), installation: shared.installation, now: now)
      return used.map { LimitStanding(used: $0, reset: nil) }
    } catch {
      return demands.map { _ in nil }
    }
  }

  var standingSource: String {
    shared.map { "counters are those of Redis at \($0.address)" } ?? "counters are those of this gateway"
  }

  func keysChanged() async { await controller.followStore() }
  func quotasChanged() async { if shared == nil { await keeper.takesQuotaChanges() } }
}

/// What the admin API shows of the past, and its keys.
enum ReadingRoutes {
  /// - Parameter desk: of the ledger; nil: there is none.
  static func all(
    _ view: ServingView, store: DatabaseStore, desk: LedgerDesk?, zone: ZoneOffsets, masterKeys: MasterKeys
  ) -> [any AdminRoutes] {
    let ledger = LedgerSource(desk, zone: zone)
    return [
      OverviewRoutes(ledger, keys: store, gateway: view), UsageRoutes(ledger, keys: store, gateway: view),
      ExchangeRoutes(ledger, keys: store, gateway: view), HealthStateRoutes(gateway: view),
      TelemetryRoutes(gateway: view),
      ExplainRoutes(keys: store, gateway: view), LimitUsageRoutes(keys: store, gateway: view),
      KeyRoutes(keys: store, gateway: view),
      ConversationRoutes(store, zone: zone, gateway: view) {
        try await store.conversationKey(try masterKeys.ring(naming: view.running.masterKey), making: false)
      },
      QuotaRoutes(gateway: view) { snapshot, body in
        try await QuotaDesk.with(snapshot, store, view.shared, body)
      },
      SecretRoutes(
        store, gateway: view,
        seal: { text, name in
          let settings = try view.running.masterKey ?? masterKeys.ownKeyOrNew()
          return try masterKeys.ring(settings).seal(text, named: name)
        }, tryWithout: { try await view.controller.findings(without: $0) }),
    ]
  }
}
