import AsyncHTTPClient
import GatewayAdmin
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOSSL

/// Calls this process's own gateway over its socket.
struct GatewayCaller: GatewayCalling {
  private let url: String
  private let client: HTTPClient

  /// - Parameters:
  ///   - address: where the gateway listens.
  ///   - isTLS: it then shows a certificate of another name than the loopback address, and nobody stands between.
  init(_ address: SocketAddress?, isTLS: Bool) {
    let port = address?.port ?? 0
    let bound = address?.ipAddress ?? "127.0.0.1"
    let host = bound == "0.0.0.0" ? "127.0.0.1" : bound == "::" ? "[::1]" : bound.contains(":") ? "[\(bound)]" : bound
    url = "\(isTLS ? "https" : "http")://\(host):\(port)"
    client = isTLS ? Self.unverified : HTTPClient.shared
  }

  /// Never ends, as the shared one.
  private static let unverified: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.certificateVerification = .none
    configuration.tlsConfiguration = tls
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  func call(path: String, key: String?, body: [UInt8]) async throws(AdminProblem) -> GatewayAnswer {
    var request = HTTPClientRequest(url: url + path)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
    request.body = .bytes(ByteBuffer(bytes: body))
    do {
      // Longer than the gateway itself waits for a model.
      let response = try await client.execute(request, timeout: .minutes(20))
      let headers = response.headers.filter {
        !["connection", "transfer-encoding", "content-length"].contains($0.name.lowercased())
      }
      return GatewayAnswer(
        status: Int(response.status.code), headers: headers.map { ($0.name.lowercased(), $0.value) },
        body: ResponseBody(asyncSequence: response.body))
    } catch {
      throw AdminProblem(
        .badGateway, .internalError, "the gateway of this process could not be called (\(type(of: error)))")
    }
  }
}
