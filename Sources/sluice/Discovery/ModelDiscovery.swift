import AsyncHTTPClient
import Foundation
import GatewayCore
import GatewayProviders
import NIOCore
import NIOHTTP1

/// Asks providers which models they have. A side call: never on the way of a request.
struct ModelDiscovery {
  private let client: HTTPClient
  /// Of one call, from its start to the last byte.
  private let deadline: Duration

  /// - Parameter client: one that follows no redirects (`configuration`), for the calls carry keys.
  init(client: HTTPClient, deadline: Duration = .seconds(10)) {
    self.client = client
    self.deadline = deadline
  }

  /// What a client of this type's needs.
  static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(3)
    configuration.connectionPool.idleTimeout = .seconds(5)
    return configuration
  }

  /// The names that the provider lists, in its order; a problem is a sentence without secrets.
  func models(of provider: Provider) async -> Result<[String], ModelListing.Problem> {
    guard let path = UpstreamCall.modelsPath(provider: provider) else {
      return .failure(ModelListing.Problem("provider '\(provider.name)' has no list of models"))
    }
    guard provider.privateCA == nil, provider.proxy == nil else {
      return .failure(
        ModelListing.Problem("provider '\(provider.name)' is not asked: it has a proxy or a private CA of its own"))
    }
    let endpoint = provider.endpoint
    var request = HTTPClientRequest(url: "\(endpoint.isTLS ? "https" : "http")://\(endpoint.authority)\(path)")
    if let header = UpstreamCall.credentialHeader(provider: provider, credential: provider.credentials.first) {
      request.headers.add(name: header.name, value: header.value)
    }
    return await names(request, askedOf: "provider '\(provider.name)'", within: deadline)
  }

  /// A local Ollama, if one answers within half a second.
  ///
  /// - Parameter host: the value of `OLLAMA_HOST`.
  /// - Returns: its base URL and its models; `nil` when nothing that lists models is there.
  func localOllama(host: String?) async -> (url: String, models: [String])? {
    let url = OllamaAddress.baseURL(host: host)
    // Checked as any other URL is, for the variable is not the gateway's own.
    guard (try? UpstreamURL.parse(url)) != nil else { return nil }
    let answer = await names(HTTPClientRequest(url: url + "/models"), askedOf: "Ollama", within: .milliseconds(500))
    return (try? answer.get()).map { (url, $0) }
  }

  private func names(
    _ prepared: HTTPClientRequest, askedOf asked: String, within deadline: Duration
  ) async -> Result<[String], ModelListing.Problem> {
    var request = prepared
    request.headers.add(name: "accept", value: "application/json")
    request.headers.add(name: "user-agent", value: "sluice")
    do {
      let response = try await client.execute(request, deadline: .now() + .nanoseconds(deadline.wholeNanoseconds))
      guard response.status == .ok else {
        return .failure(ModelListing.Problem("\(asked) answered \(response.status.code) when asked for its models"))
      }
      let body = try await response.body.collect(upTo: ModelListing.maximumBytes)
      return .success(try ModelListing.names(in: body.readableBytesView))
    } catch let problem as ModelListing.Problem {
      return .failure(ModelListing.Problem("\(asked): \(problem.sentence)"))
    } catch is NIOTooManyBytesError {
      return .failure(ModelListing.Problem("\(asked) sent a list of more than \(ModelListing.maximumBytes >> 20) MiB"))
    } catch let error as HTTPClientError where error == .deadlineExceeded || error == .connectTimeout {
      return .failure(ModelListing.Problem("\(asked) did not answer in time"))
    } catch let error as IOError {
      return .failure(
        ModelListing.Problem("\(asked) could not be reached: \(String(cString: strerror(error.errnoCode)))"))
    } catch {
      // Errors of the transport may quote the request; their type says enough.
      return .failure(ModelListing.Problem("\(asked) could not be asked for its models (\(type(of: error)))"))
    }
  }
}
