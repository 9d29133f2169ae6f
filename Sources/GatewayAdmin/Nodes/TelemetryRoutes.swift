import GatewayCore
import Hummingbird

/// `/telemetry`: whether the traces of this gateway reach their collector.
package struct TelemetryRoutes: AdminRoutes {
  private let gateway: any RunningGateway

  package init(gateway: any RunningGateway) { self.gateway = gateway }

  private struct Spans: Codable {
    let exported: Int
    let rejected: Int
    let failed: Int
    let dropped: Int
  }

  private struct Traces: Codable {
    /// Where they are sent.
    let endpoint: String
    /// The share of the calls that are traced, of those on which no caller decides.
    let sample: Double
    let isFailing: Bool
    /// The last one.
    @OrNull var failure: String?
    @OrNull var failedAt: WallTime?
    @OrNull var takenAt: WallTime?
    let spans: Spans
  }

  private struct Answer: Codable {
    @OrNull var traces: Traces?
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "telemetry",
      AdminOperation(
        "getTelemetry", "Whether the traces of this gateway reach their collector, since its start.",
        .permittedForAll(.read), answers: [.json(Answer.self, "`traces` is null where none are sent.")])
    ) { [gateway] _, _ in
      try AdminJSON.response(.ok, Answer(traces: Self.traces(of: gateway)))
    }
  }

  private static func traces(of gateway: any RunningGateway) -> Traces? {
    guard let settings = gateway.snapshot?.traces else { return nil }
    let standing = gateway.traces
    func count(_ result: String) -> Int { standing.spans[result] ?? 0 }
    return Traces(
      endpoint: settings.url, sample: settings.sampling.ratio, isFailing: standing.isFailing,
      failure: standing.failure, failedAt: standing.failedAt, takenAt: standing.takenAt,
      spans: Spans(
        exported: count("exported"), rejected: count("rejected"), failed: count("failed"), dropped: count("dropped")))
  }
}
