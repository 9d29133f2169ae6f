package import GatewayCore

extension Identify {
  /// The consumer that names a certificate which the client's connection has shown. Of several names the most exact decides.
  ///
  /// - Parameter certificate: its chain was verified when the connection was made.
  package static func caller(
    certificate: ClientCertificate, in snapshot: GatewaySnapshot, now: WallTime
  ) throws(GatewayError) -> Caller {
    guard certificate.expiresAt > now else {
      throw GatewayError(.unknownCertificate, "the client certificate has expired; connect with a new one")
    }
    for name in certificate.names {
      if let consumer = snapshot.certificates[name] { return Caller(consumer: consumer) }
    }
    throw GatewayError(
      .unknownCertificate,
      "no API key, and the client certificate is not one that this gateway lets in; send a key, or ask for the "
        + "certificate to be named")
  }
}
