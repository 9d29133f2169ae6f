package import GatewayCore

/// `server.admin:` of the configuration.
package struct AdminSettings: Sendable {
  /// A name or an address literal without brackets.
  package var host: String
  /// 0 takes any free port.
  package var port: Int
  /// `server.admin.token`; without one, and without an administrator, only loopback addresses are allowed.
  package var token: Secret?
  /// Whether `/metrics` asks for the token too.
  package var metricsNeedToken = true
  /// There is an administrator when the plane starts.
  package var isAdministered = false

  package init(host: String = "127.0.0.1", port: Int = 8081, token: Secret? = nil) {
    self.host = host
    self.port = port
    self.token = token
  }

  /// Only this machine reaches the plane.
  package var isLoopback: Bool { HostName.isLoopback(host) }
  var areMetricsOpen: Bool { token == nil ? isLoopback : !metricsNeedToken }
}
