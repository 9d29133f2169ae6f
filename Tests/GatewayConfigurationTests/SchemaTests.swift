import Foundation
import GatewayConfiguration
import GatewayCore
import Testing

/// One schema is behind the checks, the JSON Schema and the reference.
struct SchemaTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func theReferenceOfTheDocumentationIsTheSchemas() throws {
    let file = Self.root.appending(path: "docs/configuration.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    let current = try #require(ConfigurationReference.updating(page), "docs/configuration.md has lost its markers")
    if ProcessInfo.processInfo.environment["SLUICE_WRITE_DOCS"] == "1" {
      try current.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(page == current, "run: SLUICE_WRITE_DOCS=1 swift test --filter GatewayConfigurationTests")
    }
  }

  @Test func theExampleOfTheDocumentationIsTheExample() throws {
    let page = try String(contentsOf: Self.root.appending(path: "docs/configuration.md"), encoding: .utf8)
    let example = try String(contentsOf: Self.root.appending(path: "examples/sluice.yaml"), encoding: .utf8)
    #expect(page.contains("```yaml\n\(example)```"))
  }

  @Test func theJSONSchemaIsADocumentOfDraft202012() throws {
    let object = try JSONSerialization.jsonObject(with: Data(JSONSchema.text().utf8)) as? [String: Any]
    #expect(object?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(object?["additionalProperties"] as? Bool == false)
    #expect(object?["required"] as? [String] == ["providers"])
    let properties = object?["properties"] as? [String: Any]
    #expect(
      properties?.keys.sorted() == [
        "audit", "authentication", "cache", "consumers", "conversations", "limits", "media", "models", "organisations",
        "prices", "providers", "roles", "server", "storage", "teams", "telemetry", "timeZone",
      ])
  }

  @Test func everyKeyOfTheFullExampleAndNoOtherIsInTheSchema() throws {
    let example = try String(contentsOf: Self.root.appending(path: "examples/full.yaml"), encoding: .utf8)
    for name in Self.names(of: ConfigurationSchema.root) {
      #expect(example.contains("\(name):"), "\(name) is missing from examples/full.yaml")
    }
  }

  private static func names(of object: SchemaObject) -> [String] {
    object.known.flatMap { [$0.name] + names(of: $0.kind) }
  }

  private static func names(of kind: SchemaKind) -> [String] {
    switch kind {
    case .object(let object), .shorthand(_, let object): names(of: object)
    case .map(_, let value): names(of: value)
    case .list(let item, _): names(of: item)
    default: []
    }
  }

  @Test func theDefaultsOfTheReferenceAreThoseOfTheGateway() throws {
    let text = """
      providers: { p: { kind: openai-compatible, url: "http://h/v1", timeouts: \(Self.defaults("providers", "timeouts")) } }
      consumers: { a: { keys: [env:MY_APP_KEY] } }
      models:
        a:
          targets: [p/x]
          retry: \(Self.defaults("models", "retry"))
          fallback: \(Self.defaults("models", "fallback"))
      server:
        limits: \(Self.defaults("server", "limits"))
        timeouts: \(Self.defaults("server", "timeouts"))
        retryBudget: \(Self.defaults("server", "retryBudget"))
        health: \(Self.defaults("server", "health"))
        drain: 30s
      media: \(Self.defaults("media"))
      """
    let result = Loading.load(text)
    #expect(result.problems.map(\.description) == [])
    let snapshot = try #require(result.snapshot)
    #expect(snapshot.server == ServerSettings())
    #expect(snapshot.media == MediaSettings())
    #expect(snapshot.models.route(for: "a")?.policy.retry == RetryPolicy())
    #expect(snapshot.models.route(for: "a")?.policy.fallback == FallbackPolicy())
    let timeouts = snapshot.providers[0].timeouts
    let expected = Timeouts()
    #expect(timeouts.named.map(\.name) == ["connect", "firstToken", "betweenTokens", "total"])
    #expect(
      timeouts.named.map(\.duration) == [expected.connect, expected.firstToken, expected.betweenTokens, expected.total])
  }

  /// The defaults of a part of the schema as YAML; sentences are no values.
  private static func defaults(_ part: String, _ name: String? = nil) -> String {
    var object: SchemaObject?
    switch ConfigurationSchema.root.known.first(where: { $0.name == part })?.kind {
    case .object(let found), .map(_, .object(let found)): object = found
    default: break
    }
    if let name {
      guard case .object(let inner) = object?.known.first(where: { $0.name == name })?.kind else { return "{}" }
      object = inner
    }
    let inner = object?.known ?? []
    let pairs = inner.compactMap { field -> String? in
      guard let value = field.fallback, value != "none", !value.contains(" for ") else { return nil }
      return "\(field.name): \(value)"
    }
    return "{ \(pairs.joined(separator: ", ")) }"
  }
}
