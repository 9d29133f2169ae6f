import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayTelemetry
import Synchronization

/// What the admin plane shows of the running configuration; written by the controller, read at any time.
final class RunningConfiguration: Sendable {
  private struct State {
    var result: LoadResult
    var restarts: [String] = []
    var isDraining = false
  }

  private let state: Mutex<State>

  init(_ result: LoadResult) { state = Mutex(State(result: result)) }

  func show(_ result: LoadResult, restarts: [String]) {
    state.withLock {
      $0.result = result
      $0.restarts = restarts
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
