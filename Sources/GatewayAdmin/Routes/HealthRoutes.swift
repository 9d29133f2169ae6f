import HTTPTypes
import Hummingbird

/// `/health/live`: the process answers. `/health/ready`: it may be sent requests.
struct HealthRoutes {
  let backend: any AdminBackend

  private struct Health: Codable {
    let status: String
    var reason: String?
  }

  func add(to group: inout AdminRouteList) {
    group.get(
      "health/live",
      AdminOperation(
        "getLiveness", "The process answers.", .open, answers: [.json(Health.self, "It does.")], refusals: .envelope)
    ) { _, _ in try AdminJSON.response(.ok, Health(status: "live")) }
    group.get(
      "health/ready",
      AdminOperation(
        "getReadiness", "Whether it may be sent requests.", .open,
        answers: [.json(Health.self, "It may."), .json(Health.self, "Not now; `reason` says why.", status: 503)],
        refusals: .envelope)
    ) { [backend] _, _ in
      switch backend.readiness {
      case .ready: try AdminJSON.response(.ok, Health(status: "ready"))
      case .notReady(let reason):
        try AdminJSON.response(.serviceUnavailable, Health(status: "not ready", reason: reason))
      }
    }
  }
}
