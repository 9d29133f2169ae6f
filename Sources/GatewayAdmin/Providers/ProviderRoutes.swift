package import GatewayConfiguration
import GatewayCore
import GatewayDialects
import GatewayProviders
import HTTPTypes
package import Hummingbird

/// What came of asking a provider for its models.
package struct ProviderTest: Sendable, Encodable {
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

  private struct Kind: Encodable {
    let kind: String
    let name: String
    @OrNull var url: String?
    let needsKey: Bool
    let variables: [String]
    let models: [String]
    @OrNull var note: String?
    @OrNull var documentation: String?
  }

  package func add(to group: RouterGroup<AdminContext>) {
    group.get("provider-kinds") { _, context in
      try context.require(.read)
      let kinds = ProviderCatalogue.presets.map { preset in
        Kind(
          kind: preset.kind, name: preset.displayName, url: preset.defaultURL, needsKey: preset.requiresKey,
          variables: preset.environmentVariables, models: preset.models.map(\.name), note: preset.note,
          documentation: preset.documentation.isEmpty ? nil : preset.documentation)
      }
      return try AdminJSON.response(.ok, Page(kinds))
    }
    group.post("providers/:name/test") { _, context in
      try context.requireEverything(.write)
      let name = try context.name("name")
      guard let result = await tester.test(provider: name) else {
        throw AdminProblem.notFound("there is no '\(name)' among the providers")
      }
      return try AdminJSON.response(.ok, result)
    }
    group.post("provider-test") { request, context in
      let identity = try context.requireEverything(.write)
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
