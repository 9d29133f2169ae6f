import HTTPTypes
import Hummingbird

/// `/metrics` for Prometheus.
struct MetricsRoute {
  let backend: any AdminBackend

  func add(to router: Router<BasicRequestContext>) {
    router.get("/metrics") { [backend] _, _ in
      AdminJSON.response(
        .ok, bytes: backend.metricsText(), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
  }
}
