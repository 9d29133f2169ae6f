import GatewayCore
import NIOCore

/// The beginning of each request head to a provider: request line, host and, on the way through a plain proxy, its credential.
enum HeadStart {
  /// - Parameter path: with the query.
  static func make(
    _ method: String, _ path: String, to endpoint: Provider.Endpoint, through proxy: Provider.ForwardProxy?
  ) -> ByteBuffer {
    // RFC 9112 §3.2.2: a proxy that is no tunnel gets the whole URL.
    let plainProxy = endpoint.isTLS ? nil : proxy
    let target = plainProxy == nil ? path : "http://\(endpoint.authority)\(path)"
    var head = ByteBuffer(string: "\(method) \(target) HTTP/1.1\r\nhost: \(endpoint.authority)\r\n")
    if let credential = plainProxy?.basicCredential {
      head.writeString("proxy-authorization: Basic \(credential)\r\n")
    }
    return head
  }
}
