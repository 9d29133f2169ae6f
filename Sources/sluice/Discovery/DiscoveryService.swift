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
    await cancelWhenGracefulShutdown {
      var found = DiscoveredModels()
      repeat { await discover(&found) } while (try? await Task.sleep(for: Self.interval)) != nil
    }
  }

  /// What a provider said last counts until it says something else.
  private func discover(_ found: inout DiscoveredModels) async {
    if let ollama = await ModelDiscovery.localOllama(host: ProcessInfo.processInfo.environment["OLLAMA_HOST"]) {
      found.ollama = ollama.models
    }
    for provider in providers where UpstreamCall.modelsPath(provider: provider) != nil {
      switch await ModelDiscovery.models(of: provider) {
      case .success(let models): found.models[provider.name] = models
      case .failure(let problem):
        logger.warning(
          "models not discovered; the preset's list applies",
          metadata: ["provider": "\(provider.name)", "problem": "\(problem.sentence)"])
      }
    }
    await controller.discovered(found)
  }
}
