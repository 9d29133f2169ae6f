import GatewayCore
import GatewayPolicies
import Testing

@Suite struct BatchModelsTests {
  private let one: Provider
  private let azure: Provider
  private let snapshot: GatewaySnapshot

  init() {
    func provider(_ name: String, deployments: [String: String] = [:]) -> Provider {
      Provider(
        name: name, kind: "openai", endpoint: Provider.Endpoint(isTLS: false, host: "h", port: 1, basePath: ""),
        deployments: deployments)
    }
    func target(_ provider: Provider, _ model: String?) -> Target {
      Target(provider: provider, upstreamModel: model, type: .chat, health: UnwatchedHealth.shared)
    }
    func route(_ name: String, _ steps: ModelRoute.Step...) -> ModelRoute {
      ModelRoute(name: name, type: .chat, arms: [ModelRoute.Arm(weight: 1, version: nil, steps: steps)])
    }
    let one = provider("one")
    let azure = provider("azure", deployments: ["gpt-5": "prod"])
    let fast = route("fast", .target(target(one, "gpt-5-mini")), .target(target(azure, "gpt-5")))
    self.one = one
    self.azure = azure
    snapshot = GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [one, azure],
      models: ModelTable(routes: [
        fast, route("best", .model(fast), .target(target(one, "o9"))), route("free-*", .target(target(one, nil))),
      ]), consumers: [], keys: [:], isOpen: true)
  }

  private func name(_ model: String, at provider: Provider, allowed: [String]? = nil) throws -> String {
    let consumer = Consumer(name: "x", models: allowed.map { ModelAllowList($0) })
    var models = BatchModels(caller: Caller(consumer: consumer), snapshot: snapshot, surface: .files)
    let name = try models.name(of: model, at: provider)
    // From memory.
    #expect(try models.name(of: model, at: provider) == name)
    return name
  }

  @Test(arguments: [
    ("fast", "gpt-5-mini"), ("best", "gpt-5-mini"), ("o9", "o9"), ("one/o9", "o9"), ("free-x", "free-x"),
    ("gpt-5-mini", "gpt-5-mini"),
  ])
  func aModelBecomesTheProviders(_ model: String, _ expected: String) throws {
    #expect(try name(model, at: one) == expected)
  }

  @Test(arguments: ["fast", "gpt-5", "prod", "azure/gpt-5", "azure/prod"])
  func aDeploymentIsNamedAtAzure(_ model: String) throws {
    #expect(try name(model, at: azure) == "prod")
  }

  @Test(arguments: ["none", "free-x", "o9", "one/gpt-5-mini"])
  func whatIsNotThereIsRefused(_ model: String) {
    #expect(throws: GatewayError.self) { try name(model, at: azure) }
  }

  @Test func whatAConsumerMayNotUseIsRefused() throws {
    #expect(try name("fast", at: one, allowed: ["fast"]) == "gpt-5-mini")
    #expect(try name("gpt-5-mini", at: one, allowed: ["fast"]) == "gpt-5-mini")
    for model in ["best", "o9"] {
      #expect(throws: GatewayError.self) { try name(model, at: one, allowed: ["fast"]) }
    }
  }

  @Test func theFirstTargetThatKeepsBatchesIsChosen() throws {
    let models = BatchModels(
      caller: Caller(consumer: Consumer(name: "x", models: nil)), snapshot: snapshot, surface: .files)
    #expect(try models.keeper(of: "best", among: [azure, one]) === one)
    #expect(try models.keeper(of: "best", among: [azure]) === azure)
    #expect(try models.keeper(of: "free-x", among: [azure]) == nil)
  }
}
