import GatewayCore
import NIOSSL
import Synchronization

/// TLS client contexts by private CA. Reading the system's roots takes tens of milliseconds, so a context is made once;
/// `prepare` makes it off the loops, and `adopt` drops those of private CAs that nobody names any more.
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

  /// The context of the system's roots stays: it is one, and dear. An exchange of an older snapshot that needs a dropped one
  /// makes it anew, until the next configuration.
  func adopt(_ snapshot: GatewaySnapshot) {
    let current = Set(
      snapshot.providers.map(\.privateCA) + snapshot.authentication.servers.map(\.privateCA))
    contexts.withLock { $0 = $0.filter { $0.key == nil || current.contains($0.key) } }
  }
}
