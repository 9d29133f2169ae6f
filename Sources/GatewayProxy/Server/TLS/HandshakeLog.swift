import GatewayCore
import Logging
import Synchronization

/// Tells the program log of connections that came to nothing. Strangers can make as many of them as they like, so one line in ten
/// seconds has to do.
final class HandshakeLog: Sendable {
  private struct State {
    var toldAt: Instant?
    var untold = 0
  }

  private static let pause: Duration = .seconds(10)
  private let state = Mutex(State())
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func failed(_ error: any Error, of address: String?, now: Instant) {
    let reason = Self.words(of: error)
    // Whoever only looks whether the port is open.
    guard !reason.contains("EOF during handshake") else { return }
    let untold: Int? = state.withLock { state in
      if let toldAt = state.toldAt, now - toldAt < Self.pause {
        state.untold += 1
        return nil
      }
      defer { state = State(toldAt: now) }
      return state.untold
    }
    guard let untold else { return }
    logger.notice(
      "a TLS handshake failed",
      metadata: ["client": "\(address ?? "unknown")", "reason": "\(reason)", "others": "\(untold)"])
  }

  /// `CERTIFICATE_VERIFY_FAILED` of a text that says in which line of the library, too.
  private static func words(of error: any Error) -> String {
    let text = "\(error)"
    guard let start = text.firstRange(of: "OPENSSL_internal:") else { return text }
    return String(text[start.upperBound...].prefix { $0 != " " && $0 != "]" })
  }

  /// Of a certificate that nobody names.
  func stranger(_ certificate: ClientCertificate, at address: String?) {
    logger.notice(
      "no consumer names this client certificate",
      metadata: [
        "client": "\(address ?? "unknown")", "subject": "\(certificate.subject)",
        "names": "\(certificate.names.map(\.description).joined(separator: " "))",
      ])
  }
}
