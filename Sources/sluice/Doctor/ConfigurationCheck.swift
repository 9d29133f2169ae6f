import Foundation
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayProxy

/// Whether the configuration can run, and how long its certificate lasts.
enum ConfigurationCheck {
  private static let area = "configuration"
  private static let day = 86_400.0
  // 14 days: time enough to renew by hand.
  private static let soon = 14 * day

  static func findings(of result: LoadResult, file: String?) -> [DoctorFinding] {
    var findings = result.problems.map { problem in
      DoctorFinding(
        problem.severity == .error ? .error : .warning, area, "\(problem.place): \(problem.message)",
        advice: problem.advice)
    }
    if let snapshot = result.snapshot {
      findings.append(
        DoctorFinding(
          .ok, area,
          "\(file ?? "no file"): models \(result.routes.count), providers \(snapshot.providers.count), consumers "
            + "\(snapshot.consumers.count)"))
      if let tls = snapshot.server.tls { findings += certificate(tls, "server.tls") }
      if let tls = result.entrance.tls { findings += certificate(tls, "server.admin.tls") }
    }
    return findings
  }

  /// One that has expired is a problem of the configuration already.
  private static func certificate(_ tls: ListenerTLS, _ setting: String) -> [DoctorFinding] {
    guard let end = ListenerContext.expiry(of: tls) else { return [] }
    let left = Double(end) - Date().timeIntervalSince1970
    guard left > 0 else { return [] }
    let days = Int(left / day)
    guard left < soon else {
      return [DoctorFinding(.ok, area, "the certificate of \(setting) is valid for \(days) days")]
    }
    return [
      DoctorFinding(
        .warning, area, "the certificate of \(setting) ends in \(days) day\(days == 1 ? "" : "s")",
        advice: "put a new one in its place; it is taken up without a restart")
    ]
  }
}

extension Problem {
  /// `sluice.yaml:12:7`
  fileprivate var place: String {
    guard let position else { return path.isEmpty ? file : "\(file) (\(path))" }
    return "\(file):\(position.line):\(position.column)"
  }
}
