import GatewayCore
import GatewayProviders

/// `http://[USER:PASSWORD@]HOST:PORT` of a forward proxy.
enum ProxyURL {
  private static let advice = "write http://HOST:PORT"

  /// - Throws: a message that does not quote the URL, because it may hold a password.
  static func parse(_ text: String) throws(LiteralFault) -> Provider.ForwardProxy {
    guard text.lowercased().hasPrefix("http://") else {
      throw LiteralFault("a proxy's URL begins with http://", advice: advice)
    }
    let rest = text.dropFirst(7)
    let authority = rest.prefix { $0 != "/" }
    guard rest.dropFirst(authority.count).allSatisfy({ $0 == "/" }) else {
      throw LiteralFault("a proxy's URL has no path", advice: advice)
    }
    let at = authority.lastIndex(of: "@")
    let place = at.map { authority[authority.index(after: $0)...] } ?? authority
    let endpoint: Provider.Endpoint
    do throws(UpstreamURL.Problem) {
      endpoint = try UpstreamURL.parse("http://\(place)")
    } catch {
      throw LiteralFault(error.sentence, advice: advice)
    }
    guard let (_, port) = HostText.split(place), port != nil else {
      throw LiteralFault("the proxy's port is missing", advice: "write http://\(endpoint.host):3128")
    }
    let credential = try at.map { index throws(LiteralFault) in try encoded(authority[..<index]) }
    return Provider.ForwardProxy(host: endpoint.host, port: endpoint.port, basicCredential: credential)
  }

  private static func encoded(_ userInfo: Substring) throws(LiteralFault) -> String {
    guard let plain = PercentText.decode(String(userInfo)), plain.contains(":") else {
      throw LiteralFault("the proxy's credential is not USER:PASSWORD", advice: "write other characters as %XX")
    }
    return Base64Text.encode(Array(plain.utf8))
  }
}
