import Crypto
import GatewayCore
import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind TLS until the handshake is over: notes who the client has shown to be, or why there will be no connection.
final class HandshakeWitness: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let connection: ClientConnection
  private let tls: ListenerContext

  init(_ connection: ClientConnection, _ tls: ListenerContext) {
    self.connection = connection
    self.tls = tls
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted = event as? TLSUserEvent {
      if tls.settings.clientCA != nil, let shown = try? context.pipeline.syncOperations.nioSSL_peerCertificate(),
        let certificate = ClientCertificate(shown)
      {
        connection.identity = ConnectionIdentity(certificate, authority: tls.settings.clientCA)
      }
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    connection.loop.shared.handshakes.failed(error, of: connection.remoteAddress, now: connection.loop.clock.now)
    context.fireErrorCaught(error)
  }
}

extension ClientCertificate {
  init?(_ certificate: NIOSSLCertificate) {
    guard let bytes = try? certificate.toDERBytes() else { return nil }
    var names = [CertificateName.fingerprint(SHA256.hash(data: bytes).withUnsafeBytes { KeyDigest(sha256: $0) })]
    var hosts: [CertificateName] = []
    for name in certificate._subjectAlternativeNames() {
      guard let text = String(validating: name.contents, as: UTF8.self) else { continue }
      switch name.nameType {
      case .uri: names.append(.uri(text))
      case .dnsName: hosts.append(.dns(CertificateName.plain(dns: text)))
      default: break
      }
    }
    names += hosts
    let subject = certificate.subjectName
    let common = subject.filter { $0.type == .commonName }
    // Of two nobody knows which is meant.
    if common.count == 1, let name = common.first { names.append(.commonName(name.value)) }
    self.init(
      subject: subject.map { "\(Self.label(of: $0.type))=\($0.value)" }.joined(separator: ", "), names: names,
      expiresAt: WallTime(milliseconds: Int64(certificate.notValidAfter) * 1000))
  }

  /// RFC 4514 §3.
  private static func label(of type: SSLCertificateNameType) -> String {
    switch type {
    case .commonName: "CN"
    case .organization: "O"
    case .organizationalUnit: "OU"
    case .country: "C"
    case .state: "ST"
    case .city: "L"
    case .userId: "UID"
    case .emailAddress: "emailAddress"
    default: "?"
    }
  }
}
