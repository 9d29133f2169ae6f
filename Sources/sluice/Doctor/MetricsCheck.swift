import AsyncHTTPClient
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import NIOCore
import NIOHTTP1

/// What the running gateway has counted since its start and the ledger does not have: callers whom it did not know above all.
struct MetricsCheck {
  private static let area = "process"
  private static let largest = 8 << 20

  /// By name and labels, as they stand in the text.
  private var samples: [(name: Substring, labels: Substring, value: Double)] = []

  static func findings(of plane: AdminPlaneCaller, token: Secret?) async -> [DoctorFinding] {
    guard let response = try? await plane.get("/metrics", token: token, within: .seconds(5)) else { return [] }
    guard response.status == .ok else {
      return [
        DoctorFinding(
          .note, area,
          "the metrics of the running gateway are for those who sign in, so its refusals with 401 are not counted here",
          advice: "set `server.admin.token`, or look at `sluice_authentications_total` in Prometheus")
      ]
    }
    guard let body = try? await response.body.collect(upTo: largest) else { return [] }
    return MetricsCheck(text: String(buffer: body)).findings
  }

  private init(text: String) {
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else { continue }
      let series = line[..<space]
      let brace = series.firstIndex(of: "{") ?? series.endIndex
      samples.append((series[..<brace], series[brace...], value))
    }
  }

  private func sum(_ name: String, _ label: String = "") -> Double {
    samples.reduce(0) { $1.name == name && (label.isEmpty || $1.labels.contains(label)) ? $0 + $1.value : $0 }
  }

  private var findings: [DoctorFinding] {
    var findings: [DoctorFinding] = []
    let refused = Int(sum("sluice_authentications_total", #"outcome="refused""#))
    if refused > 0 {
      let accepted = Int(sum("sluice_authentications_total", #"outcome="accepted""#))
      findings.append(
        DoctorFinding(
          refused > accepted ? .warning : .note, Self.area,
          "since its start it refused \(refused) calls with 401, and knew the callers of \(accepted)",
          advice:
            "the access log has each with its code and address; `sluice keys list` shows which keys are revoked, expired or "
            + "disabled; callers send `authorization: Bearer KEY`"))
    }
    let lost = Int(sum("sluice_ledger_lost_total"))
    if lost > 0 {
      findings.append(
        DoctorFinding(
          .error, Self.area, "\(lost) exchanges are in no ledger: its journal was full or could not be written",
          advice: "free disk, and see why the database takes no rows: program log"))
    }
    let dropped = Int(sum("sluice_access_log_dropped_total"))
    if dropped > 0 {
      findings.append(
        DoctorFinding(
          .warning, Self.area, "\(dropped) lines of the access log were dropped",
          advice: "what reads its standard output is too slow"))
    }
    for sample in samples where sample.name == "sluice_set_aside" && sample.value > 0 {
      findings.append(
        DoctorFinding(
          .warning, Self.area, "set aside after failures: \(sample.labels)", advice: "see 'providers' and 'traffic'"))
    }
    return findings
  }
}
