import ArgumentParser
import GatewayConfiguration
import GatewayCore

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
    let result = ConfigurationSource(location, gateway: nil, admin: nil).load(revision: 1, stored: .none)
    for problem in result.problems { print(problem) }
    if result.hasErrors { throw ExitCode(1) }
    let models = Self.count(result.routes.count, "model")
    print("\(file): \(models), \(Self.count(result.snapshot?.providers.count ?? 0, "provider")): good")
  }

  private static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }
}

/// `sluice schema`
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of sluice.yaml, for editors.")

  func run() { print(JSONSchema.text()) }
}
