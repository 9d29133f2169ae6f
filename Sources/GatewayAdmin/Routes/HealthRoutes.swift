import HTTPTypes
import Hummingbird

/// `/health/live`: the process answers. `/health/ready`: it may be sent requests.
struct HealthRoutes {
  let backend: any AdminBackend

  func add(to router: Router<AdminContext>) {
    router.get("/health/live") { _, _ in try AdminJSON.response(.ok, ["status": "live"]) }
    router.get("/health/ready") { [backend] _, _ in
      switch backend.readiness {
      case .ready: try AdminJSON.response(.ok, ["status": "ready"])
      case .notReady(let reason):
        try AdminJSON.response(.serviceUnavailable, ["status": "not ready", "reason": reason])
      }
    }
  }
}
