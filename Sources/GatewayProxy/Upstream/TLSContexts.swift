import NIOSSL
import Synchronization

/// TLS client contexts by private CA. Reading the system's roots takes tens of milliseconds, so a context is made once;
/// `prepare` makes it off the loops.
final class TLSContexts: Sendable {
  private let contexts = Mutex<[String?: NIOSSLContext]>([:])

  /// - Parameter privateCA: PEM text; `nil` for the system's roots.
  func context(privateCA: String?) throws -> NIOSSLContext {
    if let context = contexts.withLock({ $0[privateCA] }) { return context }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    // The chain is verified here; the name by `PeerIdentity`, before the first byte of a request.
    configuration.certificateVerification = .noHostnameVerification
    configuration.applicationProtocols = ["http/1.1"]
    if let privateCA {
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(privateCA.utf8)))
    }
    let context = try NIOSSLContext(configuration: configuration)
    contexts.withLock { $0[privateCA] = context }
    return context
  }
}
