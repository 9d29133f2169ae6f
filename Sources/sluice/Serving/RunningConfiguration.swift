import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayTelemetry
import Synchronization

/// What the admin plane shows of the running configuration; written by the controller, read at any time.
final class RunningConfiguration: Sendable {
  private struct State {
    var result: LoadResult
    /// Of `result`, but for keys that were revoked since.
    var snapshot: GatewaySnapshot?
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
    state = Mutex(
      State(result: result, snapshot: result.snapshot, revision: stored.revision, objects: stored.objects))
  }

  func show(_ result: LoadResult, restarts: [String], stored: StoredKeys) {
    state.withLock {
      $0.revision = stored.revision
      $0.objects = stored.objects
      $0.refused = []
      $0.result = result
      $0.snapshot = result.snapshot
      $0.restarts = restarts
    }
  }

  /// What runs stays.
  func refuse(_ problems: [Problem]) { state.withLock { $0.refused = problems } }

  /// Why a later configuration does not run; empty: there is none.
  var refused: [Problem] { state.withLock { $0.refused } }

  func revoked(leaving snapshot: GatewaySnapshot) { state.withLock { $0.snapshot = snapshot } }

  var snapshot: GatewaySnapshot? { state.withLock { $0.snapshot } }

  /// Targets and provider keys by label, and whether each is set aside: all that are, and of the others a bounded number.
  func setAside(now: Instant) -> [(name: String, isSetAside: Bool)] {
    let result = state.withLock { $0.result }
    var cells: [String: any HealthCell] = [:]
    for provider in result.snapshot?.providers ?? [] {
      for credential in provider.credentials { cells[credential.label] = credential.health }
    }
    for case .target(let target) in result.routes.flatMap(\.arms).flatMap(\.steps) {
      cells[target.label] = target.health
    }
    let states = cells.sorted { $0.key < $1.key }.map {
      (name: $0.key, isSetAside: $0.value.peek(now: now) != .granted)
    }
    return states.filter(\.isSetAside) + states.filter { !$0.isSetAside }.prefix(1000)
  }

  /// Of the file.
  var masterKey: MasterKeySettings? { state.withLock { $0.result.masterKey } }

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
  func metricsText() -> [UInt8] { telemetry.render() }
  func configurationJSON() -> [UInt8] { running.description }
  func reload() async -> ReloadOutcome { await controller.reload(because: "the admin plane asked") }
}
