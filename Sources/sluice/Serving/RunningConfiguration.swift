import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayProxy
import GatewayTelemetry
import Synchronization

/// What the admin plane shows of the running configuration; written by the controller, read at any time.
final class RunningConfiguration: Sendable {
  private struct State {
    var result: LoadResult
    var restarts: [String] = []
    /// Of the database.
    var revision: Int64
    var objects: StoredObjects
    /// Of a later configuration that cannot run.
    var refused: [Problem] = []
    var isDraining = false
  }

  private let state: Mutex<State>

  init(_ result: LoadResult, _ stored: StoredKeys) {
    state = Mutex(State(result: result, revision: stored.revision, objects: stored.objects))
  }

  func show(_ result: LoadResult, restarts: [String], stored: StoredKeys) {
    state.withLock {
      $0.revision = stored.revision
      $0.objects = stored.objects
      $0.refused = []
      $0.result = result
      $0.restarts = restarts
      $0.refused = []
    }
  }

  /// What runs stays.
  func refuse(_ problems: [Problem]) { state.withLock { $0.refused = problems } }

  /// Why a later configuration does not run; empty: there is none.
  var refused: [Problem] { state.withLock { $0.refused } }

  /// What is wrong: errors of a configuration that was refused since, and warnings of the running one.
  var findings: [AdminFinding] {
    let (result, refused) = state.withLock { ($0.result, $0.refused) }
    return refused.filter { $0.severity == .error }.map { AdminFinding($0) }
      + result.problems.filter { $0.severity == .warning }.map { AdminFinding($0) }
  }

  /// The same configuration with other keys of the database.
  func show(keysOf result: LoadResult) { state.withLock { $0.result = result } }

  /// What needs one.
  var restarts: [String] { state.withLock { $0.restarts } }
  var result: LoadResult { state.withLock { $0.result } }
  var snapshot: GatewaySnapshot? { result.snapshot }

  /// Targets and provider keys by label, and whether each is set aside: all that are, and of the others a bounded number.
  func setAside(now: Instant) -> [(name: String, isSetAside: Bool)] {
    health(now: now).map { (name: $0.name, isSetAside: $0.isSetAside) }
  }

  /// The same with what they are.
  func health(now: Instant) -> [HealthState] {
    let result = state.withLock { $0.result }
    var states: [String: HealthState] = [:]
    func add(_ name: String, _ kind: HealthState.Kind, _ provider: String, _ cell: any HealthCell) {
      guard states[name] == nil else { return }
      let isSetAside = cell.peek(now: now) != .granted
      states[name] = HealthState(name: name, kind: kind, provider: provider, isSetAside: isSetAside)
    }
    for provider in result.snapshot?.providers ?? [] {
      for credential in provider.credentials { add(credential.label, .key, provider.name, credential.health) }
    }
    for case .target(let target) in result.routes.flatMap(\.arms).flatMap(\.steps) {
      add(target.label, .target, target.provider.name, target.health)
    }
    let sorted = states.values.sorted { $0.name < $1.name }
    return sorted.filter(\.isSetAside) + sorted.filter { !$0.isSetAside }.prefix(1000)
  }

  /// When the certificates of both planes end.
  var certificateEnds: [Telemetry.Bounds.CertificateEnd] {
    let result = state.withLock { $0.result }
    return [("server.tls", result.snapshot?.server.tls), ("server.admin.tls", result.entrance.tls)]
      .compactMap { setting, tls in
        guard let tls, let end = ListenerContext.expiry(of: tls) else { return nil }
        return Telemetry.Bounds.CertificateEnd(setting: setting, at: end)
      }
  }

  /// Of the file.
  var masterKey: MasterKeySettings? { state.withLock { $0.result.masterKey } }

  /// Of the objects of the database.
  var storedRevision: Int64 { state.withLock { $0.revision } }

  var view: ConfigurationView {
    state.withLock {
      ConfigurationView(
        revision: $0.revision, file: $0.result.source, stored: $0.objects, ofFile: $0.result.fileObjects,
        found: $0.result.foundObjects, problems: $0.result.problems, needsRestart: $0.restarts)
    }
  }

  func drainBegan() { state.withLock { $0.isDraining = true } }

  var revision: Int { state.withLock { $0.result.snapshot?.revision ?? 0 } }

  /// For `GET /config`: secrets hidden.
  var description: [UInt8] {
    let (result, restarts) = state.withLock { ($0.result, $0.restarts) }
    return Array((ConfigurationDescription(result, needsRestart: restarts).text() ?? "{}").utf8)
  }
  var readiness: Readiness { state.withLock { $0.isDraining ? .notReady("draining") : .ready } }
}

/// The running gateway as the admin plane sees it.
struct RunningBackend: AdminBackend {
  let running: RunningConfiguration
  let telemetry: Telemetry
  let controller: ConfigurationController

  var readiness: Readiness { running.readiness }
  var entrance: AdminEntrance { running.result.entrance }
  var gatewayURL: String? { running.snapshot?.server.url }
  func metricsText() -> [UInt8] { telemetry.render() }
  func configurationJSON() -> [UInt8] { running.description }
  func reload() async -> ReloadOutcome { await controller.reload(because: "the admin plane asked") }
}
