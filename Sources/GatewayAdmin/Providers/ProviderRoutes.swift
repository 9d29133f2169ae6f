package import GatewayConfiguration
import GatewayCore
import GatewayDialects
import GatewayProviders
import HTTPTypes
import Hummingbird

/// What came of asking a provider for its models.
package struct ProviderTest: Sendable, Codable {
  package var ok: Bool
  /// A sentence.
  package var message: String
  @OrNull package var advice: String?
  /// From the question to the last byte of the answer.
  package var milliseconds: Double
  /// In the provider's order.
  package var models: [String]

  package init(ok: Bool, message: String, advice: String? = nil, milliseconds: Double, models: [String] = []) {
    self.ok = ok
    self.message = message
    self.advice = advice
    self.milliseconds = milliseconds
    self.models = models
  }
}

/// Asks providers.
package protocol ProviderTesting: Sendable {
  /// One that runs; nil: there is none of this name.
  func test(provider name: String) async -> ProviderTest?
  /// One that nobody has saved yet.
  /// - Parameter mayMoveSecrets: see `SecretReach`.
  func test(_ value: ConfigurationValue, mayMoveSecrets: Bool) async throws(ChangeRefusal) -> ProviderTest
}

/// Presets, and whether a provider answers.
package struct ProviderRoutes: AdminRoutes {
  let tester: any ProviderTesting

  package init(_ tester: any ProviderTesting) { self.tester = tester }

  private struct Kind: Codable {
    let kind: String
    let name: String
    @OrNull var url: String?
    let needsKey: Bool
    let variables: [String]
    let models: [String]
    @OrNull var note: String?
    @OrNull var documentation: String?
  }

  package func add(to group: inout AdminRouteList) {
    group.get(
      "provider-kinds",
      AdminOperation(
        "listProviderKinds", "The presets of providers.", .permitted(.read),
        answers: [.json(Page<Kind>.self, "All of them.")])
    ) { _, _ in
      let kinds = ProviderCatalogue.presets.map { preset in
        Kind(
          kind: preset.kind, name: preset.displayName, url: preset.defaultURL, needsKey: preset.requiresKey,
          variables: preset.environmentVariables, models: preset.models.map(\.name), note: preset.note,
          documentation: preset.documentation.isEmpty ? nil : preset.documentation)
      }
      return try AdminJSON.response(.ok, Page(kinds))
    }
    group.post(
      "providers/:name/test",
      AdminOperation(
        "testProvider", "Asks a provider for its models.", .permittedForAll(.write),
        answers: [.json(ProviderTest.self, "What came of it, also where it has failed.")])
    ) { _, context in
      let name = try context.name("name")
      guard let result = await tester.test(provider: name) else {
        throw AdminProblem.notFound("there is no '\(name)' among the providers")
      }
      return try AdminJSON.response(.ok, result)
    }
    group.post(
      "provider-test",
      AdminOperation(
        "testProviderDraft", "Asks a provider that nobody has saved yet.", .permittedForAll(.write),
        body: OperationBody { _ in .closedObject([("value", .reference("Provider"))]) },
        answers: [.json(ProviderTest.self, "What came of it, also where it has failed.")], refused: [422])
    ) { request, context in
      let identity = try context.signedIn()
      let body = try await AdminBody.decode(Draft.self, from: request, context: context)
      let result: ProviderTest
      do throws(ChangeRefusal) {
        result = try await tester.test(
          ConfigurationValue(body.value.node), mayMoveSecrets: identity.permissions.contains(.secrets))
      } catch {
        throw AdminProblem(error, [("/providers/\(ProviderRoutes.draftName)", "/value")])
      }
      return try AdminJSON.response(.ok, result)
    }
  }

  /// The name of a provider that nobody has saved yet.
  package static let draftName = "draft"

  private struct Draft: Decodable { let value: JSONMember }
}
