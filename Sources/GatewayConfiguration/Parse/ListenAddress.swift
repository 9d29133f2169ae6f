/// `host:port` to listen on. Port 0 takes a free one.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name or an IP address, without brackets.
  package let host: String
  package let port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `127.0.0.1:8080`, `[::1]:8080`
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Only this machine can connect.
  package var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    return host.hasPrefix("127.") && HostText.isIPv4(host)
  }

  /// Every interface of this machine.
  private var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

  /// Whether both cannot be listened on at once.
  package func overlaps(_ other: ListenAddress) -> Bool {
    guard port == other.port, port != 0 else { return false }
    return host == other.host || isWildcard || other.isWildcard || (host == "localhost" && other.isLoopback)
      || (other.host == "localhost" && isLoopback)
  }

  static func parse(_ text: String) throws(LiteralFault) -> ListenAddress {
    let example = "write host:port, such as 0.0.0.0:8080"
    guard !text.contains("://"), !text.contains("/") else {
      throw LiteralFault("'\(text)' is a URL, not an address", advice: example)
    }
    guard let (host, port) = HostText.split(text), let port else {
      throw LiteralFault("'\(text)' is not host:port", advice: example)
    }
    guard !host.isEmpty else { throw LiteralFault("'\(text)' names no host", advice: "write 0.0.0.0\(text) for all") }
    guard HostText.isHost(host) else { throw LiteralFault("'\(host)' is not a host", advice: example) }
    guard let number = HostText.port(port) else {
      throw LiteralFault("'\(port)' is not a port", advice: "ports are numbers up to 65535")
    }
    return ListenAddress(host: host, port: number)
  }
}
