import AsyncHTTPClient
import GatewayAdmin
import GatewayConfiguration
import GatewayCore
import GatewayProviders

/// Asks providers for their models, which shows whether address, TLS and key are right.
struct ProviderTester: ProviderTesting {
  let controller: ConfigurationController
  let shown: RunningConfiguration

  func test(provider name: String) async -> ProviderTest? {
    guard let provider = shown.snapshot?.providers.first(where: { $0.name == name }) else { return nil }
    return await ask(provider)
  }

  func test(_ value: ConfigurationValue) async throws(ChangeRefusal) -> ProviderTest {
    await ask(try await controller.provider(value, named: ProviderRoutes.draftName))
  }

  private func ask(_ provider: Provider) async -> ProviderTest {
    if provider.pathStyle == .builtInEcho || provider.kind == "echo" {
      return ProviderTest(ok: true, message: "it is a part of this gateway", milliseconds: 0, models: ["echo"])
    }
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ModelDiscovery.configuration)
    let clock = ContinuousClock()
    let began = clock.now
    let answer = await ModelDiscovery(client: client).models(of: provider)
    let milliseconds = (clock.now - began).inSeconds * 1000
    try? await client.shutdown()
    switch answer {
    case .success(let models):
      return ProviderTest(
        ok: true, message: "it answers, and names \(models.count) model\(models.count == 1 ? "" : "s")",
        milliseconds: milliseconds, models: models)
    case .failure(let problem):
      return ProviderTest(
        ok: false, message: problem.sentence, advice: Self.advice(problem.sentence), milliseconds: milliseconds)
    }
  }

  private static func advice(_ sentence: String) -> String? {
    if sentence.contains(" 401 ") || sentence.contains(" 403 ") {
      return "check the key, and that it is of this provider"
    }
    if sentence.contains(" 404 ") { return "check the URL: it ends where the provider's paths begin, such as /v1" }
    if sentence.contains("in time") || sentence.contains("could not be") {
      return "check the URL, and that this machine reaches it"
    }
    return nil
  }
}
