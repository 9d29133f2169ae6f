package import GatewayCore
import NIOCore
import NIOSSL
import Synchronization

/// `server.tls` or `server.admin.tls`, ready for handshakes. Connections keep the one that they were made with.
package final class ListenerContext: Sendable {
  /// For a `close_notify` of the client after ours.
  private static let farewell: TimeAmount = .seconds(2)

  let settings: ListenerTLS
  private let context: NIOSSLContext

  /// - Throws: what is wrong with the files.
  package init(_ settings: ListenerTLS) throws(ListenerTLSFault) {
    self.settings = settings
    let chain = try Self.certificates(settings.certificate, .certificate)
    let key: NIOSSLPrivateKey
    do {
      key = try settings.key.reveal { try NIOSSLPrivateKey(bytes: Array($0.utf8), format: .pem) }
    } catch {
      throw ListenerTLSFault(.key, "no private key in PEM form without a passphrase is in it")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv13
    configuration.applicationProtocols = ["http/1.1"]
    configuration.shutdownTimeout = Self.farewell
    if let clientCA = settings.clientCA {
      configuration.trustRoots = .certificates(try Self.certificates(clientCA, .clientCA))
      configuration.certificateVerification =
        settings.clientCertificates == .required ? .noHostnameVerification : .optionalVerification
      configuration.sendCANameList = true
    } else {
      configuration.certificateVerification = .none
    }
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw ListenerTLSFault(.key, "it is not the key of the certificate")
    }
  }

  /// What is wrong with the files, and what is doubtful.
  ///
  /// - Parameter now: in seconds since 1970.
  package static func faults(of settings: ListenerTLS, now: Int) -> [ListenerTLSFault] {
    do throws(ListenerTLSFault) {
      _ = try ListenerContext(settings)
      let own = try certificates(settings.certificate, .certificate)[0]
      if own.notValidAfter <= now {
        return [ListenerTLSFault(.certificate, "the certificate has expired: clients will refuse it", isWarning: true)]
      }
      if own.notValidBefore > now {
        return [
          ListenerTLSFault(.certificate, "the certificate is not valid yet: clients will refuse it", isWarning: true)
        ]
      }
      return []
    } catch {
      return [error]
    }
  }

  /// When the gateway's own certificate ends, in seconds since 1970; nil: it cannot be read.
  package static func expiry(of settings: ListenerTLS) -> Int? {
    (try? certificates(settings.certificate, .certificate))?.first.map { Int($0.notValidAfter) }
  }

  private static func certificates(
    _ text: String, _ part: ListenerTLSFault.Part
  ) throws(ListenerTLSFault) -> [NIOSSLCertificate] {
    let found = try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8))
    guard let found, !found.isEmpty else { throw ListenerTLSFault(part, "no certificate in PEM form is in it") }
    return found
  }

  /// The handlers in front of a client's connection.
  func addHandlers(before connection: ClientConnection, to pipeline: ChannelPipeline.SynchronousOperations) throws {
    try pipeline.addHandlers(
      PlainTextDoor(), NIOSSLServerHandler(context: context), HandshakeWitness(connection, self))
  }

  /// The same in front of a connection of another plane.
  func addHandlers(reportingTo log: HandshakeLog, to pipeline: ChannelPipeline.SynchronousOperations) throws {
    try pipeline.addHandlers(PlainTextDoor(), NIOSSLServerHandler(context: context), HandshakeReporter(log))
  }
}

/// The contexts of the running configuration and of the one that is about to replace it.
final class ListenerContexts: Sendable {
  private let last = Mutex<[ListenerContext]>([])

  /// - Returns: the same for the same files.
  func context(for settings: ListenerTLS) throws(ListenerTLSFault) -> ListenerContext {
    if let known = last.withLock({ $0.first { $0.settings == settings } }) { return known }
    let made = try ListenerContext(settings)
    last.withLock { $0 = [made] + $0.prefix(1) }
    return made
  }
}
