/// `server.tls` or `server.admin.tls`: what a plane shows to those who connect, and whether it asks who they are.
package struct ListenerTLS: Hashable, Sendable {
  /// Of `clientCertificates`.
  package enum ClientCertificates: String, CaseIterable, Hashable, Sendable {
    /// No connection without one.
    case required
    /// One that is shown must be good.
    case optional
  }

  /// PEM, the server's own first.
  package let certificate: String
  /// PEM.
  package let key: Secret
  /// Authorities of clients, in PEM; nil: clients are not asked.
  package let clientCA: String?
  package let clientCertificates: ClientCertificates

  package init(
    certificate: String, key: Secret, clientCA: String? = nil, clientCertificates: ClientCertificates = .required
  ) {
    self.certificate = certificate
    self.key = key
    self.clientCA = clientCA
    self.clientCertificates = clientCertificates
  }

  package static func == (a: ListenerTLS, b: ListenerTLS) -> Bool {
    a.certificate == b.certificate && a.key.reveal { key in b.key.reveal { key == $0 } } && a.clientCA == b.clientCA
      && a.clientCertificates == b.clientCertificates
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(certificate)
    hasher.combine(clientCA)
  }
}

/// What is wrong with the files of `server.tls`, found by whoever can read certificates.
package struct ListenerTLSFault: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Part: String, Hashable, Sendable {
    case certificate, key, clientCA
  }

  package let part: Part
  package let message: String
  /// The gateway can serve with it all the same.
  package let isWarning: Bool

  package init(_ part: Part, _ message: String, isWarning: Bool = false) {
    self.part = part
    self.message = message
    self.isWarning = isWarning
  }

  package var description: String { message }
}
