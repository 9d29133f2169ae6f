package import GatewayCore

/// What the admin plane shows and does: the running gateway behind it.
package protocol AdminBackend: Sendable {
  var readiness: Readiness { get }
  /// How people come in, as the running configuration says it.
  var entrance: AdminEntrance { get }
  /// `server.gateway.url`, without a `/` at its end; nil: nobody has said where callers reach the gateway.
  var gatewayURL: String? { get }
  /// Prometheus text format 0.0.4.
  func metricsText() -> [UInt8]
  /// The running snapshot as a JSON object, secrets hidden.
  func configurationJSON() -> [UInt8]
  /// Reads the configuration again and lets it take effect if it is good.
  func reload() async -> ReloadOutcome
}

/// Whether a load balancer may send requests here.
package enum Readiness: Hashable, Sendable {
  case ready
  /// With the reason: `draining`, `no configuration`.
  case notReady(String)
}

package enum ReloadOutcome: Hashable, Sendable {
  /// - Parameter needsRestart: paths of changed settings that take effect at the next start: `server.gateway.address`.
  case accepted(revision: Int, needsRestart: [String])
  /// The running configuration stays.
  case refused([ReloadProblem])
}

/// One mistake of a configuration.
package struct ReloadProblem: Hashable, Sendable, Encodable {
  package var message: String
  /// RFC 6901, into the objects of the database.
  package var pointer: String?
  package var file: String?
  /// From 1.
  package var line: Int?
  /// From 1.
  package var column: Int?

  package init(
    message: String, pointer: String? = nil, file: String? = nil, line: Int? = nil, column: Int? = nil
  ) {
    self.message = message
    self.pointer = pointer
    self.file = file
    self.line = line
    self.column = column
  }
}
