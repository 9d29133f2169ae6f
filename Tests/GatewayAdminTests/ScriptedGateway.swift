import Foundation
import GatewayCore
import GatewayTelemetry
import HTTPTypes
import Hummingbird
import Synchronization

@testable import GatewayAdmin
@testable import GatewayStorage

/// A running gateway that a test makes up.
final class ScriptedGateway: RunningGateway {
  struct Script: Sendable {
    var snapshot: GatewaySnapshot?
    var findings: [AdminFinding] = []
    var traffic = TrafficHistory()
    var certificateExpiry: Int?
    var health: [HealthState] = []
    var ledger: Telemetry.LedgerState?
    /// By subject.
    var used: [String: Int64] = [:]
    var traces = TraceStanding()
    var keyChanges = 0
    var now = ScriptedGateway.now
  }

  let script: Mutex<Script>

  init(_ script: Script = Script()) { self.script = Mutex(script) }

  /// 2026-11-21T10:30:00Z.
  static let now = WallTime(milliseconds: 1_795_257_000_000)

  var snapshot: GatewaySnapshot? { script.withLock { $0.snapshot } }
  var findings: [AdminFinding] { script.withLock { $0.findings } }
  var traffic: TrafficHistory { script.withLock { $0.traffic } }
  var openStreams: Int { 3 }
  var ledger: Telemetry.LedgerState? { script.withLock { $0.ledger } }
  var health: [HealthState] { script.withLock { $0.health } }
  var certificateExpiry: Int? { script.withLock { $0.certificateExpiry } }
  var traces: TraceStanding { script.withLock { $0.traces } }
  var now: WallTime { script.withLock { $0.now } }
  var standingSource: String { "made up" }

  func isSetAside(_ target: Target) -> Bool { false }

  func standings(of demands: [Demand]) async -> [LimitStanding?] {
    let used = script.withLock { $0.used }
    return demands.map { LimitStanding(used: used[$0.subject] ?? 0, reset: .seconds(60)) }
  }

  func keysChanged() async { script.withLock { $0.keyChanges += 1 } }
  func quotasChanged() async {}

  /// Consumers `app` of the team blue and `web` of no team; the model `fast`.
  static func snapshot(limits: [Limit] = [], quotas: [Limit] = []) -> GatewaySnapshot {
    let blue = Team(name: "blue")
    return GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [],
      models: ModelTable(routes: [ModelRoute(name: "fast", type: .chat, arms: [])]),
      consumers: [
        Consumer(name: "app", models: nil, team: blue), Consumer(name: "web", models: ModelAllowList(["slow"])),
      ], tenants: Tenants(teams: [blue]), keys: [:], isOpen: false, limits: limits, quotas: quotas)
  }
}

/// What the routes of a test read.
final class ReadingPlace: Sendable {
  let gateway: ScriptedGateway
  let store: DatabaseStore
  let ledger: LedgerSource
  private let location: DatabaseLocation
  private let directory: URL

  init(_ script: ScriptedGateway.Script = .init(snapshot: ScriptedGateway.snapshot())) throws {
    gateway = ScriptedGateway(script)
    directory = FileManager.default.temporaryDirectory.appending(path: "sluice-admin-\(UUID())")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    location = .sqlite(path: directory.appending(path: "sluice.db").path)
    store = try DatabaseStore(sqlite: directory.appending(path: "sluice.db").path)
    ledger = LedgerSource(LedgerDesk(location), zone: .utc)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  var routes: [any AdminRoutes] {
    [
      OverviewRoutes(ledger, keys: store, gateway: gateway), UsageRoutes(ledger, keys: store, gateway: gateway),
      ExchangeRoutes(ledger, keys: store, gateway: gateway), HealthStateRoutes(gateway: gateway),
      TelemetryRoutes(gateway: gateway),
      ExplainRoutes(keys: store, gateway: gateway), LimitUsageRoutes(keys: store, gateway: gateway),
      KeyRoutes(keys: store, gateway: gateway),
      QuotaRoutes(gateway: gateway) { [store] snapshot, body in
        try await body(QuotaDesk(snapshot, store: store, shared: nil))
      },
    ]
  }

  /// An exchange of the ledger that ended before the present moment.
  static func row(
    _ number: UInt64, minutesAgo: Int64 = 0, consumer: String = "app", team: String? = "blue",
    _ change: (inout LedgerRow) -> Void = { _ in }
  ) -> LedgerRow {
    var row = LedgerRow(id: ExchangeID(origin: 7, sequence: number))
    row.endedAt = ScriptedGateway.now.milliseconds - minutesAgo * 60_000
    row.startedAt = row.endedAt - 900
    (row.durationMicroseconds, row.firstTokenMicroseconds) = (900_000, 200_000)
    (row.outcome, row.status, row.surface, row.isStream) = ("success", 200, "chat.completions", true)
    (row.consumer, row.team, row.model, row.route) = (consumer, team, "fast", "fast")
    (row.target, row.provider) = ("a/m", "a")
    row.attempts = #"[{"target":"a/m","credential":"a#1","status":200,"at":5,"ms":890}]"#
    row.tokens = [10, 5, 0, 0, 6, 2, 0]
    (row.costBillionths, row.currency) = (1_500_000, "CNY")
    change(&row)
    return row
  }

  func record(_ rows: [LedgerRow]) throws {
    let database = LedgerDatabase(try location.openLedger(), node: nil, zone: .utc)
    defer { database.close() }
    var journal = ByteWriter()
    for row in rows { LedgerFrame.append(row, to: &journal) }
    let read = journal.withBytes { LedgerFrame.read($0, limit: rows.count, isWhole: true) }.rows
    let batch = JournalReader.Batch(segment: "s", rows: read, end: 1, finalLength: nil, damaged: 0)
    _ = try database.move(batch, forget: [])
  }

  /// Serves the routes to `identity` for as long as `body` runs.
  func serve(
    as identity: AdminIdentity = AdminIdentity(name: "admin", role: .administrator, proof: .session),
    _ body: @Sendable (_ call: APICall) async throws -> Void
  ) async throws {
    let router = Router(context: AdminContext.self)
    router.add(middleware: AnswerEnvelope(paths: KnownPaths([])))
    router.add(middleware: Impersonation(identity: identity))
    var group = AdminRouteList(root: "/api/v1")
    for routes in routes { routes.add(to: &group) }
    for route in group.routes { route.add(to: router) }
    let (ports, bound) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { bound.yield($0.localAddress?.port ?? 0) }, logger: quiet)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { bound.finish() }
        try await application.run()
      }
      if let port = await ports.first(where: { _ in true }) { try await body(APICall(port: port)) }
      tasks.cancelAll()
      do { try await tasks.waitForAll() } catch is CancellationError { return }
    }
  }

  static let blue = AdminIdentity(name: "bo", role: .teamAdministrator, team: "blue", proof: .session)
}

private struct Impersonation: RouterMiddleware {
  let identity: AdminIdentity

  func handle(
    _ request: Request, context: AdminContext, next: @concurrent (Request, AdminContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.identity = identity
    return try await next(request, context)
  }
}

/// Calls the routes of a test.
struct APICall: Sendable {
  let port: Int

  func callAsFunction(
    _ method: String, _ path: String, _ body: String? = nil, headers: String = ""
  ) async throws -> RawAnswer {
    let head = "\(method) /api/v1/\(path) HTTP/1.1\r\nhost: localhost\(headers)"
    return try await RawAnswer.to(head, body: body, port: port)
  }

  func get(_ path: String) async throws -> [String: Any] {
    let answer = try await self("GET", path)
    guard answer.status == 200, let object = answer.object else { throw RawAnswer.Failure.malformed }
    return object
  }
}
