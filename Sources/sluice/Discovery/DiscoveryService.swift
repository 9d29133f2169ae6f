import AsyncHTTPClient
import Foundation
import GatewayCore
import GatewayProviders
import Logging
import ServiceLifecycle

/// In no-file mode, asks the providers that were found which models they have, and looks for a local Ollama, now and every
/// few minutes.
struct DiscoveryService: Service {
  private static let interval: Duration = .seconds(300)

  let controller: ConfigurationController
  let providers: [Provider]
  let logger: Logger

  func run() async throws {
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ModelDiscovery.configuration)
    await cancelWhenGracefulShutdown {
      var found = DiscoveredModels()
      repeat { await discover(client, &found) } while (try? await Task.sleep(for: Self.interval)) != nil
    }
    try? await client.shutdown()
  }

  /// What a provider said last counts until it says something else.
  private func discover(_ client: HTTPClient, _ found: inout DiscoveredModels) async {
    let discovery = ModelDiscovery(client: client)
    if let ollama = await discovery.localOllama(host: ProcessInfo.processInfo.environment["OLLAMA_HOST"]) {
      found.ollama = ollama.models
    }
    for provider in providers where UpstreamCall.modelsPath(provider: provider) != nil {
      switch await discovery.models(of: provider) {
      case .success(let models): found.models[provider.name] = models
      case .failure(let problem):
        logger.warning(
          "models not discovered; the preset's list applies",
          metadata: ["provider": "\(provider.name)", "problem": "\(problem)"])
      }
    }
    await controller.discovered(found)
  }
}
