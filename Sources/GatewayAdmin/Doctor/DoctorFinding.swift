/// Something that was looked at, and how it is.
package struct DoctorFinding: Encodable, Sendable {
  package enum Severity: String, Encodable, Comparable, Sendable {
    case ok
    /// Good to know.
    case note
    case warning
    /// Calls fail, or will.
    case error

    package static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }

    private var rank: Int {
      switch self {
      case .ok: 0
      case .note: 1
      case .warning: 2
      case .error: 3
      }
    }
  }

  /// What was looked at: `configuration`, `process`, `machine`, `database`, `redis`, `providers`, `telemetry`, `clock` or `traffic`.
  package let area: String
  package let severity: Severity
  /// A sentence.
  package let message: String
  /// What to do about it.
  @OrNull package var advice: String?

  package init(_ severity: Severity, _ area: String, _ message: String, advice: String? = nil) {
    self.area = area
    self.severity = severity
    self.message = message
    self.advice = advice
  }
}
