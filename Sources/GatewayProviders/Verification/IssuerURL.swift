package import GatewayCore

/// The URL of a document or a service of an issuer: like a provider's base URL, perhaps with a query.
package enum IssuerURL {
  package static func parse(_ url: String, privateCA: String? = nil) throws(UpstreamURL.Problem) -> IssuerServer {
    let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard !url.contains("@") else {
      throw UpstreamURL.Problem("the URL holds a user name or password: leave it out")
    }
    let endpoint = try UpstreamURL.parse(String(parts.first ?? ""))
    var target = endpoint.basePath.isEmpty ? "/" : endpoint.basePath
    if parts.count > 1 {
      guard parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
        throw UpstreamURL.Problem("the URL's query has a character that must be written as `%XX`")
      }
      target += "?\(parts[1])"
    }
    // A slash at the end is part of a document's name.
    if parts.count == 1, url.hasSuffix("/"), target != "/" { target += "/" }
    return IssuerServer(endpoint: endpoint, target: target, privateCA: privateCA)
  }

  /// Where an issuer's discovery document is (OpenID Connect Discovery §4.1).
  package static func discovery(of issuer: String) -> String {
    var base = issuer
    while base.hasSuffix("/") { base.removeLast() }
    return base + "/.well-known/openid-configuration"
  }
}

extension Provider.Endpoint {
  /// Whether it is on this machine, so that nobody is in between.
  package var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }
}
