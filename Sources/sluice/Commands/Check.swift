import ArgumentParser
import Foundation
import GatewayConfiguration
import GatewayCore
import GatewayStorage

/// `sluice check`
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find every mistake in a configuration; exit 1 if there is an error.")

  @OptionGroup var location: ConfigurationLocation

  func run() async throws {
    guard let file = location.file else {
      ErrorOutput.write("sluice: there is no ./sluice.yaml; name the file with --config FILE\n")
      throw ExitCode(1)
    }
    let source = ConfigurationSource(location, gateway: nil, admin: nil)
    var result = source.load(revision: 1, stored: .none)
    if result.masterKey != nil { result = try await withSecrets(source, result) }
    for problem in result.problems { print(problem) }
    if result.hasErrors { throw ExitCode(1) }
    let models = Self.count(result.routes.count, "model")
    print("\(file): \(models), \(Self.count(result.snapshot?.providers.count ?? 0, "provider")): good")
  }

  /// With what the database keeps for it, if there is one.
  private func withSecrets(_ source: ConfigurationSource, _ first: LoadResult) async throws -> LoadResult {
    guard let database = first.database else { return first }
    do {
      if let masterKey = first.masterKey { try source.masterKeys.check(masterKey) }
      var secrets: [StoredSecret] = []
      if database.isThere {
        let store = try await source.openStore(at: database, serves: false)
        secrets = try await store.secrets()
        try await store.close()
      }
      let stored = StoredKeys(keys: .empty, secrets: StoredSecrets(secrets, keys: source.masterKeys))
      return source.load(revision: 1, stored: stored)
    } catch let failure as StartFailure {
      ErrorOutput.write("sluice: \(failure.message)\n")
      throw ExitCode(1)
    }
  }

  private static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
}

/// `sluice schema`
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of sluice.yaml, for editors.")

  func run() { print(JSONSchema.text()) }
}
