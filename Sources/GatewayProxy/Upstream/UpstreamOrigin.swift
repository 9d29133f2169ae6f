import GatewayCore

/// What must be equal for two requests to share a connection.
struct UpstreamOrigin: Hashable {
  let isTLS: Bool
  let host: String
  let port: Int
  let privateCA: String?
  let proxy: Provider.ForwardProxy?
  /// For a protocol that a forward proxy would not pass on.
  let isTunnelled: Bool

  /// - Parameter endpoint: of the provider unless it is another server that is called on its behalf.
  init(_ provider: Provider, endpoint: Provider.Endpoint? = nil, isTunnelled: Bool = false) {
    self.isTunnelled = isTunnelled
    let endpoint = endpoint ?? provider.endpoint
    isTLS = endpoint.isTLS
    host = endpoint.host
    port = endpoint.port
    privateCA = provider.privateCA
    proxy = provider.proxy
  }

  /// A server that is no provider's.
  init(_ endpoint: Provider.Endpoint, privateCA: String? = nil) {
    isTLS = endpoint.isTLS
    host = endpoint.host
    port = endpoint.port
    self.privateCA = privateCA
    proxy = nil
    isTunnelled = false
  }

  var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  /// Through a proxy a TLS connection is a tunnel; a plain request names the whole URL (RFC 9112 §3.2.2).
  var needsTunnel: Bool { proxy != nil && (isTLS || isTunnelled) }
}
