import AsyncHTTPClient
import GatewayCore
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks the admin plane of this machine, over TLS where the configuration says so.
struct AdminPlaneCaller: Sendable {
  let isTLS: Bool
  private let url: String
  private let client: HTTPClient

  /// - Parameters:
  ///   - authority: where it is reached: `127.0.0.1:8081`.
  ///   - tls: nil: it speaks plain HTTP.
  ///   - authorities: trusted beside the system's and the plane's own certificates, in PEM.
  init(_ authority: String, tls: ListenerTLS?, authorities: String?) throws(StartFailure) {
    isTLS = tls != nil
    url = "\(isTLS ? "https" : "http")://\(authority)"
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.retryConnectionEstablishment = false
    if let tls {
      var client = TLSConfiguration.makeClientConfiguration()
      // It is called by its address, which stands in no certificate.
      client.certificateVerification = .noHostnameVerification
      let own = try? NIOSSLCertificate.fromPEMBytes(Array(tls.certificate.utf8))
      client.additionalTrustRoots = [.certificates(own ?? [])]
      if let authorities {
        do {
          client.additionalTrustRoots.append(
            .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authorities.utf8))))
        } catch {
          throw StartFailure("--ca: no certificate in PEM form is in the file")
        }
      }
      configuration.tlsConfiguration = client
    }
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  func get(_ path: String, token: Secret? = nil, within limit: TimeAmount) async throws -> HTTPClientResponse {
    var request = HTTPClientRequest(url: url + path)
    if let token { request.headers.add(name: "authorization", value: token.reveal { "Bearer \($0)" }) }
    return try await client.execute(request, timeout: limit)
  }

  func shutDown() async { try? await client.shutdown() }

  static func isOfTLS(_ error: any Error) -> Bool { error is NIOSSLError || error is BoringSSLError }
}
