import GatewayCore
import GatewayPolicies

/// Who a connection's certificate says that the client is. Looked up once, and anew after each reload.
final class ConnectionIdentity {
  let certificate: ClientCertificate
  /// Authorities that the certificate was verified with.
  private let authority: String?
  private var known: (revision: Int, caller: Result<Caller, GatewayError>)?

  init(_ certificate: ClientCertificate, authority: String?) {
    self.certificate = certificate
    self.authority = authority
  }

  /// - Parameter onStranger: told once for each look-up that finds nobody.
  func caller(
    in snapshot: GatewaySnapshot, now: WallTime, onStranger: (ClientCertificate) -> Void
  ) -> Result<Caller, GatewayError> {
    if let known, known.revision == snapshot.revision, certificate.expiresAt > now { return known.caller }
    let caller = find(in: snapshot, now: now)
    if case .failure = caller { onStranger(certificate) }
    known = (snapshot.revision, caller)
    return caller
  }

  private func find(in snapshot: GatewaySnapshot, now: WallTime) -> Result<Caller, GatewayError> {
    guard snapshot.server.tls?.clientCA == authority else {
      return .failure(
        GatewayError(
          .unknownCertificate, "the authorities of client certificates have changed; connect anew"))
    }
    do throws(GatewayError) {
      return .success(try Identify.caller(certificate: certificate, in: snapshot, now: now))
    } catch {
      return .failure(error)
    }
  }
}
