import GatewayAdmin
import GatewayCore
import Synchronization

/// A gateway that says what a test tells it to say.
final class ScriptedBackend: AdminBackend {
  struct Script: Sendable {
    var readiness = Readiness.ready
    var outcome = ReloadOutcome.accepted(revision: 2, needsRestart: [])
    var reloads = 0
    var entrance = AdminEntrance()
    var gatewayURL: String?
  }

  let script = Mutex(Script())

  var readiness: Readiness { script.withLock { $0.readiness } }
  var entrance: AdminEntrance { script.withLock { $0.entrance } }
  var gatewayURL: String? { script.withLock { $0.gatewayURL } }
  func metricsText() -> [UInt8] { Array("up 1\n".utf8) }
  func configurationJSON() -> [UInt8] { Array(#"{"revision":1}"#.utf8) }

  func reload() async -> ReloadOutcome {
    script.withLock {
      $0.reloads += 1
      return $0.outcome
    }
  }
}
