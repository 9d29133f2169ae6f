import AsyncHTTPClient
import Foundation
import GatewayAdmin
import GatewayCore
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks issuers over HTTP. Rare: when somebody signs in to the console. So each question has a client of its own, with the authorities
/// that the configuration names for it.
struct IssuerCaller: IssuerClient {
  func ask(_ question: IssuerQuestion) async throws(IssuerFault) -> IssuerReply {
    let client: HTTPClient
    do {
      client = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: try Self.configuration(question.server))
    } catch {
      throw IssuerFault("the authorities of its 'tls.ca' cannot be used: \(error)")
    }
    let endpoint = question.server.endpoint
    let result: Result<IssuerReply, IssuerFault> =
      await within(IssuerQuestion.timeLimit) { await reply(question, by: client) }
      ?? .failure(IssuerFault("\(endpoint.authority)\(question.server.target) did not answer in time"))
    try? await client.shutdown()
    return try result.get()
  }

  private static func configuration(_ server: IssuerServer) throws -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(5)
    if let authority = server.privateCA {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
      configuration.tlsConfiguration = tls
    }
    return configuration
  }

  private func reply(
    _ question: IssuerQuestion, by client: HTTPClient
  ) async -> Result<IssuerReply, IssuerFault> {
    let endpoint = question.server.endpoint
    var request = HTTPClientRequest(
      url: "\(endpoint.isTLS ? "https" : "http")://\(endpoint.authority)\(question.server.target)")
    request.headers.add(name: "accept", value: "application/json")
    request.headers.add(name: "user-agent", value: "sluice")
    question.authorization?.reveal { request.headers.add(name: "authorization", value: $0) }
    if let form = question.form {
      request.method = .POST
      request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
      request.body = form.reveal { .bytes(ByteBuffer(string: $0)) }
    }
    let place = "\(endpoint.authority)\(question.server.target)"
    do {
      let deadline = NIODeadline.now() + .nanoseconds(IssuerQuestion.timeLimit.wholeNanoseconds)
      let response = try await client.execute(request, deadline: deadline)
      let body = try await response.body.collect(upTo: IssuerQuestion.maximumBytes)
      return .success(IssuerReply(status: Int(response.status.code), body: Array(body.readableBytesView)))
    } catch is NIOTooManyBytesError {
      return .failure(IssuerFault("\(place) answered with more than \(IssuerQuestion.maximumBytes >> 10) KiB"))
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
      return .failure(IssuerFault("\(place) did not answer in time"))
    } catch let error as IOError {
      return .failure(IssuerFault("\(place) could not be reached: \(String(cString: strerror(error.errnoCode)))"))
    } catch let error as NIOSSLError {
      return .failure(IssuerFault("\(place) has no certificate that is trusted: \(error)"))
    } catch {
      // Errors of the transport may quote the request; their type says enough.
      return .failure(IssuerFault("\(place) could not be asked (\(type(of: error)))"))
    }
  }
}
