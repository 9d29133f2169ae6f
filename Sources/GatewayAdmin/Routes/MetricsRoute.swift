import GatewayCore
import HTTPTypes
import Hummingbird

/// `/metrics` for Prometheus.
struct MetricsRoute {
  let backend: any AdminBackend
  /// Whether everybody who reaches the plane may read them.
  let isOpen: Bool

  private static let type = "text/plain; version=0.0.4; charset=utf-8"

  func add(to group: inout AdminRouteList) {
    group.get(
      "metrics",
      AdminOperation(
        "getMetrics", "For Prometheus.", isOpen ? .open : .permittedForAll(.read),
        answers: [OperationAnswer(200, "Text format 0.0.4.", content: [("text/plain", { _ in .text })])],
        refusals: .envelope)
    ) { [backend] _, _ in
      return AdminJSON.response(
        .ok, bytes: backend.metricsText(), contentType: Self.type)
    }
  }
}
