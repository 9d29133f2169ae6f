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

  func test(_ value: ConfigurationValue, mayMoveSecrets: Bool) async throws(ChangeRefusal) -> ProviderTest {
    await ask(
      try await controller.provider(value, named: ProviderRoutes.draftName, mayMoveSecrets: mayMoveSecrets))
  }

  private func ask(_ provider: Provider) async -> ProviderTest {
    if provider.pathStyle == .builtInEcho || provider.kind == "echo" {
      return ProviderTest(ok: true, message: "it is a part of this gateway", milliseconds: 0, models: ["echo"])
    }
    let clock = ContinuousClock()
    let began = clock.now
    let answer = await ModelDiscovery.models(of: provider)
    let milliseconds = (clock.now - began).inSeconds * 1000
    switch answer {
    case .success(let models):
      return ProviderTest(
        ok: true, message: "it answers, and names \(models.count) model\(models.count == 1 ? "" : "s")",
        milliseconds: milliseconds, models: models)
    case .failure(let problem):
      return ProviderTest(
        ok: false, message: problem.sentence, advice: problem.advice, milliseconds: milliseconds)
    }
  }
}
