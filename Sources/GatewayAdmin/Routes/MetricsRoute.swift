import GatewayCore
import HTTPTypes
import Hummingbird

/// `/metrics` for Prometheus.
struct MetricsRoute {
  let backend: any AdminBackend
  /// Whether everybody who reaches the plane may read them.
  let isOpen: Bool

  func add(to router: Router<AdminContext>) {
    router.get("/metrics") { [backend, isOpen] _, context in
      if !isOpen { try context.requireEverything(.read) }
      return AdminJSON.response(
        .ok, bytes: backend.metricsText(), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
  }
}
