import GatewayCore
import GatewayPolicies
import Testing

@Suite struct AdmitTests {
  private let provider = Provider(
    name: "p", kind: "openai-compatible", endpoint: .init(isTLS: false, host: "h", port: 80, basePath: "/v1"))

  private func snapshot() -> GatewaySnapshot {
    let routes = [("fast", ModelType.chat), ("secret", .chat), ("vectors", .embedding), ("qwen-*", .chat)].map {
      name, type in
      let target = Target(provider: provider, upstreamModel: nil, type: type, health: LockedHealthCell())
      return ModelRoute(name: name, type: type, arms: [.init(weight: 1, version: nil, steps: [.target(target)])])
    }
    return GatewaySnapshot(
      revision: 1, server: ServerSettings(), providers: [provider], models: ModelTable(routes: routes), consumers: [],
      keys: [:], isOpen: true)
  }

  private let limited = Consumer(name: "app", models: ModelAllowList(["fast", "vectors", "qwen-m*"]))

  private func refusal(_ model: String, _ surface: Surface = .chatCompletions) -> GatewayError? {
    do throws(GatewayError) {
      _ = try Admit.route(for: model, surface: surface, caller: Caller(consumer: limited), in: snapshot())
      return nil
    } catch {
      return error
    }
  }

  @Test func letsAnAllowedModelIn() {
    #expect(refusal("fast") == nil)
    #expect(refusal("qwen-max") == nil)
    #expect(refusal("vectors", .embeddings) == nil)
  }

  @Test func refusesAModelThatTheConsumerMayNotUse() {
    #expect(refusal("secret")?.code == "model_not_allowed")
    #expect(refusal("qwen-plus")?.status == 403)
  }

  @Test func anUnknownModelNamesTheNearestThatTheConsumerMayUse() throws {
    let error = try #require(refusal("fats"))
    #expect(error.status == 404)
    #expect(error.parameter == "model")
    #expect(error.message.contains("'fast'"))
    #expect(try #require(refusal("secre")).message.contains("secret'") == false)
  }

  @Test func refusesAModelOfAnotherType() {
    #expect(refusal("vectors")?.code == "model_type_mismatch")
    #expect(refusal("fast", .embeddings)?.status == 400)
  }

  @Test func listsExactNamesThatTheConsumerMayUse() {
    #expect(Admit.visibleModels(for: Caller(consumer: limited), in: snapshot()) == ["fast", "vectors"])
  }

  @Test func theOwnerIsTheProviderOfTheFirstTarget() {
    #expect(Admit.owner(of: "fast", in: snapshot()) == "p")
  }
}
