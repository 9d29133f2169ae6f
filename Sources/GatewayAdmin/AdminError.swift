/// Why the admin plane could not start.
package enum AdminError: Error, Hashable, CustomStringConvertible {
  case tokenNeeded(host: String)
  case cannotListen(host: String, port: Int, reason: String)

  package var description: String {
    switch self {
    case .tokenNeeded(let host):
      "the admin plane refuses to listen on '\(host)' while anybody there could come in; make an administrator with "
        + "`sluice admin create`, set server.admin.token, or use 127.0.0.1"
    case .cannotListen(let host, let port, let reason):
      "the admin plane cannot listen on \(host.contains(":") ? "[\(host)]" : host):\(port): \(reason); "
        + "end the other process or change server.admin.address"
    }
  }
}
