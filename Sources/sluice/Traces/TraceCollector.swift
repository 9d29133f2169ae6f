import AsyncHTTPClient
import Foundation
import GatewayCore
import GatewayTelemetry
import NIOCore
import NIOHTTP1
import NIOSSL

/// The collector, over HTTP.
struct TraceCollector: Sendable {
  /// Of an answer; what it says of so many bytes is not looked at.
  private static let answerLimit = 64 << 10

  let privateCA: String?
  private let client: HTTPClient

  /// - Parameter privateCA: the authorities that are trusted, in PEM; nil: the system's.
  init(privateCA: String?) throws {
    self.privateCA = privateCA
    // Redirects would carry the headers to somebody else.
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(3)
    var tls = TLSConfiguration.makeClientConfiguration()
    if let privateCA { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(privateCA.utf8))) }
    configuration.tlsConfiguration = tls
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  func shutDown() async { try? await client.shutdown() }

  /// Sends one request (OTLP/HTTP, binary).
  func post(_ body: [UInt8], _ settings: TraceSettings, within limit: Duration) async -> TraceExportAnswer {
    await sluice.within(limit) { await exchange(body, settings, within: limit) }
      ?? .later(after: nil, reason: "no answer in time")
  }

  private func exchange(
    _ body: [UInt8], _ settings: TraceSettings, within limit: Duration
  ) async -> TraceExportAnswer {
    var request = HTTPClientRequest(url: settings.url)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/x-protobuf")
    request.headers.add(name: "user-agent", value: "sluice/\(Version.current)")
    for header in settings.headers {
      header.value.reveal { request.headers.replaceOrAdd(name: header.name, value: $0) }
    }
    request.body = .bytes(ByteBuffer(bytes: body))
    do {
      let response = try await client.execute(request, deadline: .now() + .nanoseconds(limit.wholeNanoseconds))
      let answer = (try? await response.body.collect(upTo: Self.answerLimit)) ?? ByteBuffer()
      return TraceExportAnswer(
        status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"),
        body: Array(answer.readableBytesView))
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
      return .later(after: nil, reason: "no answer in time")
    } catch let error as IOError {
      return .later(after: nil, reason: String(cString: strerror(error.errnoCode)))
    } catch {
      // Errors of the transport may quote the request; their type says enough.
      return .later(after: nil, reason: "no connection (\(type(of: error)))")
    }
  }
}
