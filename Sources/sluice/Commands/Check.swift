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
    print("\(file): \(result.routes.count) models, \(result.snapshot?.providers.count ?? 0) providers: good")
  }
}

/// `sluice schema`
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of sluice.yaml, for editors.")

  func run() { print(JSONSchema.text()) }
}
