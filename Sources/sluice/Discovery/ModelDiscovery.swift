import AsyncHTTPClient
import Foundation
import GatewayCore
import GatewayProviders
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks providers which models they have. A side call: never on the way of a request.
enum ModelDiscovery {
  /// What a provider has answered.
  struct Listing {
    /// In its order.
    let models: [String]
    /// Of the answer's head, by the provider's clock.
    let date: Date?
  }

  // Of one call, from its start to the last byte.
  private static let patience: Duration = .seconds(10)

  /// - Parameter credential: which of the provider's; nil: the first.
  static func listing(
    of provider: Provider, as credential: Provider.Credential? = nil
  ) async -> Result<Listing, ProviderFault> {
    let asked = "provider '\(provider.name)'"
    guard let path = UpstreamCall.modelsPath(provider: provider) else {
      return .failure(ProviderFault(.notAsked, "\(asked) has no list of models"))
    }
    let endpoint = provider.endpoint
    var request = HTTPClientRequest(url: "\(endpoint.isTLS ? "https" : "http")://\(endpoint.authority)\(path)")
    if let header = UpstreamCall.credentialHeader(
      provider: provider, credential: credential ?? provider.credentials.first)
    {
      request.headers.add(name: header.name, value: header.value)
    }
    do {
      return await names(request, askedOf: asked, within: patience, try configuration(for: provider))
    } catch {
      return .failure(ProviderFault(.tls, "\(asked) cannot be asked: its private CA is no PEM text (\(error))"))
    }
  }

  /// The names that the provider lists, in its order.
  static func models(of provider: Provider) async -> Result<[String], ProviderFault> {
    await listing(of: provider).map(\.models)
  }

  /// A local Ollama, if one answers within half a second.
  ///
  /// - Parameter host: the value of `OLLAMA_HOST`.
  /// - Returns: its base URL and its models; `nil` when nothing that lists models is there.
  static func localOllama(host: String?) async -> (url: String, models: [String])? {
    let url = OllamaAddress.baseURL(host: host)
    // Checked as any other URL is, for the variable is not the gateway's own.
    guard (try? UpstreamURL.parse(url)) != nil else { return nil }
    let answer = await names(
      HTTPClientRequest(url: url + "/models"), askedOf: "Ollama", within: .milliseconds(500), configuration)
    return (try? answer.get()).map { (url, $0.models) }
  }

  /// Without redirects, for the calls carry keys.
  private static var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(3)
    return configuration
  }

  /// The same ways as calls take: the provider's proxy, and the authorities that it is checked by.
  private static func configuration(for provider: Provider) throws -> HTTPClient.Configuration {
    var configuration = configuration
    if let authority = provider.privateCA {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
      configuration.tlsConfiguration = tls
    }
    if let proxy = provider.proxy {
      configuration.proxy = .server(
        host: proxy.host, port: proxy.port, authorization: proxy.basicCredential.map { .basic(credentials: $0) })
    }
    return configuration
  }

  private static func names(
    _ prepared: HTTPClientRequest, askedOf asked: String, within patience: Duration,
    _ configuration: HTTPClient.Configuration
  ) async -> Result<Listing, ProviderFault> {
    var request = prepared
    request.headers.add(name: "accept", value: "application/json")
    request.headers.add(name: "user-agent", value: "sluice")
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let question = request
    let found = await sluice.within(patience) {
      await answer(to: question, asked: asked, by: client, within: patience)
    }
    try? await client.shutdown()
    return found ?? .failure(ProviderFault(.late, "\(asked) did not answer in time"))
  }

  private static func answer(
    to request: HTTPClientRequest, asked: String, by client: HTTPClient, within patience: Duration
  ) async -> Result<Listing, ProviderFault> {
    do {
      let response = try await client.execute(request, deadline: .now() + .nanoseconds(patience.wholeNanoseconds))
      guard response.status == .ok else {
        throw ProviderFault(
          .status(Int(response.status.code)), "\(asked) answered \(response.status.code) when asked for its models")
      }
      let body = try await response.body.collect(upTo: ModelListing.maximumBytes)
      return .success(
        Listing(
          models: try ModelListing.names(in: body.readableBytesView),
          date: response.headers.first(name: "date").flatMap(date)))
    } catch {
      return .failure(ProviderFault(error, asked: asked))
    }
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7)
  private static func date(_ text: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "GMT")
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return formatter.date(from: text)
  }
}
