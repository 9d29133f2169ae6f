/// What a client's certificate, whose chain and term were verified, says about the client.
package struct ClientCertificate: Hashable, Sendable {
  /// For the log: `CN=mobile-app, O=Acme`.
  package let subject: String
  /// From the most exact to the least: fingerprint, URIs, DNS names, the common name.
  package let names: [CertificateName]
  package let expiresAt: WallTime

  package init(subject: String, names: [CertificateName], expiresAt: WallTime) {
    self.subject = subject
    self.names = names
    self.expiresAt = expiresAt
  }
}

/// One of the ways in which a consumer names its certificates: `CN=mobile-app`, `dns:app.example.com`, `uri:spiffe://acme/app`,
/// `sha256:…`.
package enum CertificateName: Hashable, Sendable, CustomStringConvertible {
  /// SHA-256 of the certificate in DER.
  case fingerprint(KeyDigest)
  case uri(String)
  /// Lower-case, without a dot at its end.
  case dns(String)
  /// Of the subject.
  case commonName(String)

  /// - Returns: nil for what has none of these forms.
  package init?(_ text: String) {
    let forms: [(prefix: String, make: (String) -> CertificateName?)] = [
      ("sha256:", { KeyDigest(hex: $0.filter { $0 != ":" }).map { .fingerprint($0) } }), ("uri:", { .uri($0) }),
      ("dns:", { .dns(Self.plain(dns: $0)) }), ("CN=", { .commonName($0) }),
    ]
    for form in forms where text.hasPrefix(form.prefix) && text.utf8.count > form.prefix.utf8.count {
      guard let name = form.make(String(text.dropFirst(form.prefix.count))) else { return nil }
      self = name
      return
    }
    return nil
  }

  /// One spelling of a DNS name.
  package static func plain(dns name: String) -> String {
    let lower = name.lowercased()
    return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
  }

  package var description: String {
    switch self {
    case .fingerprint(let digest): "sha256:\(digest.hexadecimal)"
    case .uri(let uri): "uri:\(uri)"
    case .dns(let name): "dns:\(name)"
    case .commonName(let name): "CN=\(name)"
    }
  }
}
