import Foundation
import GatewayConfiguration
import GatewayCore
import Testing

/// `GET /config`.
struct DescriptionTests {
  private func describe(_ name: String, restarts: [String] = []) throws -> (text: String, object: [String: Any]) {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let yaml = try String(contentsOf: root.appending(path: "examples/\(name)"), encoding: .utf8)
    let text = try #require(ConfigurationDescription(Loading.load(yaml), needsRestart: restarts).text())
    return (text, try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]))
  }

  @Test func secretsAreHidden() throws {
    let text = try describe("full.yaml").text
    let secrets = [
      "sk-openai", "sk-deepseek", "azure\"", "app-key", "batch-key", "admin-token", "oidc-secret", "proxy-pass", "AAAA",
      "f2ca1b", "otlp-secret",
    ]
    for secret in secrets { #expect(!text.contains(secret), "\(secret)") }
    #expect(text.contains("(hidden)"))
    #expect(text.contains("openai#2"))
  }

  @Test func effectiveValuesAreShown() throws {
    let object = try describe("sluice.yaml", restarts: ["storage.database: a → b"]).object
    #expect(object["revision"] as? Int == 1)
    #expect(object["source"] as? String == "sluice.yaml")
    #expect(object["needsRestart"] as? [String] == ["storage.database: a → b"])
    let server = object["server"] as? [String: Any]
    #expect((server?["gateway"] as? [String: Any])?["address"] as? String == "0.0.0.0:8080")
    #expect((server?["limits"] as? [String: Any])?["body"] as? String == "64MiB")
    let model = (object["models"] as? [String: Any])?["assistant"] as? [String: Any]
    #expect(model?["targets"] as? [String] == ["openai/gpt-4o-mini", "deepseek/deepseek-chat"])
    let consumer = (object["consumers"] as? [String: Any])?["my-app"] as? [String: Any]
    #expect(consumer?["keys"] as? Int == 1)
    #expect(consumer?["models"] as? String == "all")
  }

  @Test func howMediaAreFetchedIsShown() throws {
    let media = try describe("full.yaml").object["media"] as? [String: Any]
    #expect(media?["fetch"] as? Bool == true)
    #expect(media?["maximum"] as? String == "20MiB")
    #expect(media?["timeout"] as? String == "10s")
    #expect(media?["hosts"] as? [String] == ["images.internal:8443"])
  }

  @Test func ofAModelsTimersOnlyThoseThatItNamesAreShown() throws {
    let models = try describe("full.yaml").object["models"] as? [String: Any]
    let timeouts = (models?["deepseek-r1"] as? [String: Any])?["timeouts"] as? [String: String]
    #expect(timeouts == ["total": "20m"])
  }

  @Test func aRefusedConfigurationHasNoDescription() {
    #expect(ConfigurationDescription(Loading.load("a: b")).text() == nil)
  }
}
