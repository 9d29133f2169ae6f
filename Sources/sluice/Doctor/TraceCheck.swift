import AsyncHTTPClient
import Foundation
import GatewayAdmin
import GatewayCore
import GatewayTelemetry
import NIOCore
import NIOHTTP1

/// Whether the collector of `telemetry.traces` takes traces, and those of the running gateway.
enum TraceCheck {
  private static let area = "telemetry"
  private static let patience: Duration = .seconds(5)
  /// `ExportTraceServiceRequest` with one resource that has no spans.
  private static let nothing: [UInt8] = [0x0A, 0x00]

  /// Sends it a request without spans.
  static func findings(of settings: TraceSettings) async -> [DoctorFinding] {
    let collector: TraceCollector
    do { collector = try TraceCollector(privateCA: settings.privateCA) } catch {
      return [
        DoctorFinding(
          .error, area, "the authorities of telemetry.traces.tls.ca cannot be used: \(error)",
          advice: "write certificates in PEM form there")
      ]
    }
    let answer = await collector.post(nothing, settings, within: min(settings.timeout, patience))
    await collector.shutDown()
    switch answer {
    case .taken:
      return [DoctorFinding(.ok, area, "the collector at \(settings.url) takes traces")]
    case .refused(let reason):
      return [
        DoctorFinding(
          .error, area, "the collector at \(settings.url) refuses traces: \(reason)",
          advice:
            "`telemetry.traces`: `headers` if it is 401 or 403, `endpoint` if it is 404 or 405; its own log says more")
      ]
    case .later(_, let reason):
      return [
        DoctorFinding(
          .error, area, "the collector at \(settings.url) takes no traces: \(reason)",
          advice: "is it up, and does a firewall stand between? Calls go on meanwhile, spans are lost")
      ]
    }
  }

  private struct Answer: Decodable {
    struct Traces: Decodable {
      struct Spans: Decodable {
        let exported: Int
        let rejected: Int
        let failed: Int
        let dropped: Int
      }

      let isFailing: Bool
      let failure: String?
      let failedAt: String?
      let spans: Spans
    }

    let traces: Traces?
  }

  /// Of the running gateway, as far as it tells us.
  static func findings(of plane: AdminPlaneCaller, token: Secret?) async -> [DoctorFinding] {
    guard let response = try? await plane.get("/api/v1/telemetry", token: token, within: .seconds(5)),
      response.status == .ok, let body = try? await response.body.collect(upTo: 1 << 16),
      let answer = try? JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView)),
      let traces = answer.traces
    else { return [] }
    var findings: [DoctorFinding] = []
    if let failure = traces.failure {
      findings.append(
        DoctorFinding(
          traces.isFailing ? .warning : .note, area,
          "the collector has not taken spans\(traces.isFailing ? "" : ", though it does now"): \(failure), last at "
            + (traces.failedAt ?? "?")))
    }
    let spans = traces.spans
    let lost = spans.rejected + spans.failed + spans.dropped
    if lost > 0 {
      findings.append(
        DoctorFinding(
          .warning, area,
          "since its start the gateway has lost \(lost) of \(lost + spans.exported) spans: \(spans.failed) that the "
            + "collector did not take, \(spans.rejected) that it rejected, \(spans.dropped) because too many waited",
          advice: "a collector that is up and near; a smaller `telemetry.traces.sample`"))
    }
    return findings
  }
}
