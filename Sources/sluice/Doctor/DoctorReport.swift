import GatewayAdmin

/// What `sluice doctor` has found, as text and as JSON.
struct DoctorReport {
  // As they are printed.
  private static let areas = [
    "configuration", "process", "machine", "database", "redis", "providers", "telemetry", "clock", "traffic",
  ]

  private var findings: [DoctorFinding] = []

  mutating func add(_ more: [DoctorFinding]) { findings += more }

  var worst: DoctorFinding.Severity { findings.map(\.severity).max() ?? .ok }

  private var sorted: [DoctorFinding] {
    Self.areas.flatMap { area in findings.filter { $0.area == area } }
  }

  private func count(_ severity: DoctorFinding.Severity) -> Int { findings.count { $0.severity == severity } }

  var text: String {
    var lines: [String] = []
    var area = ""
    for finding in sorted {
      if finding.area != area {
        area = finding.area
        lines.append(area)
      }
      let mark =
        switch finding.severity {
        case .ok: "✓"
        case .note: "·"
        case .warning: "!"
        case .error: "✗"
        }
      lines.append("  \(mark) \(finding.message)")
      if let advice = finding.advice { lines.append("    → \(advice)") }
    }
    let (errors, warnings) = (count(.error), count(.warning))
    lines.append(
      errors + warnings == 0
        ? "nothing is wrong"
        : "\(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")")
    return lines.joined(separator: "\n")
  }

  private struct Output: Encodable {
    let errors: Int
    let warnings: Int
    let findings: [DoctorFinding]
  }

  func json() throws -> String {
    try KeyText.json(Output(errors: count(.error), warnings: count(.warning), findings: sorted))
  }
}
