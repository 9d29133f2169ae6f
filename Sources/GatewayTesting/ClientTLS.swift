import Foundation
import NIOSSL

/// How a client of a test speaks TLS.
package struct ClientTLS: Sendable {
  /// Whom it trusts.
  package var authority: CertificateAuthority
  /// What it shows; nil: nothing.
  package var identity: CertificateAuthority.Identity?
  /// The latest version that it speaks.
  package var isOld: Bool

  /// - Parameter isOld: speaks nothing later than TLS 1.2.
  package init(
    trusting authority: CertificateAuthority, showing identity: CertificateAuthority.Identity? = nil,
    isOld: Bool = false
  ) {
    self.authority = authority
    self.identity = identity
    self.isOld = isOld
  }

  func context() throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority.certificate.path))
    configuration.applicationProtocols = ["http/1.1"]
    if isOld { configuration.maximumTLSVersion = .tlsv12 }
    if let identity {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificate.path)
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.key.path, format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }
}
